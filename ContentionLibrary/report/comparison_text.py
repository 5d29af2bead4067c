"""The comparison of several copiers as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.report.comparing import Compared, Comparison, Ended, Scenario, Side, compare
from ContentionLibrary.report.outcomes import CopierOutcomes
from ContentionLibrary.report.terminal import plain, table

_SEEN = 240  # characters; the page has the rest


def comparison_lines(runs: Sequence[CopierOutcomes], width: int) -> list[str]:
    """Verdicts side by side, guarantees side by side, and why the copiers differ.

    Args:
        runs: one for each copier.
        width: of the terminal in characters.
    """
    told = compare(runs)
    names = [plain(run.copier) for run in runs]
    lines = [*_verdicts(told, names)]
    if any(side.level for compared in told.letters for side in compared.sides):
        lines += ["", *_guarantees(told, names)]
    for compared in told.letters:
        if compared.differs:
            lines += ["", *_why_levels(compared, width)]
    for scenario in told.scenarios:
        if scenario.differs:
            lines += ["", *_why_verdicts(scenario, width)]
    if not any(one.differs for one in told.letters) and not any(one.differs for one in told.scenarios):
        lines += ["", "No difference between them was seen."]
    return lines


def _verdicts(told: Comparison, names: Sequence[str]) -> list[str]:
    rows = []
    for scenario in told.scenarios:
        by_copier = {plain(end.copier): str(end.outcome.verdict) for end in scenario.ends}
        rows.append((plain(scenario.id), *(by_copier.get(name, "-") for name in names)))
    return table(("ID", *names), rows)


def _guarantees(told: Comparison, names: Sequence[str]) -> list[str]:
    rows = [
        (f"{each.letter.name} {each.letter.subject}", *(_cell(side) for side in each.sides)) for each in told.letters
    ]
    return table(("GUARANTEE", *names), rows)


def _cell(side: Side) -> str:
    if side.level is None:
        return "-"
    if not side.guarantee.kept:
        return f"{side.level} below {side.guarantee.claimed}"
    return str(side.level)


def _why_levels(compared: Compared, width: int) -> list[str]:
    lines = [f"{compared.letter.name} {compared.letter.subject}"]
    for side in compared.sides:
        if side.level is None:
            continue
        proof = side.proof
        where = f", {proof.scenario}{_before(proof.step)}: {_short(proof.seen)}" if proof and proof.seen else ""
        terms = f", {side.terms}" if side.terms else ""
        lines += _item(side.copier, f"{side.level} {side.level.meaning}{terms}{where}", width)
    return lines


def _why_verdicts(scenario: Scenario, width: int) -> list[str]:
    lines = [f"{plain(scenario.id)} {plain(scenario.title)}"]
    passed = [end.copier for end in scenario.ends if end.outcome.verdict is Verdict.PASSED]
    for end in scenario.ends:
        if end.why:
            lines += _item(end.copier, f"{end.outcome.verdict}{_at(end)}: {_short(end.why)}", width)
    return lines + (_item("passed", ", ".join(passed), width) if passed else [])


def _at(end: Ended) -> str:
    return f"{f' with {end.level}' if end.level else ''}{_before(end.step)}"


def _before(step: str) -> str:
    return f" before '{step}'" if step else ""


def _short(text: str) -> str:
    return textwrap.shorten(text, _SEEN, placeholder=" ...")


def _item(label: str, text: str, width: int) -> list[str]:
    return textwrap.wrap(
        plain(" ".join(text.split())),
        max(width, 40),
        initial_indent=f"    {plain(label)}: ",
        subsequent_indent=" " * 8,
        break_long_words=False,
        break_on_hyphens=False,
    )
