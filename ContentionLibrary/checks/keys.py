"""The key of a finding: a short name for the point at which it was seen, from which that point can be reached again.

A key holds all that takes one there: scenario, copier, which play of the scenario, which run of the play, which held step
of the run, which check, and the size of the files unless that is quick. So it can be read from a log and used on another
machine, without any stored file.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ContentionLibrary.checks.check import runs_of
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.errors import UsageError
from ContentionLibrary.history.copies import StepReached
from ContentionLibrary.history.recording import History

_FORM = re.compile(
    r"(?P<scenario>[^:]+):(?P<copier>.+):(?P<play>\d+)\.(?P<run>\d+)\.(?P<step>\d+):(?P<check>[a-z0-9-]+)(\.(?P<turn>\d+))?"
    r"(@(?P<size>standard|full))?"
)


@dataclass(frozen=True)
class Key:
    """Where a finding was seen. Plays, runs and steps are counted from 1.

    Args:
        scenario: its id.
        copier: name of the profile.
        play: which play of the scenario.
        run: which run of the play; 0 if the finding is about more than one.
        step: which of the steps at which the run was held; 0 if none.
        check: name of the check, as a word.
        turn: tells findings of one check at one point apart, by what they mean, where there is more than one, or nobody is
            held so that another one may come first next time. 1 means whichever comes first.
        size: the size at which it was seen; empty for quick, at which one goes back if nothing else is said.
    """

    scenario: str
    copier: str
    play: int
    run: int
    step: int
    check: str
    turn: int = 1
    size: str = ""

    def is_of_same_point(self, other: Key) -> bool:
        """Tell whether another key, perhaps of another run, is about what this one is about."""
        return replace(other, run=self.run, turn=self.turn if self.turn == 1 else other.turn) == self

    def __str__(self) -> str:
        turn = f".{self.turn}" if self.turn > 1 else ""
        size = f"@{self.size}" if self.size else ""
        return f"{self.scenario}:{self.copier}:{self.play}.{self.run}.{self.step}:{self.check}{turn}{size}"


def parse_key(text: str) -> Key:
    """Read a key.

    Raises:
        UsageError: it is none.
    """
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise UsageError(
            f"'{text}' is no key of a finding: copy one from the line 'replay' in the terminal or in the log, "
            "such as RDW-001:cp:1.1.3:torn-reads"
        )
    parts = found.groupdict()
    numbers = {name: int(parts[name] or 1) for name in ("play", "run", "step", "turn")}
    return Key(parts["scenario"], parts["copier"], check=parts["check"], size=parts["size"] or "", **numbers)


def _number_of(finding: Finding) -> int:
    """Return a number of five digits that stands for what a finding means, and for a step at which nobody was held."""
    return 10_000 + zlib.crc32(f"{finding.level} {finding.meaning} {finding.step}".encode()) % 90_000


def word_of(check: str) -> str:
    """Return the name of a check as it stands in keys."""
    return re.sub(r"[^a-z0-9]+", "-", check.casefold()).strip("-")


@dataclass(frozen=True)
class Origin:
    """What all findings of one scenario have in common in their keys.

    Args:
        scenario: its id.
        copier: name of the profile.
        plays: titles of the plays of the scenario, in order.
        size: of the files, by its name; empty for quick.
        options: what `contention replay` needs besides the key.
    """

    scenario: str
    copier: str
    plays: Sequence[str]
    size: str = ""
    options: tuple[str, ...] = ()


def keyed(findings: Iterable[Finding], played: History, origin: Origin, *, numbered: bool = False) -> list[Finding]:
    """Give each finding its key.

    Args:
        findings: of any checks; those of one check must be given together.
        played: the history of the copier under test.
        origin: where they come from.
        numbered: say in each key what its finding means, also where that needs not be said.
    """
    held = {
        (run.play.title, run.number): list(dict.fromkeys(event.step for event in run.events.of(StepReached)))
        for run in runs_of(played)
    }
    keys: list[tuple[Finding, Key]] = []
    kinds: dict[Key, set[int]] = {}
    for finding in findings:
        steps = held.get((finding.play, finding.run), [])
        step = steps.index(finding.step) + 1 if finding.step in steps else 0
        play = origin.plays.index(finding.play) + 1
        key = Key(origin.scenario, origin.copier, play, finding.run, step, word_of(finding.check), size=origin.size)
        keys.append((finding, key))
        kinds.setdefault(key, set()).add(_number_of(finding))
    return [
        replace(
            finding,
            key=str(replace(key, turn=_number_of(finding)) if numbered or not key.step or len(kinds[key]) > 1 else key),
            options=origin.options,
        )
        for finding, key in keys
    ]
