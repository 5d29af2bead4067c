"""The output directory of a run: what is in it, and how the results of an earlier run in the same place go away.

    <outputdir>/log.html, report.html, output.xml, output.json, xunit.xml    all phases together
    <outputdir>/side-by-side/, <outputdir>/alone/                            one phase each, with its evidence

A folder of a phase is removed only when it carries our mark, for then a run like this has made all that is in it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from ContentionLibrary.errors import UsageError
from ContentionLibrary.report.merging import RESULTS

PHASES = ("side-by-side", "alone")
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
        for name in RESULTS:
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
