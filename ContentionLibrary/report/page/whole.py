"""Puts the page together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from string import Template

from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.report.comparing import compare
from ContentionLibrary.report.gathering import CopierRun
from ContentionLibrary.report.known import alarms
from ContentionLibrary.report.machine_report import Catalogue
from ContentionLibrary.report.page.answers import (
    answer_beside_others,
    best_first,
    card_table,
    conceded,
    fault_box,
    faults,
    headline_box,
)
from ContentionLibrary.report.page.differences import differences, guarantees
from ContentionLibrary.report.page.markup import Html, element, joined
from ContentionLibrary.report.page.matrix import comparison, tiles
from ContentionLibrary.report.page.places import Place, anchor_of, by_id, places_of
from ContentionLibrary.report.page.scenarios import link_to, scenario_section
from ContentionLibrary.report.terminal import whose_lack

_HERE = Path(__file__).parent


def whole_page(runs: Sequence[CopierRun], catalogue: Catalogue, directory: Path) -> str:
    """Make the page of a run.

    Args:
        runs: one or several copiers.
        catalogue: the known scenarios.
        directory: where the page will lie; links to files are relative to it.
    """
    alone = len(runs) == 1
    places = [places_of(run, alone=alone) for run in runs]
    names = [run.facts.copier for run in runs]
    if alone:
        title = f"May {names[0]} be trusted under contention?"
        content = _one_copier(runs[0], places[0], catalogue, directory, alone=True)
        anchors = [
            ("answer", "Answer"),
            ("wrong", "What goes wrong"),
            ("matrix", "All scenarios"),
            ("scenarios", "Timelines"),
        ]
    else:
        title = f"{', '.join(names)}: which may be trusted under contention?"
        parts = [
            _one_copier(run, own, catalogue, directory, alone=False) for run, own in zip(runs, places, strict=True)
        ]
        content = joined(_together(runs, places, catalogue, title), *parts)
        anchors = [
            ("compare", "Side by side"),
            ("why", "Why they differ"),
            *((anchor_of(run), run.facts.copier) for run in runs),
        ]
    return Template(_read("page.html")).substitute(
        title=joined(title),
        style=_read("page.css"),
        script=_read("page.js"),
        navigation=joined(*(element("a", name, href=f"#{anchor}") for anchor, name in anchors)),
        content=content,
        made=joined(_when(runs)),
    )


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _when(runs: Sequence[CopierRun]) -> str:
    ended = max(run.facts.ended for run in runs)
    return f"The run ended {ended}." if ended else "The run was not finished."


def _one_copier(run: CopierRun, places: Sequence[Place], catalogue: Catalogue, directory: Path, *, alone: bool) -> Html:
    size = sum(len(ids) for ids in catalogue.values())
    top = ("h1", "h2") if alone else ("h2", "h3")
    question = f"May {run.facts.copier} be trusted with files that others want at the same time?"
    found = faults(places)

    def name(part: str) -> str | None:
        return part if alone else None

    inside = (
        headline_box(run, size),
        *(element("p", alarm, class_="verdict care") for alarm in alarms(run.as_outcomes)),
        _about(run, directory),
        *_changes(run, top[1]),
        element(top[1], "Guarantee card"),
        card_table(run, by_id(places)),
        element(top[1], "What goes wrong, when, and how it is mended", id=name("wrong")),
        *([fault_box(fault) for fault in found] or [element("p", _nothing_wrong(run))]),
        *_conceded(run, places, "h3" if alone else "h4"),
        element(top[1], "All scenarios", id=name("matrix")),
        tiles(places, catalogue, run.as_outcomes),
        *(element("p", told, class_="soft") for told in whose_lack(run.as_outcomes.outcomes)),
        element(top[1], "Scenarios step by step", id=name("scenarios")),
        element("p", "Open a scenario to see its timeline.", class_="soft")
        if places
        else element("p", "None was run."),
        *(scenario_section(place, directory) for place in places),
    )
    heading = element(top[0], question, id=name("answer"))
    if alone:
        return element("section", heading, *inside, id=anchor_of(run))
    return element("details", element("summary", heading), *inside, class_="copier", id=anchor_of(run))


def _conceded(run: CopierRun, places: Sequence[Place], heading: str) -> list[Html]:
    found = conceded(run, places)
    if not found:
        return []
    return [
        element(heading, "What goes wrong as it claims"),
        element(
            "p", "No scenario has failed for this, for the copier claims no more; mind it all the same.", class_="soft"
        ),
        *(fault_box(fault, "fault allowed") for fault in found),
    ]


def _changes(run: CopierRun, heading: str) -> list[Html]:
    if run.changes is None or not run.changes.found:
        return []
    items = (element("li", element("b", f"{one.kind}: "), f"{one.id} {one.told}") for one in run.changes.found)
    return [element(heading, "What has changed since earlier runs"), element("ul", *items)]


def _nothing_wrong(run: CopierRun) -> str:
    if not run.count(Verdict.PASSED, Verdict.NOT_PROVEN):
        return "Nothing was tried, so nothing is known."
    return "No scenario found the copier below what it claims."


def _about(run: CopierRun, directory: Path) -> Html:
    facts = run.facts
    shown = [
        ("copier", f"{facts.copier}{f' - {facts.description}' if facts.description else ''}"),
        ("version", facts.version),
        ("held to", _held_to(run)),
        ("on", facts.platform),
        ("run", f"{facts.began or 'unknown'} to {facts.ended or 'its stop'}"),
    ]
    items = [element("li", f"{name} ", element("b", value)) for name, value in shown if value]
    log = run.directory / "log.html"
    if log.is_file():
        items.append(element("li", element("a", "Robot's log", href=link_to(log, directory))))
    return joined(element("ul", *items, class_="facts"), _letters(run), _notes(facts.notes) if facts.notes else None)


def _letters(run: CopierRun) -> Html:
    """What the levels say that the copier is held to."""
    lines = (
        element(
            "li", element("span", str(each.claimed), class_="level"), f" {each.letter.subject}: {each.claimed.meaning}"
        )
        for each in run.card
    )
    return element(
        "details",
        element("summary", "What these levels say"),
        element("p", "A letter is what a guarantee is about, its number how strong it is: 0 is the weakest."),
        element("ul", *lines),
        class_="small",
    )


def _held_to(run: CopierRun) -> str:
    levels = " ".join(str(each.claimed) for each in run.card)
    return levels if run.facts.claims else f"{levels} (the strict contract: it claims nothing of its own)"


def _notes(notes: str) -> Html:
    paragraphs = (element("p", part) for part in notes.split("\n\n") if part.strip())
    return element("details", element("summary", "What its profile says of it"), *paragraphs, class_="small")


def _together(runs: Sequence[CopierRun], places: Sequence[Sequence[Place]], catalogue: Catalogue, title: str) -> Html:
    size = sum(len(ids) for ids in catalogue.values())
    told = compare([run.as_outcomes for run in runs])
    answers = (
        answer_beside_others(run, size, element("a", run.facts.copier, href=f"#{anchor_of(run)}"))
        for run in best_first(runs)
    )
    return element(
        "section",
        element("h1", title),
        element("p", "Best first: fewest answers of no, then most of yes.", class_="soft"),
        element("div", *answers, class_="answers"),
        element("h2", "Side by side", id="compare"),
        comparison(runs, places, catalogue),
        element("h2", "Guarantees side by side"),
        guarantees(told),
        element("h2", "Why they differ", id="why"),
        differences(told, [run.facts.copier for run in runs], places),
    )
