"""The guarantee card: what a whole run has measured of a copier, letter by letter, its claim, and the evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ContentionLibrary.checks.levels import LETTERS, STRICT, Letter, Level
from ContentionLibrary.checks.verdict import ScenarioVerdict, Verdict
from ContentionLibrary.report.outcomes import Outcome

_PROVEN = (Verdict.PASSED, Verdict.FAILED)


@dataclass(frozen=True)
class Proof:
    """Where a level comes from.

    Args:
        scenario: the id.
        step: the copier's step at which it was seen; empty when no step was held, or when nothing weaker was seen.
        seen: what was seen; empty when nothing weaker was seen.
    """

    scenario: str
    step: str = ""
    seen: str = ""


@dataclass(frozen=True)
class Guarantee:
    """One letter of the card.

    Args:
        letter: the letter.
        measured: the weakest level that any scenario has shown; None if nothing has measured this letter.
        claimed: what was demanded: the copier's claim, else the strict one.
        evidence: each scenario behind the measured level, once.
    """

    letter: Letter
    measured: Level | None
    claimed: Level
    evidence: tuple[Proof, ...]

    @property
    def kept(self) -> bool:
        """Whether the copier is known to give at least what it claims."""
        return self.measured is not None and self.measured.rank >= self.claimed.rank


def guarantee_card(outcomes: Iterable[Outcome]) -> tuple[Guarantee, ...]:
    """Put the measured levels of several scenarios together; a chain is as strong as its weakest link.

    A scenario that has proven nothing lends no strength to any letter, but what it has seen weakens one all the same. A
    verdict that is not trusted (an error of the harness or the system) counts neither way.

    Args:
        outcomes: of one and the same copier.

    Returns:
        All ten letters in their usual order, also those that nothing has measured.
    """
    told = list(outcomes)
    shown = [(level, proof) for outcome in told for level, proof in _shown(outcome)]
    claims = {level.letter: level for outcome in told if outcome.stored for level in outcome.stored.claims}
    return tuple(
        _guarantee(letter, claims.get(name, STRICT[name]), [one for one in shown if one[0].letter == name])
        for name, letter in LETTERS.items()
    )


def measured_levels(card: Iterable[Guarantee]) -> str:
    """The measured levels in a row: `R0 W2 E1`; empty if nothing was measured."""
    return " ".join(str(each.measured) for each in card if each.measured)


def _guarantee(letter: Letter, claimed: Level, shown: list[tuple[Level, Proof]]) -> Guarantee:
    if not shown:
        return Guarantee(letter, None, claimed, ())
    weakest = min((level for level, _ in shown), key=lambda level: level.rank)
    proofs: dict[str, Proof] = {}
    # What was seen at a step says more than what was seen somewhere, and that more than that nothing was seen.
    for level, proof in sorted(shown, key=lambda one: (not one[1].step, not one[1].seen)):
        if level == weakest:
            proofs.setdefault(proof.scenario, proof)
    return Guarantee(letter, weakest, claimed, tuple(proofs.values()))


def _shown(outcome: Outcome) -> list[tuple[Level, Proof]]:
    verdict = outcome.stored
    if verdict is None or outcome.verdict not in (*_PROVEN, Verdict.NOT_PROVEN):
        return []
    seen = [
        (finding.level, Proof(verdict.id, finding.step, finding.seen))
        for finding in (*verdict.findings, *verdict.allowed)
        if finding.level is not None
    ]
    return seen + (_unbroken(verdict) if outcome.verdict in _PROVEN else [])


def _unbroken(verdict: ScenarioVerdict) -> list[tuple[Level, Proof]]:
    return [(level, Proof(verdict.id)) for level in verdict.measured]
