"""One scenario on the page: its verdict, its timeline, what was found, and the way to its raw history."""

from __future__ import annotations

import base64
import gzip
import json
import os
from pathlib import Path
from urllib.parse import quote

from ContentionLibrary.checks.meanwhile import meanwhile
from ContentionLibrary.checks.pairs import CONFIDENCE
from ContentionLibrary.checks.throughput import work_kept
from ContentionLibrary.checks.verdict import Control, Finding, ScenarioVerdict
from ContentionLibrary.content.sizes import format_size
from ContentionLibrary.errors import UsageError
from ContentionLibrary.history.cast import UNDER_TEST
from ContentionLibrary.history.recording import History
from ContentionLibrary.report.measurements import Figures, figures, rounded_size, three_digits
from ContentionLibrary.report.page.answers import mending
from ContentionLibrary.report.page.markup import Html, element, joined
from ContentionLibrary.report.page.matrix import verdict_chip
from ContentionLibrary.report.page.places import Place
from ContentionLibrary.report.story import replay_command
from ContentionLibrary.report.timeline import PlayLine, play_lines

_FINDINGS_SHOWN = 4
_WAYS = {"exact": "exactly, at each step", "sampled": "by sampling", "timed": "by time only"}


def scenario_section(place: Place, page: Path) -> Html:
    """Everything that the page says about one scenario.

    Args:
        place: the scenario.
        page: folder of the page; links are relative to it.
    """
    outcome = place.told.outcome
    verdict = outcome.stored
    history, trouble = _history(place)
    inside = [element("p", outcome.reason) if outcome.reason and outcome.first_finding is None else None]
    if verdict:
        inside.append(_facts(verdict))
    if trouble:
        inside.append(element("p", f"The timeline is missing: {trouble}", class_="soft"))
    elif history is not None:
        inside += [*_work_kept(history), _timeline(place, history), *_measurements(figures(history))]
    if verdict:
        inside += _findings(verdict)
    inside.append(_raw(place, page))
    title = element("h3", f"{outcome.id} {outcome.title}" if outcome.title != outcome.id else outcome.id)
    summary = element("summary", title, verdict_chip(outcome.verdict))
    return element("details", summary, element("div", *inside, class_="inside"), class_="scenario", id=place.anchor)


def _history(place: Place) -> tuple[History | None, str]:
    """The part of the stored history that is about the copier, or why there is none."""
    try:
        whole = place.told.history
    except UsageError as error:
        return None, str(error)
    if whole is None:
        return None, "no history was stored" if place.told.outcome.stored else ""
    return whole.about(UNDER_TEST), ""


def _facts(verdict: ScenarioVerdict) -> Html:
    if not verdict.runs:
        return element("ul", element("li", "no copy was made", class_="soft"), class_="facts")
    facts = [
        ("held", _WAYS.get(verdict.way, verdict.way)),
        ("on", verdict.stage),
        ("file", format_size(verdict.size)),
        ("runs", str(verdict.runs)),
        ("different steps in all plays", str(len(verdict.steps))),
        ("took", f"{verdict.seconds:.1f} s"),
        ("measured", "; ".join(f"{level} {level.meaning}" for level in verdict.measured) or "nothing"),
    ]
    return element("ul", *(element("li", f"{name} ", element("b", value)) for name, value in facts), class_="facts")


def packed(place: Place, history: History) -> str:
    """What the timeline's script needs, as compressed JSON in letters that are harmless in a page."""
    verdict = place.told.outcome.stored
    found = [*((one, False) for one in verdict.findings), *((one, True) for one in verdict.allowed)] if verdict else []
    told = {
        "plays": [_plain(play) for play in play_lines(history)],
        "findings": [
            {"play": one.play, "run": one.run, "step": one.step, "seen": one.seen, "allowed": allowed}
            for one, allowed in found
        ],
    }
    text = json.dumps(told, separators=(",", ":"), ensure_ascii=True)
    return base64.b64encode(gzip.compress(text.encode("ascii"), 6, mtime=0)).decode()


def _plain(play: PlayLine) -> dict[str, object]:
    """As `dataclasses.asdict` has it, without a copy of every word."""
    runs = [
        vars(run) | {"lanes": [vars(lane) for lane in run.lanes], "items": [vars(item) for item in run.items]}
        for run in play.runs
    ]
    return vars(play) | {"runs": runs}


def _timeline(place: Place, history: History) -> Html:
    name = f"timeline-{place.anchor}"
    return joined(
        element("h4", "Timeline"),
        element(
            "div",
            element(
                "p",
                "The timeline is drawn by a script; without it, the findings below and the raw history say the same.",
                class_="soft",
            ),
            class_="timeline",
            data_from=name,
        ),
        element("script", Html(packed(place, history)), type="text/plain", id=name),
    )


