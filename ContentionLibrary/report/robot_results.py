"""Reads what Robot itself says about the tests of a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from robot import result
from robot.api import ExecutionResult
from robot.errors import DataError

from ContentionLibrary.errors import HarnessError

BY_SIGNAL = "Execution terminated by signal"
"""What Robot says of the test in which it was told to stop; of all later ones it says that they were not begun."""
_NOT_BEGUN = "Test execution stopped due to a fatal error."


@dataclass(frozen=True)
class RobotResult:
    """One test as Robot has it: `status` is PASS, FAIL or SKIP, `began` and `ended` are moments in UTC.

    `troubles` is what Robot says of its suite file beside the tests, such as a library that cannot be imported.
    """

    name: str
    source: Path
    status: str
    message: str
    tags: tuple[str, ...] = ()
    began: datetime | None = None
    ended: datetime | None = None
    troubles: tuple[str, ...] = ()

    @property
    def begun(self) -> bool:
        """Whether Robot came to it, before it was told to stop."""
        return self.message != _NOT_BEGUN

    @property
    def whole(self) -> bool:
        """Whether it came to its own end, before Robot was told to stop."""
        return self.begun and BY_SIGNAL not in self.message


def read_robot_results(output: Path) -> tuple[RobotResult, ...]:
    """Read the tests of an `output.xml` or `output.json`, in the order of the suites.

    Raises:
        HarnessError: Robot cannot read the file.
    """
    try:
        whole = ExecutionResult(str(output), include_keywords=False)
    except DataError as trouble:
        raise HarnessError(f"Robot's results in {output} cannot be read: {trouble.message}") from trouble
    return tuple(_tests(whole.suite, [error.message for error in whole.errors if error.level == "ERROR"]))


def _tests(suite: result.TestSuite, errors: Sequence[str]) -> Iterator[RobotResult]:
    for child in suite.suites:
        yield from _tests(child, errors)
    troubles = tuple(error.splitlines()[0] for error in errors if f"'{suite.source}'" in error)
    for test in suite.tests:
        began, ended = _in_utc(test.start_time), _in_utc(test.end_time)
        tags = tuple(str(tag) for tag in test.tags)
        yield RobotResult(test.name, Path(str(test.source)), test.status, test.message, tags, began, ended, troubles)


def _in_utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None  # Robot writes the local time of its machine
