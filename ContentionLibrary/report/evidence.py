"""Finds the verdicts that a run of robot or pabot has stored below its output directory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ContentionLibrary.checks.verdict import ScenarioVerdict
from ContentionLibrary.errors import HarnessError
from ContentionLibrary.report.stored import EVIDENCE_FOLDER, VERDICT_FILE, load_verdict

PHASES = ("side-by-side", "alone")
"""Folders in which `contention run` lets its phases write."""

# Robot writes beside its output file; pabot gives every suite an output directory of its own.
_PLACES = (
    f"{EVIDENCE_FOLDER}/*/{VERDICT_FILE}",
    f"pabot_results/*/{EVIDENCE_FOLDER}/*/{VERDICT_FILE}",
)


@dataclass(frozen=True)
class Evidence:
    """A verdict and the folder in which it and its history are stored."""

    verdict: ScenarioVerdict
    folder: Path


@dataclass(frozen=True)
class Unreadable:
    """A stored verdict that nobody can read, and why; its folder is named like the scenario's id."""

    folder: Path
    why: str


def verdict_files(output_directory: Path) -> tuple[Path, ...]:
    """The verdicts below the output directory of one robot or pabot run, in the order of their paths."""
    return tuple(sorted(path for place in _PLACES for path in output_directory.glob(place)))


def read_evidence(path: Path) -> Evidence | Unreadable:
    """Read one stored verdict; one that is broken must not keep anybody from the others."""
    try:
        return Evidence(load_verdict(path), path.parent)
    except HarnessError as trouble:
        return Unreadable(path.parent, str(trouble))