def _work_kept(history: History) -> list[Html]:
    """How much of the work per second was kept beside others, where copies were timed."""
    told = [(play, question) for play, question in work_kept(history) if question.ratios]
    if not told:
        return []
    head = ("Copies", "work per second", f"between ({CONFIDENCE:.0%} sure)", "demanded", "measured")
    rows = (
        element(
            "tr",
            element("th", f"{play}, {question.about}", scope="row"),
            element("td", element("b", f"{three_digits(question.median.middle)} times")),
            element("td", f"{three_digits(question.median.low)} and {three_digits(question.median.high)} times"),
            element("td", f"at least {question.demanded:g} times"),
            element("td", _counted(question.median.pairs, "pair")),
        )
        for play, question in told
    )
    table = element(
        "table",
        element("thead", element("tr", *(element("th", each, scope="col") for each in head))),
        element("tbody", *rows),
    )
    return [
        element("h4", "How much of the work per second was kept"),
        element(
            "p",
            "As a multiple of what copies do per second without competitors, just before and after: at 1 nothing was lost, "
            "at 0.5 the same work took twice as long at once as one after the other.",
            class_="small soft",
        ),
        element("div", table, class_="scroll"),
    ]


def _measurements(measured: tuple[Figures, ...]) -> list[Html]:
    if not measured:
        return []
    head = ("Figure", "values", "smallest", "median", "largest")
    rows = (
        element(
            "tr",
            element(
                "th", one.name, element("div", one.meaning, class_="soft small") if one.meaning else None, scope="row"
            ),
            element("td", str(len(one.values))),
            *(element("td", one.shown(value)) for value in (min(one.values), one.middle, max(one.values))),
        )
        for one in measured
    )
    table = element(
        "table",
        element("thead", element("tr", *(element("th", each, scope="col") for each in head))),
        element("tbody", *rows),
    )
    return [element("details", element("summary", "Figures"), element("div", table, class_="scroll"))]


def _findings(verdict: ScenarioVerdict) -> list[Html]:
    parts: list[Html] = []
    if verdict.findings:
        parts += [element("h4", _counted(len(verdict.findings), "finding")), *_grouped(verdict.findings, "fault")]
    if verdict.allowed:
        heading = f"Within what it claims: {_counted(len(verdict.allowed), 'observation')}"
        parts.append(element("details", element("summary", heading), *_grouped(verdict.allowed, "fault allowed")))
    if verdict.limitations:
        parts += [
            element("h4", "What could not be seen"),
            element("ul", *(element("li", what) for what in verdict.limitations)),
        ]
    if verdict.controls:
        parts.append(
            element(
                "details",
                element(
                    "summary", f"Could each check fail at all? {_counted(len(verdict.controls), 'positive control')}"
                ),
                element(
                    "p",
                    "A positive control is a copier that was made with the very fault that a check looks for: "
                    "a check that does not see it there proves nothing.",
                    class_="soft small",
                ),
                element("ul", *(_control(one) for one in verdict.controls)),
            )
        )
    return parts


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _grouped(findings: tuple[Finding, ...], kind: str) -> list[Html]:
    """Findings of the same meaning under one heading, and below it those that are mended in the same way together."""
    groups: dict[tuple[str, str], dict[tuple[str, str], list[Finding]]] = {}
    for finding in findings:
        same = groups.setdefault((finding.check, finding.meaning), {})
        same.setdefault((finding.remedy, meanwhile(finding)), []).append(finding)
    return [
        element(
            "article",
            element("h4", meaning, " ", element("span", f"seen by the check '{check}'", class_="soft small")),
            *(
                joined(
                    element("ul", *(_finding(one) for one in same[:_FINDINGS_SHOWN])),
                    _more(same[_FINDINGS_SHOWN:]),
                    *mending(*mended),
                )
                for mended, same in parts.items()
            ),
            class_=kind,
        )
        for (check, meaning), parts in groups.items()
    ]


def _more(findings: list[Finding]) -> Html | None:
    if not findings:
        return None
    shown = element("ul", *(_finding(one) for one in findings))
    return element("details", element("summary", f"{len(findings)} more of the same kind"), shown)


def _finding(one: Finding) -> Html:
    level = (
        joined(" ", element("span", str(one.level), class_="level"), f" ({one.level.meaning})") if one.level else None
    )
    times = f" ({one.count} times)" if one.count > 1 else None
    command = replay_command(one)
    replay = element("details", element("summary", "go there again"), element("code", command)) if command else None
    return element("li", one.seen, times, level, replay)


def _control(one: Control) -> Html:
    said = "saw the fault of" if one.seen else "did NOT see the fault of"
    return element("li", f"'{one.check}' {said} ", element("code", one.copier), f": {one.finding}")


def _raw(place: Place, page: Path) -> Html | None:
    path = place.told.history_file
    folder = place.told.outcome.folder
    if folder is None:
        return None
    links = [element("a", "verdict.json", href=link_to(folder / "verdict.json", page))]
    if path:
        size = rounded_size(path.stat().st_size)
        links.insert(0, element("a", f"raw history, with the controls ({size})", href=link_to(path, page)))
    return element(
        "p", "Files beside this page: ", links[0], *(joined(", ", link) for link in links[1:]), class_="small soft"
    )


def link_to(path: Path, page: Path) -> str:
    """The address of a file as a page in a folder has it."""
    return quote(Path(os.path.relpath(path, page)).as_posix())
