"""Makes the report of a run out of its files, and again whenever it is asked for: page, JSON and badges."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from ContentionLibrary.report.badge import badge
from ContentionLibrary.report.gathering import CopierRun, gather_all
from ContentionLibrary.report.machine_report import Catalogue, machine_report
from ContentionLibrary.report.page.whole import whole_page

PAGE = "contention.html"
MACHINE_REPORT = "contention.json"
BADGE = "contention-badge.svg"
REPORT_FILES = (PAGE, MACHINE_REPORT, BADGE)


@dataclass(frozen=True)
class Made:
    """A report: what it is about, and the files that were written."""

    runs: tuple[CopierRun, ...]
    files: tuple[Path, ...]


def make_report(directory: Path, catalogue: Catalogue) -> Made:
    """Write page, JSON and badges into an output directory.

    Args:
        directory: of contention run, with one or several copiers, or of a plain robot or pabot.
        catalogue: the known scenarios.

    Raises:
        UsageError: nothing of a run is there.
        HarnessError: what is there cannot be read.
        OSError: a file cannot be written.
    """
    runs = gather_all(directory)
    texts = {
        directory / PAGE: whole_page(runs, catalogue, directory),
        directory / MACHINE_REPORT: json.dumps(machine_report(runs, catalogue), indent=1, ensure_ascii=True) + "\n",
        **{run.directory / BADGE: badge(run.facts.copier, run.card) for run in runs},
    }
    for path, text in texts.items():
        _write(path, text)
    return Made(runs, tuple(texts))


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all: a page that a browser shows may be made again meanwhile."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        # Names of files may hold bytes that are no characters; no file of UTF-8 can hold those.
        draft.write_text(text, encoding="utf-8", errors="backslashreplace")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
