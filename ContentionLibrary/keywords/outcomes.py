"""What has become of the competitors of suites: waiting for them, judging how they ended, and ending them."""

from __future__ import annotations

from datetime import timedelta

from robot.api import logger
from robot.api.deco import keyword

from ContentionLibrary.keywords.by_hand import PATIENCE, ByHand, seconds
from ContentionLibrary.scenario.by_hand.copying import COPIER
from ContentionLibrary.scenario.by_hand.outcomes import CompetitorOutcome, Outcome


class OutcomeKeywords(ByHand):
    """Outcomes of competitors."""

    @keyword(tags=["competitors"])
    def wait_for_competitor(self, name: str, timeout: timedelta = PATIENCE) -> CompetitorOutcome:
        """Waits until a competitor has ended. A reader in a loop is told to stop.

        A competitor that does not end in time is ended; its outcome is `HUNG`, which is no failure by itself.

        Args:
            name: The competitor's name.
            timeout: How long to wait.

        Returns:
            How it ended.

        Raises:
            Error: It could not begin, because its barrier did not open.

        Examples:
        ```robotframework
        *** Test Cases ***
        A reader tells what it got
            Create Test File    slide.bin    4 MiB    writer=7
            Start Reader    slide.bin
            ${ended}    Wait For Competitor    reader    timeout=10 s
            Should Be Equal    ${ended.content}    all 4 MiB of writer 7
        ```
        """
        with self._by_hand() as bench:
            return _told(bench.crew.wait(name, seconds(timeout)))

    @keyword(tags=["competitors"])
    def finish_reading(self, name: str, timeout: timedelta = PATIENCE) -> CompetitorOutcome:
        """Lets a reader that has read the first half of a file read the second, and close the file.

        Args:
            name: Name of a reader that was started with `how=half`.
            timeout: How long to wait.

        Returns:
            The outcome of both halves together.

        Examples:
        ```robotframework
        *** Test Cases ***
        A reader keeps the file that it has opened
            Create Test File    slide.bin    4 MiB    writer=1
            Start Reader    slide.bin    how=half
            Wait For Competitor    reader
            Start Writer    slide.bin    4 MiB    writer=2    how=replace
            Wait For Competitor    writer
            Finish Reading    reader
            Outcome Should Be    reader    COMPLETED
        ```
        """
        with self._by_hand() as bench:
            first, second = bench.crew.finish_reading(name, seconds(timeout))
            outcome = bench.orders.of_both_halves(name, first, second)
            bench.crew.retell(name, outcome)
            return _told(outcome)

    @keyword(tags=["competitors"])
    def outcome_of(self, name: str, timeout: timedelta = PATIENCE) -> CompetitorOutcome:
        """Returns how a competitor, or the copier, has ended, and waits for its end if need be.

        A copier that is held, or is to be held at further steps, is let run on to its end, as by [Wait For Copier].

        Args:
            name: The competitor's name, or `copier` for the one of [Start Copier].
            timeout: How long to wait.

        Examples:
        ```robotframework
        *** Test Cases ***
        There is nothing to read
            Start Reader    nowhere.bin
            ${ended}    Outcome Of    reader
            Should Be Equal    ${ended.outcome}    absent
            Should Contain    ${ended.message}    No such file
        ```
        """
        return self._ended(name, timeout)

    @keyword(tags=["competitors"])
    def outcome_should_be(self, name: str, outcome: Outcome, *or_else: Outcome, timeout: timedelta = PATIENCE) -> None:
        """Fails unless a competitor, or the copier, has ended in one of the accepted ways; waits for its end if need be.

        A copier that is held, or is to be held at further steps, is let run on to its end, as by [Wait For Copier].

        Args:
            name: The competitor's name, or `copier` for the one of [Start Copier].
            outcome: What is accepted.
            or_else: What is accepted too.
            timeout: How long to wait.

        Raises:
            AssertionError: It ended in another way.

        Examples:
        ```robotframework
        *** Test Cases ***
        Who comes too late is told so
            Create Test File    slide.bin    1 MiB
            Start Writer    slide.bin    1 MiB    how=create
            Outcome Should Be    writer    REFUSED

        The copier ends well or says why not
            Create Test File    one.bin    1 MiB
            Start Copier    one.bin    two.bin
            Outcome Should Be    copier    COMPLETED    REFUSED
        ```
        """
        ended = self._ended(name, timeout)
        accepted = (outcome, *or_else)
        if ended.outcome not in accepted:
            wanted = " or ".join(one.name for one in accepted)
            self._unmet(f"{name} ended {ended.outcome.name}, not {wanted}: {ended.message}")

    def _ended(self, name: str, timeout: timedelta) -> CompetitorOutcome:
        with self._by_hand() as bench:
            ended = _told(bench.outcome(name, seconds(timeout)))
        if name == COPIER:
            self._see_that_no_step_was_missed(bench)
        return ended

    @keyword(tags=["competitors"])
    def release_lock(self, name: str, timeout: timedelta = PATIENCE) -> None:
        """Lets a lock holder give its lock back; the lock is free when the keyword returns.

        Args:
            name: Name of the lock holder.
            timeout: How long to wait until it has the lock at all.

        Examples:
        ```robotframework
        *** Test Cases ***
        A lock that was given back is free
            Create Test File    slide.bin    1 MiB
            Start Lock Holder    slide.bin    kind=ofd    mode=shared
            Release Lock    lock holder
        ```
        """
        with self._by_hand() as bench:
            bench.crew.release_lock(name, seconds(timeout))
            logger.info(f"{name} has given its lock back.")

    @keyword(tags=["competitors"])
    def stop_competitor(self, name: str) -> None:
        """Kills a competitor with all that it has started; its locks are free when the keyword returns.

        At the end of a test all competitors are ended anyway.

        Args:
            name: The competitor's name.

        Examples:
        ```robotframework
        *** Test Cases ***
        A command that runs too long is ended
            Start Command    sleep    1000
            Stop Competitor    command
        ```
        """
        with self._by_hand() as bench:
            bench.crew.stop(name)
            logger.info(f"{name} was stopped.")


def _told(ended: CompetitorOutcome) -> CompetitorOutcome:
    logger.info(f"{ended.name} ended {ended.outcome.name} after {ended.seconds:.3f} s: {ended.message}")
    return ended
