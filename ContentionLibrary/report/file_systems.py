"""File systems side by side: what each can do, and what was found on each, as a table for Robot's log."""

from __future__ import annotations

from html import escape

from ContentionLibrary.checks.verdict import ScenarioVerdict
from ContentionLibrary.history.copies import CopyEnded
from ContentionLibrary.history.disks import OnFileSystem
from ContentionLibrary.history.events import PlayBegan
from ContentionLibrary.history.looks import Arrived
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


def arrivals_table(history: History) -> str:
    """Show what has become of all that the sources had besides their content; empty if nobody has looked."""
    rows = []
    for one in history.of(Arrived):
        ends = [end for end in history.about(one.subject, one.play).of(CopyEnded) if end.run == one.run]
        named = any(one.word in end.message for end in ends)
        lost = "lost, and the copier has named it" if named else "lost, and the copier has not named it"
        what = "arrived" if one.kept else lost if one.counts else "not taken along"
        rows.append((one.play, one.what, f"{what}: {one.told}"))
    heads = ("copy", "what", "what has become of it")
    return "<b>What has arrived besides the content</b>" + table(heads, rows) if rows else ""


def verdicts_table(history: History, verdict: ScenarioVerdict) -> str:
    """Show what was found in each play on each file system; empty if a scenario was played on fewer than two."""
    found: dict[str, dict[str, str]] = {}
    kinds = {event.file_system: event for event in history.of(OnFileSystem)}
    plays: dict[str, set[str]] = {}
    for event in history.of(OnFileSystem):
        plays.setdefault(event.play, set()).add(event.file_system)
    for play in history.of(PlayBegan):
        if play.play not in plays:
            continue
        failing = [one.check for one in verdict.findings if one.play == play.title]
        allowed = [f"{one.check} ({one.level}, as claimed)" for one in verdict.allowed if one.play == play.title]
        cell = ", ".join(dict.fromkeys([*failing, *allowed])) or "as demanded"
        for kind in plays[play.play]:
            found.setdefault(play.title.removesuffix(f", on {kind}"), {})[kind] = cell
    if len(kinds) < 2:
        return ""
    rows = [(title, *(cells.get(kind, "not played") for kind in kinds)) for title, cells in found.items()]
    return f"<b>{escape(verdict.copier)} on each file system</b>" + table(
        ("", *(_told(event) for event in kinds.values())), rows
    )
