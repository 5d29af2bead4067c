"""A short timeline for Robot's log: the run that shows a scenario best, as a small picture in the colours of the log.

The page `contention.html` has every run, to zoom and to point at; this one only shows at a glance what happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from ContentionLibrary.checks.verdict import Finding, ScenarioVerdict
from ContentionLibrary.history.cast import UNDER_TEST
from ContentionLibrary.history.recording import History
from ContentionLibrary.report.timeline import Item, PlayLine, RunLine, play_lines

_LANE = 20
_AXIS = 16
_NAMES = 150
_WIDTH = 620
_MOST_ITEMS = 400  # of one picture; more would be a grey wall
_RED = "#cf3a2f"  # to be seen on white and on black
_TONES = {
    "whole": "#2f9e4f",
    "older": "#4488d8",
    "part": _RED,
    "refused": "#b97f10",
    "error": "#b97f10",
    "waited": "#b97f10",
}
_HOLLOW = ("absent", "empty")


def sketch(history: History, verdict: ScenarioVerdict) -> str:
    """Draw the run in which the first finding was seen, or else the first run of the first play.

    Args:
        history: of the scenario.
        verdict: what was found in it.

    Returns:
        HTML with a picture, or an empty text when nothing was played.
    """
    chosen = _choose(play_lines(history.about(UNDER_TEST)), verdict.findings)
    if chosen is None:
        return ""
    play, run = chosen
    here = [one for one in verdict.findings if one.play in {"", play.title} and one.run in {0, run.number}]
    bad = {one.step for one in here if one.step}
    caption = f"{play.title}, run {run.number}: what happened, from left to right, one moment after another"
    marked = "; red: the steps at which something was found" if bad & set(run.steps) else ""
    return f'<div style="margin:6px 0"><div style="font-size:90%">{escape(caption + marked)}</div>{_picture(run, bad)}</div>'


def _choose(plays: Sequence[PlayLine], findings: Iterable[Finding]) -> tuple[PlayLine, RunLine] | None:
    runs = [(play, run) for play in plays for run in play.runs if run.items]
    for finding in findings:
        matching = [one for one in runs if (finding.play, finding.run) == (one[0].title, one[1].number)]
        if matching:
            return matching[0]
    return runs[0] if runs else None


def _picture(run: RunLine, bad: set[str]) -> str:
    items = run.items[:_MOST_ITEMS]
    moments = sorted({at for item in items for at in (item.began, item.ended)})
    place = {at: _NAMES + _WIDTH * index / max(1, len(moments) - 1) for index, at in enumerate(moments)}
    height = _AXIS + _LANE * len(run.lanes)
    names = "".join(
        f'<text x="0" y="{_AXIS + _LANE * at + 14}">{escape(lane.name[:24])}</text>'
        for at, lane in enumerate(run.lanes)
    )
    order = {"copy": 0, "lock": 1, "state": 2, "hold": 3}
    drawn = sorted(items, key=lambda item: order.get(item.kind, 4))
    bars = "".join(_bar(item, run, place, item.step in bad and item.kind == "hold", height) for item in drawn)
    return (
        f'<svg width="{_NAMES + _WIDTH + 4}" height="{height}" role="img" aria-label="timeline" fill="currentColor" '
        f'font-size="11" style="max-width:100%">{names}{bars}</svg>'
    )


def _bar(item: Item, run: RunLine, place: dict[float, float], bad: bool, height: int) -> str:
    left = place[item.began]
    width = max(3.0, place[item.ended] - left)
    top = _AXIS + _LANE * item.lane
    title = f"<title>{escape(item.told)}</title>"
    if item.kind == "hold":
        colour = _RED if bad else "currentColor"
        number = run.steps.index(item.step) + 1 if item.step in run.steps else ""
        sign = f"{'✕' if bad else ''}{number}{ {'killed': '†', 'fault': '!'}.get(item.tone, '') }"
        band = f'<rect x="{left:.1f}" y="{_AXIS}" width="{width:.1f}" height="{height}" fill="{_RED}" opacity=".1"/>'
        return (
            f'{band if bad else ""}<rect x="{left:.1f}" y="{top + 3}" width="{width:.1f}" height="{_LANE - 6}" '
            f'fill="{colour}" opacity=".45">{title}</rect>'
            f'<text x="{left + width / 2:.1f}" y="11" text-anchor="middle" fill="{colour}">{sign}</text>'
        )
    if item.kind in {"copy", "lock"}:
        tall = 3 if item.kind == "lock" else _LANE - 6
        return (
            f'<rect x="{left:.1f}" y="{top + (_LANE - 4 if item.kind == "lock" else 3)}" width="{width:.1f}" '
            f'height="{tall}" opacity=".2">{title}</rect>'
        )
    colour = _TONES.get(item.tone, "currentColor")
    look = (
        f'fill="none" stroke="{colour}" stroke-dasharray="2 2"'
        if item.tone in _HOLLOW
        else f'fill="{colour}" opacity="{".45" if item.kind == "state" else ".9"}"'
    )
    return f'<rect x="{left:.1f}" y="{top + 4}" width="{width:.1f}" height="{_LANE - 8}" {look}>{title}</rect>'
