"""The monitor, for suites: what the copier and other programs hold and use over time."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from robot.api import logger
from robot.api.deco import keyword

from ContentionLibrary.checks.growth import LEAST_POINTS, growth
from ContentionLibrary.content.sizes import format_about
from ContentionLibrary.keywords.by_hand import ByHand, Limit, seconds
from ContentionLibrary.monitor.figures import UNITS
from ContentionLibrary.report.chart import charts

FigureName = Literal[
    "processes",
    "threads",
    "descriptors",
    "open files",
    "pipes",
    "sockets",
    "other descriptors",
    "memory",
    "proportional memory",
    "peak memory",
    "processor time",
    "bytes read",
    "bytes written",
    "locks",
    "waiting for locks",
    "watches",
    "names on the stage",
    "bytes on the stage",
    "free space",
    "free inodes",
    "names in shared memory",
    "processes not readable",
]

_INTERVAL = timedelta(milliseconds=50)
_RETURN_WITHIN = timedelta(seconds=5)
_ANYTHING = Limit(1)


class MonitorKeywords(ByHand):
    """The monitor."""

    @keyword(tags=["monitor"])
    def start_monitor(self, interval: timedelta = _INTERVAL) -> dict[str, float]:
        """Starts to look at the copier and every other program of the test, in a process of its own.

        A *figure* is a sum over all their processes: descriptors by kind, memory, processor time, locks of the
        kernel's table, inotify watches. Names and bytes are those of the test's directory and all else on the stage.

        Args:
            interval: Time between two looks.

        Returns:
            All figures as they are now, the *baseline*.

        Examples:
        ```robotframework
        *** Test Cases ***
        A copy needs few descriptors
            Create Test File    one.bin    1 MiB
            Start Monitor    interval=20 ms
            Mark Phase    copy
            Start Copier    one.bin    two.bin    stop=first
            Wait For Hold
            ${figures}    Read Monitor
            Should Be True    ${figures}[descriptors] >= 3
            Wait For Copier
            Peak Should Be At Most    descriptors    20
            Figure Should Return To Baseline    processes
            Stop Monitor
        ```
        """
        with self._by_hand() as bench:
            return {str(name): value for name, value in bench.watching.start(interval.total_seconds()).items()}

    @keyword(tags=["monitor"])
    def mark_phase(self, name: str) -> None:
        """Begins a phase, which lasts until the next one is marked: a name for a part of the time.

        Args:
            name: How it is called in the chart, and in other keywords.

        Examples:
        ```robotframework
        *** Test Cases ***
        Two phases
            Start Monitor
            Mark Phase    at rest
            Read Monitor
            Mark Phase    at work
            Read Monitor
            ${values}    Get Series    processes    phase=at rest
            Should Be Equal As Numbers    ${values}[0]    0
            Stop Monitor
        ```
        """
        with self._by_hand() as bench:
            bench.watching.mark(name)

    @keyword(tags=["monitor"])
    def read_monitor(self) -> dict[str, float]:
        """Looks right now, at everything, and returns the figures by their names.

        Examples:
        ```robotframework
        *** Test Cases ***
        Nothing runs yet
            Start Monitor
            ${figures}    Read Monitor
            Should Be Equal As Numbers    ${figures}[processes]    0
            Stop Monitor
        ```
        """
        with self._by_hand() as bench:
            return {str(name): value for name, value in bench.watching.read().items()}

    @keyword(tags=["monitor"])
    def stop_monitor(self) -> None:
        """Ends the looking, keeps all series in the history, and draws those that have changed into the log.

        Examples:
        ```robotframework
        *** Test Cases ***
        A chart of a copy
            Create Test File    one.bin    1 MiB
            Start Monitor    interval=10 ms
            Start Copier    one.bin    two.bin
            Wait For Copier
            Stop Monitor
        ```
        """
        with self._by_hand() as bench:
            noted = bench.watching.stop()
        logger.info(charts(noted), html=True)

    @keyword(tags=["monitor"])
    def get_series(self, figure: FigureName, phase: str = "") -> list[float]:
        """Returns the values of a figure in order; points between two equal neighbours are left out.

        Args:
            figure: Name of the figure.
            phase: Name of a phase; all the time by default.

        Examples:
        ```robotframework
        *** Test Cases ***
        The stage gets one more name
            Start Monitor
            Create Test File    one.bin    1 MiB
            Read Monitor
            ${values}    Get Series    names on the stage
            Should Be True    ${values}[-1] > ${values}[0]
            Stop Monitor
        ```
        """
        with self._by_hand() as bench:
            return list(bench.watching.points(figure, phase)[1])

    @keyword(tags=["monitor"])
    def peak_should_be_at_most(self, figure: FigureName, limit: Limit, phase: str = "") -> None:
        """Fails if a figure was higher than a limit at any look.

        What lives less than the time between two looks may be missed; `peak memory` is kept by the kernel.

        Args:
            figure: Name of the figure.
            limit: The most that is right, such as `20`; `500 MiB` or `2 s` where the figure counts bytes or seconds.
            phase: Name of a phase; all the time by default.

        Examples:
        ```robotframework
        *** Test Cases ***
        A copy has at most four processes
            Create Test File    one.bin    1 MiB
            Start Monitor    interval=10 ms
            Start Copier    one.bin    two.bin
            Wait For Copier
            Peak Should Be At Most    processes    4
            Peak Should Be At Most    memory    1 GiB
            Stop Monitor
        ```
        """
        with self._by_hand() as bench:
            highest = max(bench.watching.points(figure, phase)[1])
        where = f" in the phase '{phase}'" if phase else ""
        logger.info(f"{figure}: at most {_amount(figure, highest)}{where}")
        if highest > limit:
            self._unmet(
                f"{figure} rose to {_amount(figure, highest)}{where}, above the limit of {_amount(figure, limit)}"
            )

    @keyword(tags=["monitor"])
    def series_should_not_grow(self, figure: FigureName, least: Limit = _ANYTHING, phase: str = "") -> None:
        """Fails if a line through the values shows growth in each half of them.

        A single step, and growth within the noise, are none. The interval of the slope has 99.9 % confidence.

        Args:
            figure: Name of the figure.
            least: By how much it has to have grown in all to count, such as `5` or `1 MiB`.
            phase: Name of a phase; all the time by default.

        Raises:
            AssertionError: It has grown, or there are too few points to tell; then the message begins with
                `NOT PROVEN`.

        Examples:
        ```robotframework
        *** Test Cases ***
        Ten copies leave no process
            Create Test File    one.bin    1 MiB
            Start Monitor
            FOR    ${number}    IN RANGE    10
                Start Copier    one.bin    two.bin
                Wait For Copier
                Read Monitor
            END
            Series Should Not Grow    processes
            Stop Monitor
        ```
        """
        with self._by_hand() as bench:
            moments, values = bench.watching.points(figure, phase)
            looks = bench.watching.looks(figure, phase)
        points = min(looks, len(values)) if len(set(values)) > 1 else looks  # equal points are told by two of them
        if points < LEAST_POINTS:
            told = "1 point is" if points == 1 else f"{points} points are"
            self._unproven(f"{told} too few to tell whether {figure} grows; look longer or more often")
        line = growth(moments, values, least)
        if line is not None:
            self._unmet(
                f"{figure} grew by {line.slope:.3g} per second (between {line.low:.3g} and {line.high:.3g}), "
                f"from {values[0]:g} to {values[-1]:g}"
            )

    @keyword(tags=["monitor"])
    def figure_should_return_to_baseline(self, figure: FigureName, timeout: timedelta = _RETURN_WITHIN) -> None:
        """Waits until a figure is no higher than it was when the monitor was started.

        Args:
            figure: Name of the figure.
            timeout: How long to wait.

        Examples:
        ```robotframework
        *** Test Cases ***
        A killed copy leaves no lock
            Create Test File    one.bin    1 MiB
            Start Monitor
            Start Copier    one.bin    two.bin    stop=first
            Wait For Hold
            Kill Copier
            Wait For Copier
            Figure Should Return To Baseline    locks
            Figure Should Return To Baseline    descriptors    timeout=2 s
            Stop Monitor
        ```
        """
        with self._by_hand() as bench:
            before, now = bench.watching.has_returned(figure, seconds(timeout))
        if now > before:
            self._unmet(
                f"{figure} did not return to {before:g} within {timeout.total_seconds():g} s: there are {now:g}"
            )


def _amount(figure: str, value: float) -> str:
    return format_about(int(value)) if UNITS.get(figure) == "bytes" else f"{value:g} {UNITS.get(figure, '')}".rstrip()
