"""Where several copiers of one run differ, and why: by guarantee, and by scenario, each with what was seen.

A copier may pass what another one fails because it claims less; so each side of a difference tells its claim too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ContentionLibrary.checks.judging import most_telling
from ContentionLibrary.checks.levels import LETTERS, STRICT, Letter, Level
from ContentionLibrary.checks.verdict import Finding, Verdict
from ContentionLibrary.report.guarantees import Guarantee, Proof, guarantee_card
from ContentionLibrary.report.outcomes import CopierOutcomes, Outcome


@dataclass(frozen=True)
class Side:
    """One copier's guarantee for a letter."""

    copier: str
    guarantee: Guarantee

    @property
    def level(self) -> Level | None:
        """What was measured of it; None if nothing was."""
        return self.guarantee.measured

    @property
    def terms(self) -> str:
        """What makes the level acceptable, or not, if that needs to be said."""
        demanded = self.guarantee.claimed
        if self.level and not self.guarantee.kept:
            return f"although {demanded} is demanded of it"
        return "as it claims" if self.level and self.level.rank < STRICT[self.level.letter].rank else ""

    @property
    def proof(self) -> Proof | None:
        """What the level was seen by, the most telling one first; None where nothing was measured."""
        return self.guarantee.evidence[0] if self.guarantee.evidence else None


@dataclass(frozen=True)
class Compared:
    """One letter on all copiers, in their order."""

    letter: Letter
    sides: tuple[Side, ...]

    @property
    def differs(self) -> bool:
        """Whether two of them were measured and are not alike."""
        return len({side.level for side in self.sides if side.level}) > 1


@dataclass(frozen=True)
class Ended:
    """How one scenario ended on one copier: its outcome and, if it was no pass, the level and the words for it."""

    copier: str
    outcome: Outcome

    @property
    def finding(self) -> Finding | None:
        """What tells most of why it failed; None if it did not."""
        stored = self.outcome.stored
        if stored is None or self.outcome.verdict is not Verdict.FAILED:
            return None
        return next(iter(most_telling(stored.findings, 1)), None)

    @property
    def level(self) -> Level | None:
        """The level that this finding measures, if it measures one."""
        return self.finding.level if self.finding else None

    @property
    def step(self) -> str:
        """At which step it was made."""
        return self.finding.step if self.finding else ""

    @property
    def why(self) -> str:
        """What was seen, or why there is no verdict on the copier; empty for a pass."""
        if self.outcome.verdict is Verdict.PASSED:
            return ""
        return self.finding.seen if self.finding else self.outcome.reason


@dataclass(frozen=True)
class Scenario:
    """One scenario on all copiers that came to it, in their order."""

    id: str
    title: str
    ends: tuple[Ended, ...]

    @property
    def differs(self) -> bool:
        """Whether it did not end alike on all."""
        return len({end.outcome.verdict for end in self.ends}) > 1


@dataclass(frozen=True)
class Comparison:
    """Everything that can be said of several copiers side by side."""

    letters: tuple[Compared, ...]
    scenarios: tuple[Scenario, ...]


def compare(runs: Sequence[CopierOutcomes]) -> Comparison:
    """Set copiers side by side.

    Args:
        runs: one for each copier, of the same scenarios.
    """
    cards = [(run.copier, {each.letter.name: each for each in guarantee_card(run.outcomes)}) for run in runs]
    letters = tuple(
        Compared(letter, tuple(Side(copier, card[name]) for copier, card in cards)) for name, letter in LETTERS.items()
    )
    ids = dict.fromkeys(outcome.id for run in runs for outcome in run.outcomes)
    return Comparison(letters, tuple(_scenario(each, runs) for each in ids))


def _scenario(scenario: str, runs: Sequence[CopierOutcomes]) -> Scenario:
    ends = []
    for run in runs:
        own = [outcome for outcome in run.outcomes if outcome.id == scenario]
        if own:  # a scenario that was played in several rows is as good as the first row that was no pass
            ends.append(Ended(run.copier, next((one for one in own if one.verdict is not Verdict.PASSED), own[0])))
    return Scenario(scenario, ends[0].outcome.title, tuple(ends))
