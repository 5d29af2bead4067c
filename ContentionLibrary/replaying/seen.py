"""What came of going back to the point of a key; and if it was not the same each time, or cannot be told, why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ContentionLibrary.checks.check import runs_of
from ContentionLibrary.checks.keys import Key
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.history.cast import AFTERWARDS
from ContentionLibrary.history.copies import CopyBegan, CopyEnded, StepReached
from ContentionLibrary.history.events import Limitation
from ContentionLibrary.history.recording import History

EVERYWHERE, NOWHERE = "before every step", "nowhere"
AS_PLAYED, WHOLE_PLAY = "as in its run of the play", "as the whole play holds it"
"""Where the copier was held, if that was not before one step or two."""


class End(StrEnum):
    """The five ends of a replay, as they are told. A key of nothing is no end: it is refused."""

    CONFIRMED = "confirmed"  # seen in each go
    UNSTABLE = "UNSTABLE"  # seen in some
    NOT_SEEN = "not seen"  # seen in none, although everything was there to see it
    NOT_PROVEN = "NOT PROVEN"  # seen in none, and that proves nothing
    NOT_POSSIBLE = "NOT POSSIBLE HERE"  # this machine cannot go there


@dataclass(frozen=True)
class Seen:
    """What came of going there.

    Args:
        goes: how often it was gone there.
        hits: in how many of them the finding was seen.
        rounds: how many rounds there were in all these goes, if a go is a race of many; else 0.
        rounds_hit: in how many of those it was seen.
        held: before which steps the copier was held, or one of the words above.
        finding: the first finding; None if there was none.
        unproven: why nothing is proven by not seeing it, if so.
        seconds: how long the first go took.
        impossible: why nobody can go there on this machine, if so.
        unstable: why it was seen in some goes and not in others, if so.
    """

    goes: int = 0
    hits: int = 0
    rounds: int = 0
    rounds_hit: int = 0
    held: str = ""
    finding: Finding | None = None
    unproven: tuple[str, ...] = ()
    seconds: float = 0.0
    impossible: str = ""
    unstable: str = ""

    @property
    def end(self) -> End:
        """What this is called."""
        if self.impossible:
            return End.NOT_POSSIBLE
        if self.hits:
            return End.CONFIRMED if self.hits == self.goes else End.UNSTABLE
        return End.NOT_PROVEN if self.unproven else End.NOT_SEEN

    @property
    def where(self) -> str:
        """Where the copier was held, in words that follow `held`."""
        known = ("", EVERYWHERE, NOWHERE, AS_PLAYED, WHOLE_PLAY)
        return self.held if self.held in known else f"before: {self.held}"

    @property
    def confirmed(self) -> bool:
        """Whether every go has shown it."""
        return self.end is End.CONFIRMED


@dataclass(frozen=True)
class Go:
    """One go, as far as it can be compared with others.

    Args:
        hit: whether the finding was seen.
        ways: the steps that each copier came to.
        settled: whether all threads and processes of a copier were asleep, whenever it was held.
        outlived: whether a process of a copier has outlived it.
    """

    hit: bool
    ways: tuple[tuple[str, ...], ...]
    settled: bool
    outlived: bool = False


@dataclass
class Tally:
    """Counts goes."""

    goes: list[Go] = field(default_factory=list)
    rounds: int = 0
    rounds_hit: int = 0

    @property
    def hits(self) -> int:
        """How many goes have shown the finding."""
        return sum(go.hit for go in self.goes)

    def add(self, history: History, shown: Sequence[Finding]) -> None:
        """Count one go, and what was shown in it."""
        ended = [one for one in history.of(CopyEnded) if one.who not in AFTERWARDS]
        settled = all(one.settled for one in history.of(StepReached))
        outlived = any(one.survivors for one in ended)
        self.goes.append(Go(bool(shown), tuple(one.steps for one in ended), settled, outlived))
        self.rounds += len(runs_of(history))
        self.rounds_hit += len({finding.run for finding in shown})

    def replace_by(self, other: Tally) -> None:
        """Forget these goes, and count others instead."""
        self.goes, self.rounds, self.rounds_hit = other.goes, other.rounds, other.rounds_hit


def why_unstable(goes: Sequence[Go], finding: Finding | None) -> str:
    """Say why some goes have shown a finding and others have not; empty if that is not so."""
    if finding is None or len({go.hit for go in goes}) < 2:
        return ""
    if not finding.step:
        return "nobody is held where this is seen, so chance decides whether it is"
    if not all(go.settled for go in goes):
        return "other threads or processes of the copier were still at work while it was held"
    if len({go.outlived for go in goes}) > 1:
        return "it is up to the copier and the system whether processes of the copier outlive it"
    if len({go.ways for go in goes}) > 1:
        return "the copier does not come to the same steps each time"
    return "the copier was held before the same steps each time; what came of it is up to the copier and the system"


def why_impossible(history: History) -> str:
    """Say why a play was left out on this machine; empty if it was not."""
    if history.of(CopyBegan):
        return ""
    return "; ".join(dict.fromkeys(one.what for one in history.of(Limitation)))


def why_no_such_point(history: History, key: Key) -> str:
    """Say why a copier cannot be at the point of a key: there is no such run or step any more; empty if there is."""
    there = {run.number: run for run in runs_of(history)}
    if not key.run:
        return ""
    again = f"it is another copier or version than the one of the key: run {key.scenario} again"
    if key.run not in there:
        return f"there is no run {key.run} in this play, because the copier takes other steps; {again}"
    steps = len({event.step for event in there[key.run].events.of(StepReached)})
    if steps < key.step:
        return (
            f"the copier was held before {steps} steps in run {key.run}, and the key is about step {key.step}; {again}"
        )
    return ""
