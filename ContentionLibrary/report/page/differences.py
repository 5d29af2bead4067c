"""Several copiers side by side on the page: their guarantees, and why they differ."""

from __future__ import annotations

from collections.abc import Sequence

from ContentionLibrary.report.comparing import Compared, Comparison, Ended, Scenario, Side
from ContentionLibrary.report.page.markup import Html, element, joined
from ContentionLibrary.report.page.matrix import verdict_chip
from ContentionLibrary.report.page.places import Place, by_id

Anchors = dict[str, dict[str, Place]]
"""By copier and scenario, the place on the page."""


def guarantees(told: Comparison) -> Html:
    """The measured levels: a row a letter, a column a copier; what is below the claim is marked."""
    copiers = [side.copier for side in told.letters[0].sides]
    head = element(
        "tr", element("th", "Guarantee", scope="col"), *(element("th", name, scope="col") for name in copiers)
    )
    rows = (
        element(
            "tr",
            element("th", f"{each.letter.name} {each.letter.subject}", scope="row"),
            *(element("td", _cell(side)) for side in each.sides),
        )
        for each in told.letters
    )
    return element("div", element("table", element("thead", head), element("tbody", *rows)), class_="scroll")


def _cell(side: Side) -> Html:
    if side.level is None:
        return joined("-")
    kept = side.guarantee.kept
    level = element("span", f"{side.level}", class_=f"chip {'yes' if kept else 'no'}")
    below = "" if kept else f" below {side.guarantee.claimed}"
    return joined(level, element("span", f" {side.level.meaning}{below}", class_="small"))


def differences(told: Comparison, copiers: Sequence[str], places: Sequence[Sequence[Place]]) -> Html:
    """Why the copiers differ, letter by letter and then scenario by scenario.

    Args:
        told: the comparison.
        copiers: their names.
        places: where each copier's scenarios are on the page, in the same order.
    """
    anchors = {name: by_id(own) for name, own in zip(copiers, places, strict=True)}
    parts = [_letter(each, anchors) for each in told.letters if each.differs]
    parts += [_scenario(each, anchors) for each in told.scenarios if each.differs]
    return joined(*parts) if parts else element("p", "No difference between them was seen.")


def _letter(compared: Compared, anchors: Anchors) -> Html:
    sides = [side for side in compared.sides if side.level]
    title = element("span", f"{compared.letter.name} {compared.letter.subject}")
    levels = element("span", ", ".join(f"{side.copier} {side.level}" for side in sides), class_="soft small")
    return _box(joined(title, " ", levels), [_side(side, anchors) for side in sides])


def _side(side: Side, anchors: Anchors) -> Html:
    level, proof = side.level, side.proof
    assert level is not None
    told: list[str] = [f"{side.copier}: ", _strong(f"{level} {level.meaning}")]
    if side.terms:
        told.append(f", {side.terms}")
    if proof and proof.seen:
        told += [", ", _link(side.copier, proof.scenario, anchors), _before(proof.step), f": {proof.seen}"]
    return element("li", *told)


def _scenario(scenario: Scenario, anchors: Anchors) -> Html:
    return _box(f"{scenario.id} {scenario.title}", [_end(end, anchors) for end in scenario.ends])


def _end(end: Ended, anchors: Anchors) -> Html:
    chip = element("a", verdict_chip(end.outcome.verdict), href=f"#{anchors[end.copier][end.outcome.id].anchor}")
    level = f" with {end.level}" if end.level else ""
    return element("li", f"{end.copier}: ", chip, level, _before(end.step), f": {end.why}" if end.why else None)


def _box(title: str, items: Sequence[Html]) -> Html:
    return element("details", element("summary", title), element("ul", *items))


def _link(copier: str, scenario: str, anchors: Anchors) -> Html:
    place = anchors[copier].get(scenario)
    return element("a", scenario, href=f"#{place.anchor}") if place else joined(scenario)


def _before(step: str) -> str:
    return f" before '{step}'" if step else ""


def _strong(text: str) -> Html:
    return element("b", text)
