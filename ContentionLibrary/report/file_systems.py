"""File systems side by side: what each can do, and what was found on each, as a table for Robot's log."""

from __future__ import annotations

from html import escape

from ContentionLibrary.checks.verdict import ScenarioVerdict
from ContentionLibrary.history.events import OnFileSystem, PlayBegan
from ContentionLibrary.history.recording import History
from ContentionLibrary.report.story import table


def _told(event: OnFileSystem) -> str:
    return f"{event.file_system} ({event.name}, {event.reality})"


def abilities_table(history: History) -> str:
    """Show what the file systems of a scenario can do, first where they differ; empty if nothing was tried."""
    tried = {event.file_system: event for event in history.of(OnFileSystem) if event.abilities}
    if not tried:
        return ""
    rows = []
    for abilities in zip(*(event.abilities for event in tried.values()), strict=True):
        cells = ["yes" if one.able else f"no: {one.told}" for one in abilities]
        rows.append((abilities[0].name, *cells))
    rows.sort(key=lambda row: len(set(row[1:])) == 1)
    return "<b>What each file system can do</b>" + table(("", *(_told(event) for event in tried.values())), rows)


def verdicts_table(history: History, verdict: ScenarioVerdict) -> str:
    """Show what was found in each play on each file system; empty if a scenario was played on fewer than two."""
    found: dict[str, dict[str, str]] = {}
    kinds = {event.file_system: event for event in history.of(OnFileSystem)}
    plays = {event.play: event.file_system for event in history.of(OnFileSystem)}
    for play in history.of(PlayBegan):
        kind = plays.get(play.play)
        if kind is None:
            continue
        failing = [one.check for one in verdict.findings if one.play == play.title]
        allowed = [f"{one.check} ({one.level}, as claimed)" for one in verdict.allowed if one.play == play.title]
        cell = ", ".join(dict.fromkeys([*failing, *allowed])) or "as demanded"
        found.setdefault(play.title.removesuffix(f", on {kind}"), {})[kind] = cell
    if len(kinds) < 2:
        return ""
    rows = [(title, *(cells.get(kind, "not played") for kind in kinds)) for title, cells in found.items()]
    return f"<b>{escape(verdict.copier)} on each file system</b>" + table(
        ("", *(_told(event) for event in kinds.values())), rows
    )
