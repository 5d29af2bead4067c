"""What a machine means for each scenario: in which way it would be run, on which stage, or why it would be skipped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from ContentionLibrary.doctor.probe import Answer
from ContentionLibrary.doctor.probes import EXACT, SAMPLED
from ContentionLibrary.errors import UsageError
from ContentionLibrary.history.copies import Way

SKIPPED = "skipped"
REAL, MODELLED, EMULATED, LEFT_OUT = "real", "modelled", "emulated", "left-out"
_NEEDED = "needs:"
_OTHERWISE = {f"real-or-{how}:": how for how in (MODELLED, EMULATED, LEFT_OUT)}


class Planned(Protocol):
    """A test of a suite, as far as its needs go."""

    @property
    def id(self) -> str:
        """The scenario's id."""

    @property
    def title(self) -> str:
        """The name without the id."""

    @property
    def tags(self) -> tuple[str, ...]:
        """All its tags."""


@dataclass(frozen=True)
class Outlook:
    """One scenario on this machine.

    Args:
        id: the scenario's id.
        title: its name without the id.
        way: how it would hold the copier, or `skipped`.
        stages: the stages that it has besides a directory, each `real`, `modelled`, `emulated` or `left-out`.
        missing: the abilities that this machine has not and that would make it better.
        why: what keeps it from being better, in full words; empty if nothing does.
        remedy: the one command that would improve it; empty if nothing is to be improved.
    """

    id: str
    title: str
    way: str
    stages: Mapping[str, str]
    missing: tuple[str, ...]
    why: str
    remedy: str

    @property
    def skipped(self) -> bool:
        """Whether it would not be played at all."""
        return self.way == SKIPPED

    @property
    def control(self) -> str:
        """Way and stages in a few words, such as `exact, real ext4, modelled xfs`."""
        return ", ".join([self.way, *(f"{how} {stage}" for stage, how in self.stages.items())])


def outlook(test: Planned, answers: Mapping[str, Answer]) -> Outlook:
    """Say what a scenario would be on the machine that has given these answers.

    Args:
        test: the scenario.
        answers: by the names of the probes.

    Raises:
        UsageError: a tag of it names no probe.
    """
    needed = _named(test, _NEEDED, answers)
    otherwise = {name: how for prefix, how in _OTHERWISE.items() for name in _named(test, prefix, answers)}
    lacking = [name for name in needed if not answers[name].able]
    missing = lacking or ([] if answers[EXACT].able else [EXACT]) + [
        name for name in otherwise if not answers[name].able
    ]
    stages = {} if lacking else {name: REAL if answers[name].able else how for name, how in otherwise.items()}
    return Outlook(
        id=test.id,
        title=test.title,
        way=SKIPPED if lacking else _way(answers).value,
        stages=stages,
        missing=tuple(missing),
        why="; ".join(dict.fromkeys(answers[name].told for name in missing)),
        remedy=next((answers[name].remedy for name in missing if answers[name].remedy), ""),
    )


def uses(tests: Iterable[Planned], answers: Mapping[str, Answer]) -> dict[str, list[str]]:
    """By probe, the ids of the scenarios for which it makes a difference: exact stepping does for each."""
    found: dict[str, list[str]] = {name: [] for name in answers}
    for test in tests:
        named = [name for prefix in (_NEEDED, *_OTHERWISE) for name in _named(test, prefix, answers)]
        for name in dict.fromkeys([EXACT, *named]):
            found[name].append(test.id)
    return found


def _way(answers: Mapping[str, Answer]) -> Way:
    if answers[EXACT].able:
        return Way.EXACT
    return Way.SAMPLED if answers[SAMPLED].able else Way.TIMED


def _named(test: Planned, prefix: str, answers: Mapping[str, Answer]) -> list[str]:
    names = [tag.removeprefix(prefix) for tag in test.tags if tag.startswith(prefix)]
    for name in names:
        if name not in answers:
            known = ", ".join(answers)
            raise UsageError(f"{test.id}: the tag {prefix}{name} names nothing that is probed; there are {known}")
    return names
