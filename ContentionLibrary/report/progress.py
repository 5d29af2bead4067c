"""Tells, while Robot runs, which tests have begun and ended: a listener that writes, and the reader of what it wrote.

Robot's own console output cannot serve: pabot holds it back until a suite is over. Each Robot process appends to a
file of its own in its output directory, one JSON object a line; whoever started Robot reads these files.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from robot import result, running

PROGRESS_FILE = "progress.jsonl"
LISTENER = f"{__name__}.ProgressListener"


@dataclass(frozen=True)
class TestMoment:
    """A test has begun (`status` is empty) or ended.

    Args:
        name: the test's name.
        source: path of the suite file.
        at: when it was told, in seconds since 1970.
        status: empty, or Robot's PASS, FAIL or SKIP.
        message: Robot's message at the end.
    """

    __test__ = False  # a name that begins with Test is no test of pytest

    name: str
    source: str
    at: float
    status: str = ""
    message: str = ""


class ProgressListener:
    """Robot Framework listener; use it as `--listener ContentionLibrary.report.progress.ProgressListener`."""

    ROBOT_LISTENER_API_VERSION = 3

    def __init__(self) -> None:
        self._path: Path | None = None

    def start_suite(self, data: running.TestSuite, result: result.TestSuite) -> None:
        """Learn where this Robot process writes."""
        if self._path is None:
            from robot.libraries.BuiltIn import BuiltIn  # noqa: PLC0415 - costly, and only Robot itself comes here

            self._path = Path(str(BuiltIn().get_variable_value("${OUTPUT_DIR}"))) / PROGRESS_FILE

    def start_test(self, data: running.TestCase, result: result.TestCase) -> None:
        """Tell that a test has begun."""
        self._tell(result, "", "")

    def end_test(self, data: running.TestCase, result: result.TestCase) -> None:
        """Tell how a test has ended."""
        self._tell(result, result.status, result.message)

    def _tell(self, test: result.TestCase, status: str, message: str) -> None:
        assert self._path is not None
        line = json.dumps([test.name, str(test.source), time.time(), status, message])
        with self._path.open("a", encoding="ascii") as file:
            file.write(line + "\n")


class ProgressReader:
    """Reads what the listeners of one robot or pabot run have written since it was last asked."""

    def __init__(self, output_directory: Path) -> None:
        self._directory = output_directory
        self._read: dict[Path, int] = {}

    def news(self) -> Iterator[tuple[Path, TestMoment]]:
        """Give the moments not yet given, each once, with the file of the Robot that wrote it.

        A line that is still being written is left for later.
        """
        paths = [self._directory / PROGRESS_FILE, *self._directory.glob(f"pabot_results/*/{PROGRESS_FILE}")]
        for path in paths:
            if not path.exists():
                continue
            with path.open("rb") as file:
                file.seek(self._read.get(path, 0))
                written = file.read()
            whole = written[: written.rfind(b"\n") + 1]
            self._read[path] = self._read.get(path, 0) + len(whole)
            for line in whole.splitlines():
                yield path, TestMoment(*json.loads(line))
