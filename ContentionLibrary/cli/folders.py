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

import shutil
from pathlib import Path

from ContentionLibrary.errors import UsageError
from ContentionLibrary.report.changes import CHANGES_FILE
from ContentionLibrary.report.evidence import PHASES
from ContentionLibrary.report.facts import COPIERS_FILE, FACTS_FILE
from ContentionLibrary.report.making import REPORT_FILES
from ContentionLibrary.report.merging import RESULTS

_MARK = ".made-by-contention-run"


def make_ready(directory: Path) -> None:
    """Make the output directory if it is missing, and remove what an earlier run has left in it.

    Args:
        directory: absolute path.

    Raises:
        UsageError: it cannot be made, or holds a folder of ours that somebody else has made.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for phase in PHASES:
            _remove(directory / phase)
        for name in (*RESULTS, *REPORT_FILES, FACTS_FILE, CHANGES_FILE, COPIERS_FILE):
            (directory / name).unlink(missing_ok=True)
    except OSError as trouble:
        raise UsageError(f"--outputdir {directory} cannot be used: {trouble.strerror}: {trouble.filename}") from trouble


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
