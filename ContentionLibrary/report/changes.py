"""What has changed between a run and earlier ones of the same copier: new, worse, fixed, unstable, slower.

Only outcomes that say something of the copier are compared: a scenario that was skipped, or broke for a reason that is
not the copier's, neither is a change nor hides one.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from statistics import median

from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.errors import HarnessError
from ContentionLibrary.report.outcomes import Outcome
from ContentionLibrary.report.stored import Mismatch, typed

CHANGES_FILE = "changes.json"

_TELLING = (Verdict.PASSED, Verdict.FAILED, Verdict.NOT_PROVEN)
_TIMES, _SECONDS = 2.0, 2.0
"""Slower is what takes more than twice the usual time, and two seconds more: less than that, a busy machine does too."""
_LOOK_BACK = 10  # runs in which a verdict must not have changed back and forth


class Kind(StrEnum):
    """What kind of change it is."""

    NEW = "new failure"
    WORSE = "fails in a new way"
    FIXED = "fixed"
    UNSTABLE = "unstable"
    SLOWER = "slower"


ALARMING = (Kind.NEW, Kind.WORSE)


@dataclass(frozen=True)
class Change:
    """One change of one scenario, in words."""

    id: str
    kind: Kind
    told: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.id} {self.told}"


@dataclass(frozen=True)
class Changes:
    """All changes of a run.

    Args:
        against: `last`, or the directory of the other run.
        asked: whether the user has asked for the comparison.
        found: the changes.
    """

    against: str
    asked: bool
    found: tuple[Change, ...]

    @property
    def alarming(self) -> bool:
        """Whether something is worse than it was."""
        return any(change.kind in ALARMING for change in self.found)


@dataclass(frozen=True)
class Record:
    """What is remembered of one scenario of one run.

    Args:
        verdict: how it ended.
        ways: in which ways it failed: each check with the level that it measured, such as `torn content R0`.
        seconds: how long it took.
    """

    verdict: Verdict
    ways: tuple[str, ...]
    seconds: float

    @property
    def bad(self) -> bool:
        """Whether it was no pass."""
        return self.verdict is not Verdict.PASSED


@dataclass(frozen=True)
class Past:
    """One earlier run of a copier.

    Args:
        began: moment in UTC.
        version: what the copier said of its version.
        scenarios: by id.
    """

    began: str
    version: str
    scenarios: Mapping[str, Record]


def record_all(outcomes: Sequence[Outcome]) -> dict[str, Record]:
    """Keep what later runs are compared with; of several rows of one scenario, all together."""
    records: dict[str, Record] = {}
    for outcome in outcomes:
        if outcome.verdict not in _TELLING:
            continue
        stored = outcome.stored
        ways = (
            tuple(dict.fromkeys(f"{one.check} {one.level or ''}".strip() for one in stored.findings)) if stored else ()
        )
        one = Record(outcome.verdict, ways, stored.seconds if stored else 0.0)
        records[outcome.id] = _together(records[outcome.id], one) if outcome.id in records else one
    return records


def _together(one: Record, other: Record) -> Record:
    worst = max(one.verdict, other.verdict, key=_TELLING.index)
    ways = tuple(dict.fromkeys((*one.ways, *other.ways)))
    return Record(worst, ways, round(one.seconds + other.seconds, 3))


def changes(now: Past, earlier: Sequence[Past]) -> tuple[Change, ...]:
    """Compare a run with earlier ones; each scenario with the latest run that has it.

    Args:
        now: the run.
        earlier: others of the same copier, oldest first.
    """
    found: list[Change] = []
    for name, record in now.scenarios.items():
        past = [run for run in earlier if name in run.scenarios]
        if not past:
            if record.bad:
                found.append(Change(name, Kind.NEW, f"{_told(record)}; there is no earlier run of it"))
            continue
        found += _verdict_changes(name, record, past, now)
        found += _slower(name, record, past)
    return tuple(found)


def _verdict_changes(name: str, record: Record, past: Sequence[Past], now: Past) -> list[Change]:
    last = past[-1]
    before = last.scenarios[name]
    then = f"in the run of {last.began}{_other_version(last, now)}"
    found = []
    if record.bad and not before.bad:
        found.append(Change(name, Kind.NEW, f"{_told(record)}; it passed {then}"))
    elif before.bad and not record.bad:
        found.append(Change(name, Kind.FIXED, f"passes; it was '{before.verdict}' {then}"))
    elif record.verdict is Verdict.FAILED and (new := [way for way in record.ways if way not in before.ways]):
        found.append(Change(name, Kind.WORSE, f"failed by {', '.join(new)}, which it did not {then}"))
    same = [run.scenarios[name].verdict for run in past if run.version == now.version][-_LOOK_BACK:]
    turns = [*same, record.verdict]
    if sum(one is not other for one, other in itertools.pairwise(turns)) > 1:
        told = f"went back and forth with the same copier: {', '.join(turns)}"
        found.append(Change(name, Kind.UNSTABLE, told))
    return found


def _other_version(last: Past, now: Past) -> str:
    return f", when the copier was {last.version or 'of an unknown version'}" if last.version != now.version else ""


def _slower(name: str, record: Record, past: Sequence[Past]) -> list[Change]:
    usual = [run.scenarios[name].seconds for run in past][-_LOOK_BACK:]
    middle = median(usual)
    if record.seconds <= max(_TIMES * middle + _SECONDS, *usual):
        return []
    runs = f"{len(usual)} earlier run{'s' if len(usual) > 1 else ''}"
    return [Change(name, Kind.SLOWER, f"took {record.seconds:.1f} s, and {middle:.1f} s in the middle of {runs}")]


def _told(record: Record) -> str:
    return f"{record.verdict}{f' by {record.ways[0]}' if record.ways else ''}"


def changes_text(told: Changes) -> list[str]:
    """The changes as lines; none if nothing changed and nobody has asked."""
    if not told.found and not told.asked:
        return []
    whom = "the last runs on this machine" if told.against == "last" else f"the run in {told.against}"
    return [f"Compared with {whom}:", *(f"    {change}" for change in told.found or ("nothing has changed",))]


def store_changes(told: Changes, directory: Path) -> None:
    """Write the changes into the run's output directory."""
    text = json.dumps(dataclasses.asdict(told), indent=1)
    (directory / CHANGES_FILE).write_text(text + "\n", encoding="ascii")


def load_changes(directory: Path) -> Changes | None:
    """Read the changes of a run; None where it was not compared.

    Raises:
        HarnessError: the file cannot be read, or has not the form of changes.
    """
    path = directory / CHANGES_FILE
    if not path.is_file():
        return None
    try:
        told = typed(Changes, json.loads(path.read_text(encoding="ascii")), "")
    except (OSError, ValueError, Mismatch) as trouble:
        raise HarnessError(f"The changes in {path} cannot be read: {trouble}") from trouble
    assert isinstance(told, Changes)
    return told
