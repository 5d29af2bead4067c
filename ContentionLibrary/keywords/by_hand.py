"""What the vocabularies share with which a test works by hand: its workbench, sizes, and failures in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, NoReturn

from robot.utils import timestr_to_secs

from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.content.sizes import parse_size
from ContentionLibrary.errors import UsageError
from ContentionLibrary.keywords.lifecycle import HarnessBrokenError, Lifecycle
from ContentionLibrary.scenario.by_hand.copying import not_reached
from ContentionLibrary.scenario.by_hand.outcomes import CompetitorOutcome, CopierOutcome
from ContentionLibrary.scenario.by_hand.workbench import Workbench

PATIENCE = timedelta(seconds=30)
"""How long keywords wait where the test says nothing else."""


def seconds(time: timedelta) -> float:
    """Return how long a test wants something to take at most, in seconds.

    Raises:
        UsageError: it is less than nothing, so that it would be over before it began.
    """
    if time < timedelta():
        raise UsageError(f"a time of {time.total_seconds():g} s is over before it begins: give one of 0 s or more")
    return time.total_seconds()


class FileSize(int):
    """Bytes of a file, as a number and a unit: `4 MiB`, `278 MB`, `1000 bytes`.

    KB, MB, GB and TB count in thousands; KiB, MiB, GiB and TiB in 1024. A number without a unit is bytes.
    """


def to_file_size(value: str | int) -> FileSize:
    """Turn what a test writes into a number of bytes."""
    return FileSize(parse_size(value))


to_file_size.__doc__ = FileSize.__doc__


class Limit(float):
    """A number; or an amount with a unit where the figure has one: `500 MiB`, `1000 bytes`, `2 s`."""


def to_limit(value: str | int) -> Limit:
    """Turn what a test writes into a number of whatever the figure counts: bytes, seconds, pieces."""
    for parse in (float, parse_size, timestr_to_secs):
        try:
            limit = Limit(parse(value))
        except (ValueError, UsageError):
            continue
        if limit >= 0:
            return limit
    raise UsageError(f"'{value}' is no limit: write a number from 0 on, a size such as 500 MiB, or a time such as 2 s")


to_limit.__doc__ = Limit.__doc__

CONVERTERS: dict[type, Callable[[Any], Any] | Callable[[Any, Any], Any]] = {
    FileSize: to_file_size,
    Limit: to_limit,
    # These two only document what is returned. Robot takes the first fitting entry, so the narrower one is first.
    CopierOutcome: lambda value: value,
    CompetitorOutcome: lambda value: value,
}
"""How Robot turns arguments into the types of these vocabularies."""


class ByHand(Lifecycle):
    """Works at the scenario's workbench."""

    @contextmanager
    def _by_hand(self) -> Iterator[Workbench]:
        try:
            with self._playing() as scenario:
                yield scenario.by_hand
        except HarnessBrokenError as error:
            if isinstance(error.__cause__, UsageError):  # the test's own mistake, and not one of ours
                self._broken = Verdict.NOT_PROVEN, str(error)
            raise

    def _see_that_no_step_was_missed(self, bench: Workbench) -> None:
        """Fail if the copier has ended and never came to a step before which it was to be held."""
        if (missed := bench.copying.missed) and bench.copying.outcome is not None:
            self._unproven(not_reached(missed, bench.copying.outcome))

    def _unmet(self, what: str) -> NoReturn:
        """Fail because something was not as the test expects."""
        self._missed = Verdict.FAILED, what
        raise AssertionError(what)

    def _unproven(self, what: str) -> NoReturn:
        """Fail because what the test wants to show has not happened: nothing is said about the copier."""
        self._missed = Verdict.NOT_PROVEN, what
        raise AssertionError(f"NOT PROVEN: {what}")
