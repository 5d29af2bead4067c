"""Barriers with names, for suites: competitors, programs of one's own and the test itself leave them together."""

from __future__ import annotations

from datetime import timedelta

from robot.api import logger
from robot.api.deco import keyword

from ContentionLibrary.keywords.by_hand import PATIENCE, ByHand, seconds


class BarrierKeywords(ByHand):
    """Barriers."""

    @keyword(tags=["barriers"])
    def create_barrier(self, name: str, parties: int, timeout: timedelta = PATIENCE) -> str:
        """Creates a barrier that opens when all its parties have come; it can be used again and again.

        A party is whoever waits there: a competitor that was started with `at_barrier`, a program that runs
        `contention wait NAME`, or the test itself with [Wait At Barrier].

        Args:
            name: Letters, digits, blanks and `.` `_` `-`.
            parties: How many must come before all may leave.
            timeout: How long competitors and the test wait there. Programs choose for themselves, with `--timeout`.
                When the time of one of them is over, the barrier breaks for all.

        Returns:
            The directory of the barriers. Programs that this library starts know it. A program that is started by
            other means, for example with the Process library, needs it in the environment variable
            `CONTENTION_BARRIERS`.

        Examples:
        ```robotframework
        *** Test Cases ***
        A reader, a program and the test leave one barrier together
            Create Test File    slide.bin    1 MiB
            Create Barrier    start    parties=3
            Start Reader    slide.bin    at_barrier=start
            Start Command    contention    wait    start
            Wait At Barrier    start
            Outcome Should Be    reader    COMPLETED
            Outcome Should Be    command    COMPLETED
        ```
        """
        with self._by_hand() as bench:
            bench.meetings.create(name, parties, seconds(timeout))
            logger.info(f"Barrier '{name}' waits for {parties} parties, at most {timeout.total_seconds():g} s.")
            return str(bench.meetings.directory)

    @keyword(tags=["barriers"])
    def wait_at_barrier(self, name: str) -> None:
        """Lets the test itself wait at a barrier, and go on together with the other parties.

        Args:
            name: The barrier's name.

        Raises:
            Error: Not all parties came in time, or one of them ended while it waited. The message tells who came.

        Examples:
        ```robotframework
        *** Test Cases ***
        The test goes on when the command has come
            Create Barrier    ready    parties=2    timeout=10 s
            Start Command    contention    wait    ready
            Wait At Barrier    ready
        ```
        """
        with self._by_hand() as bench:
            arrival = bench.meetings.wait(name)
            waited = (arrival.left - arrival.came) / 1e9
            logger.info(f"Left barrier '{name}' (turn {arrival.turn}) after {waited:.3f} s.")

    @keyword(tags=["barriers"])
    def barrier_skew_should_be_below(self, name: str, limit: timedelta) -> None:
        """Fails unless all parties left a barrier within some time of each other, in each of its turns.

        Competitors that did not start together prove nothing, so this failure begins with `NOT PROVEN`: it says
        nothing about the copier. Much below one millisecond can be reached only with as many processors as parties.

        Args:
            name: The barrier's name.
            limit: The time between the first and the last must be shorter.

        Raises:
            AssertionError: Some turn took longer, or nobody has left the barrier yet.

        Examples:
        ```robotframework
        *** Test Cases ***
        Two readers start together
            Create Test File    slide.bin    1 MiB
            Create Barrier    start    parties=2
            Start Reader    slide.bin    name=Ann    at_barrier=start
            Start Reader    slide.bin    name=Bob    at_barrier=start
            Wait For Competitor    Ann
            Wait For Competitor    Bob
            Barrier Skew Should Be Below    start    200 ms
        ```
        """
        with self._by_hand() as bench:
            crossings = bench.meetings.crossings(name)
        for crossing in crossings:
            logger.info(
                f"Barrier '{name}', turn {crossing.turn}: {crossing.parties} parties left within {_ms(crossing.skew)}."
            )
        if not crossings:
            self._unproven(f"nobody has left barrier '{name}' yet")
        worst = max(crossings, key=lambda crossing: crossing.skew)
        if worst.skew >= limit.total_seconds() * 1e9:
            self._unproven(
                f"barrier '{name}' was left within {_ms(worst.skew)} in turn {worst.turn} of {len(crossings)}, "
                f"which is not below {_ms(limit.total_seconds() * 1e9)}; the last was process {worst.last}"
            )


def _ms(nanoseconds: float) -> str:
    return f"{f'{nanoseconds / 1e6:.6f}'.rstrip('0').rstrip('.')} ms"
