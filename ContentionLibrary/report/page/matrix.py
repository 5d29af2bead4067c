"""All scenarios of the catalogue at a glance: by category, with verdict and reason, also those that were not run."""

from __future__ import annotations

from collections.abc import Sequence

from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.report.gathering import CopierRun
from ContentionLibrary.report.guarantees import measured_levels
from ContentionLibrary.report.known import known_reason
from ContentionLibrary.report.machine_report import Catalogue
from ContentionLibrary.report.outcomes import CopierOutcomes
from ContentionLibrary.report.page.markup import Html, element, joined
from ContentionLibrary.report.page.places import Place

_SIGNS = {
    Verdict.PASSED: ("✓", "yes"),
    Verdict.FAILED: ("✕", "no"),
    Verdict.NOT_PROVEN: ("?", "care"),
    Verdict.SKIPPED: ("-", ""),
    Verdict.HARNESS_ERROR: ("!", "care"),
    Verdict.SYSTEM_ERROR: ("!", "care"),
}
_REASON = 140  # characters


def verdict_chip(verdict: Verdict) -> Html:
    """A verdict, told by sign and colour."""
    sign, kind = _SIGNS[verdict]
    return element("span", f"{sign} {verdict}", class_=f"chip {kind}".strip())


def _categories(places: Sequence[Place], catalogue: Catalogue) -> dict[str, list[str]]:
    """The ids to be shown by category, the catalogue's first and in its order."""
    found = {category: list(ids) for category, ids in catalogue.items()}
    known = {each for ids in found.values() for each in ids}
    for place in places:
        if place.told.outcome.id not in known:
            ids = found.setdefault(place.told.category, [])
            if place.told.outcome.id not in ids:
                ids.append(place.told.outcome.id)
    return found


def tiles(places: Sequence[Place], catalogue: Catalogue, of: CopierOutcomes) -> Html:
    """The matrix of one copier."""
    parts = []
    for category, ids in _categories(places, catalogue).items():
        own = [place for each in ids for place in places if place.told.outcome.id == each]
        passed = sum(place.told.outcome.verdict is Verdict.PASSED for place in own)
        count = f"{passed} of {len(own)} passed" if own else "none was run"
        shown = []
        for each in ids:
            matching = [place for place in own if place.told.outcome.id == each]
            shown += [_tile(place, known_reason(of, place.told.outcome)) for place in matching] or [
                _not_run(each, catalogue.get(category, {}).get(each, ""))
            ]
        parts += [
            element("h3", category, " ", element("span", count, class_="soft small")),
            element("ul", *shown, class_="tiles"),
        ]
    return joined(*parts)


def _tile(place: Place, known: str) -> Html:
    outcome = place.told.outcome
    reason = "" if outcome.verdict is Verdict.PASSED or outcome.first_finding else outcome.reason
    return element(
        "li",
        element("div", element("a", outcome.id, href=f"#{place.anchor}"), verdict_chip(outcome.verdict), class_="row"),
        element("div", outcome.title, class_="what"),
        element("div", f"{reason[:_REASON]}{'…' if len(reason) > _REASON else ''}", class_="small") if reason else None,
        element("div", f"known failure: {known}", class_="small") if known else None,
    )


def _not_run(scenario: str, title: str) -> Html:
    return element(
        "li",
        element("div", element("span", scenario), element("span", "not run", class_="chip"), class_="row"),
        element("div", title or "has no suite yet", class_="what"),
    )


def comparison(runs: Sequence[CopierRun], places: Sequence[Sequence[Place]], catalogue: Catalogue) -> Html:
    """The verdicts of several copiers side by side."""
    every = [place for own in places for place in own]
    ran = {place.told.outcome.id: place.told.outcome.title for place in every}
    rows = []
    for category, ids in _categories(every, catalogue).items():
        shown = [each for each in ids if each in ran]
        if shown:
            rows.append(element("tr", element("th", category, scope="colgroup", colspan=str(len(runs) + 1))))
        for each in shown:
            cells = (element("td", _on(each, own)) for own in places)
            title = element("span", ran[each], class_="soft small")
            rows.append(element("tr", element("th", f"{each} ", title, scope="row"), *cells))
    levels = (element("td", element("span", measured_levels(run.card) or "-", class_="level")) for run in runs)
    rows.append(element("tr", element("th", "measured levels", scope="row"), *levels))
    head = element(
        "tr", element("th", "Scenario", scope="col"), *(element("th", run.facts.copier, scope="col") for run in runs)
    )
    return element("div", element("table", element("thead", head), element("tbody", *rows)), class_="scroll")


def _on(scenario: str, places: Sequence[Place]) -> Html:
    own = [place for place in places if place.told.outcome.id == scenario]
    links = (element("a", verdict_chip(place.told.outcome.verdict), href=f"#{place.anchor}") for place in own)
    return joined(*links) if own else Html("-")
