"""What a scenario says in the end: findings, measured levels, and one verdict with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ContentionLibrary.checks.levels import Level


class Verdict(StrEnum):
    """The six possible ends of a scenario. Only PASSED is a pass."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_PROVEN = "not proven"
    SKIPPED = "skipped"
    HARNESS_ERROR = "error of the harness"
    SYSTEM_ERROR = "error of the system"


@dataclass(frozen=True)
class Finding:
    """One thing that was seen and should not have been, in words that somebody who acts on it needs.

    Args:
        check: name of the check that found it.
        seen: what was seen, with step, bytes and whose they are, and which competitor.
        step: the copier's step, or an empty text when no step was held.
        meaning: what it means for a user's files.
        remedy: how it is usually mended.
        level: the level that a copier with this behaviour has, at most.
        count: how often the same was seen at the same step.
        play: title of the play in which it was seen; empty if it is about no single one.
        run: number of the run in which it was seen, the first one of several; 0 if it takes more than one to see it.
        key: names the point at which it was seen, for `contention replay`; see `checks.keys`.
        options: what that command needs besides, where copier or suite did not come along with the library.
    """

    check: str
    seen: str
    step: str
    meaning: str
    remedy: str
    level: Level | None = None
    count: int = 1
    play: str = ""
    run: int = 0
    key: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Control:
    """A positive control: the same probe on a copier made to have the fault, and whether the check saw it."""

    check: str
    copier: str
    seen: bool
    finding: str


@dataclass(frozen=True)
class ScenarioVerdict:
    """Everything that is told about one scenario; stored as `verdict.json` beside its history."""

    id: str
    title: str
    category: str
    copier: str
    verdict: Verdict
    reason: str
    way: str
    stage: str
    size: int
    runs: int
    steps: tuple[str, ...]
    findings: tuple[Finding, ...]
    allowed: tuple[Finding, ...]  # seen, yet within what the copier claims
    measured: tuple[Level, ...]
    claims: tuple[Level, ...]
    controls: tuple[Control, ...]
    limitations: tuple[str, ...]
    seconds: float
