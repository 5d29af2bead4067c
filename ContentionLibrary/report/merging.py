"""Makes one set of Robot's results out of those of several phases, as if one Robot had run everything.

`rebot --merge` would note in each test's message that it was merged; how a run was divided says nothing about a copier.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from robot import result
from robot.api import ExecutionResult, ResultWriter
from robot.errors import DataError
from robot.output import LOGGER

from ContentionLibrary.errors import HarnessError

RESULTS = ("log.html", "report.html", "output.xml", "output.json", "xunit.xml")


def merge_results(outputs: Sequence[Path], directory: Path, name: str) -> tuple[Path, ...]:
    """Write log.html, report.html, output.xml, output.json and xunit.xml of several results together.

    Args:
        outputs: the results of the phases; suites with the same name and source become one.
        directory: where the files go. Nothing is written when no result can be read.
        name: what the topmost suite is called.

    Returns:
        The results that are missing or cannot be read, as those of a Robot that was killed.

    Raises:
        HarnessError: Robot cannot write the files.
    """
    found = {output: result for output in outputs if (result := _read(output))}
    if found:
        _write(_together(list(found)) if _differ(found.values()) else _as_one(list(found.values())), directory, name)
    return tuple(output for output in outputs if output not in found)


def _read(output: Path) -> result.Result | None:
    try:
        read: result.Result = ExecutionResult(str(output))
    except DataError:
        return None
    return read


def _differ(results: Iterable[result.Result]) -> bool:
    return len({(each.suite.name, each.suite.source) for each in results}) > 1


def _together(outputs: Sequence[Path]) -> result.Result:
    """Results of different suites, beside each other."""
    together: result.Result = ExecutionResult(*map(str, outputs))
    return together


def _as_one(results: Sequence[result.Result]) -> result.Result:
    """Results of parts of the same suites."""
    whole = results[0]
    for part in results[1:]:
        _join(whole.suite, part.suite)
        whole.errors.add(part.errors)
    return whole


def _write(whole: result.Result, directory: Path, title: str) -> None:
    whole.suite.name = title
    log, report, output, json, xunit = (directory / name for name in RESULTS)
    try:
        whole.save(output)
        whole.save(json)
    except DataError as trouble:
        raise HarnessError(f"Robot's results cannot be written: {trouble.message}") from trouble
    LOGGER.unregister_console_logger()  # or Robot tells on our terminal where each file is
    ResultWriter(whole).write_results(log=str(log), report=str(report), xunit=str(xunit))
    for path in (log, report, xunit):
        if not path.is_file():
            raise HarnessError(f"Robot could not write {path}: is there room, and is the folder still there?")


def _join(whole: result.TestSuite, part: result.TestSuite) -> None:
    # Without times of its own, a suite has those of its tests.
    whole.start_time = whole.end_time = None
    whole.elapsed_time = None  # type: ignore[misc, assignment]  # Robot's own merging does the same
    for suite in part.suites:
        same = next((each for each in whole.suites if (each.name, each.source) == (suite.name, suite.source)), None)
        if same is None:
            whole.suites.append(suite)
        else:
            _join(same, suite)
    whole.tests.extend(part.tests)
