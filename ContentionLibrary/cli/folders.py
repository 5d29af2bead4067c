"""The output directory of a run: what is in it, and how the results of an earlier run in the same place go away.

    <outputdir>/contention.html, contention.json, contention-badge.svg       what is told of the copier
    <outputdir>/log.html, report.html, output.xml, output.json, xunit.xml    all phases together
    <outputdir>/run.json                                                     the copier's version, the machine, the plan
    <outputdir>/changes.json                                                 what is not as in an earlier run
    <outputdir>/side-by-side/, <outputdir>/alone/                            one phase each, with its evidence

With several copiers, each has such a directory of its own in it, and `copiers.json` names them.

A folder of a phase is removed only when it carries our mark, for then a run like this has made all that is in it.
"""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ContentionLibrary.cli.workspaces import see_that_it_is_utf8
from ContentionLibrary.errors import SystemTrouble, UsageError
from ContentionLibrary.report.changes import CHANGES_FILE
from ContentionLibrary.report.evidence import PHASES
from ContentionLibrary.report.facts import COPIERS_FILE, FACTS_FILE
from ContentionLibrary.report.making import REPORT_FILES
from ContentionLibrary.report.merging import RESULTS

_FULL = {errno.ENOSPC, errno.EDQUOT}
_LEAST = 1 << 20  # bytes; the results even of one scenario with findings take more
_MARK = ".made-by-contention-run"


def make_ready(directory: Path) -> None:
    """Make the output directory if it is missing, and remove what an earlier run has left in it.

    Args:
        directory: absolute path.

    Raises:
        UsageError: it cannot be made or written, or holds a folder of ours that somebody else has made.
    """
    see_that_it_is_utf8("--outputdir", directory)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for phase in PHASES:
            _remove(directory / phase)
        for name in (*RESULTS, *REPORT_FILES, FACTS_FILE, CHANGES_FILE, COPIERS_FILE):
            (directory / name).unlink(missing_ok=True)
    except OSError as trouble:
        where = f": {trouble.filename}" if trouble.filename != str(directory) else ""
        raise UsageError(_refusal(directory, f"{trouble.strerror}{where}", trouble)) from trouble
    try:
        with tempfile.TemporaryFile(dir=directory) as file:
            file.write(bytes(_LEAST))
    except OSError as trouble:
        raise UsageError(_refusal(directory, str(trouble.strerror), trouble)) from trouble


def _refusal(directory: Path, why: str, trouble: OSError) -> str:
    return f"--outputdir {directory} cannot be used: {why}; {_remedy(trouble)}"


@contextmanager
def room_for_results(directory: Path) -> Iterator[None]:
    """While results are written: say where it is that there is no more room, for the system does not.

    Raises:
        SystemTrouble: there is none.
    """
    try:
        yield
    except OSError as trouble:
        if trouble.errno not in _FULL:
            raise
        raise SystemTrouble(
            f"The results do not find room in {trouble.filename or directory}: {trouble.strerror}; {_remedy(trouble)}"
        ) from trouble


def _remedy(trouble: OSError) -> str:
    if trouble.errno in _FULL:
        return "make room there, or name another folder by --outputdir"
    return "name a folder in which you may write by --outputdir"


def make_phase(directory: Path, name: str) -> Path:
    """Make the folder of one phase."""
    folder = directory / name
    folder.mkdir()
    (folder / _MARK).touch()
    return folder


def _remove(folder: Path) -> None:
    if not folder.exists():
        return
    if not (folder / _MARK).is_file():
        raise UsageError(
            f"--outputdir: {folder} is in the way and was not made by `contention run`; "
            "remove it or choose another output directory"
        )
    shutil.rmtree(folder)
