"""The log as a story: what was done at each step and what everybody saw, as small tables for Robot's log.

Pure functions from a history or a verdict to HTML or text.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from statistics import median

from ContentionLibrary.checks.check import Run, how_it_ended, last_words, runs_of
from ContentionLibrary.checks.coordination import LOCKS, UNSEEN, outcome, pair_of
from ContentionLibrary.checks.judging import fold, most_telling
from ContentionLibrary.checks.meanwhile import meanwhile
from ContentionLibrary.checks.promises import promised
from ContentionLibrary.checks.readers import OPEN_HALF
from ContentionLibrary.checks.streams import WAYS, refused_beside
from ContentionLibrary.checks.verdict import Control, Finding, ScenarioVerdict
from ContentionLibrary.checks.writers import whose
from ContentionLibrary.content.sighting import Version
from ContentionLibrary.content.wording import describe
from ContentionLibrary.history.acts import Acted, Answer, LockMet, OpeningsMet
from ContentionLibrary.history.copies import CopyBegan, CopyEnded, StepMissed, StepReached
from ContentionLibrary.history.events import PlayBegan
from ContentionLibrary.history.figures import Measured
from ContentionLibrary.history.looks import Appeared, Looked
from ContentionLibrary.history.recording import History

_TABLE = '<table style="border-collapse:collapse;font-size:90%">'
_CELL = 'style="border:1px solid #8888;padding:2px 6px;text-align:left;vertical-align:top"'
_FINDINGS_IN_MESSAGE = 3
_ROWS = 400


@dataclass(frozen=True)
class _Moment:
    """One row of a story: where the copier stood, and all that happened there."""

    run: int
    stood: str
    happened: list[str]


def _row(cells: Iterable[str], tag: str = "td") -> str:
    shown = (escape(cell).replace("\n", "<br>") for cell in cells)
    return "<tr>" + "".join(f"<{tag} {_CELL}>{cell}</{tag}>" for cell in shown) + "</tr>"


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Make a table for Robot's log; what is too much for it is in the stored history."""
    shown = "".join(_row(cells) for cells in rows[:_ROWS])
    more = _row((f"... {len(rows) - _ROWS} more rows in history.jsonl",)) if len(rows) > _ROWS else ""
    return f"{_TABLE}{_row(head, 'th')}{shown}{more}</table>"


def act_text(act: Acted, size: int, names: Mapping[Version, str]) -> str:
    """Say what a competitor did and what became of it."""
    if act.sighting is not None:
        # Who has read half of a file was not handed a cut file.
        end = act.sighting.start + act.sighting.size if act.operation == OPEN_HALF else size
        outcome = describe(act.sighting, names, end)
    elif act.answer in (Answer.DONE, Answer.ABSENT):
        outcome = "done" if act.answer is Answer.DONE else "there is no such file"
    else:
        outcome = f"{act.answer.value}{': ' + act.error if act.error else ''}"
    target = "" if act.target in act.operation or act.target == "the destination" else f" ({act.target})"
    return f"{act.who}: {act.operation}{target}: {outcome}"


def ending_text(ended: CopyEnded) -> str:
    """Say how a copier ended."""
    how = f"{ended.who}: {ended.ending.value} ({how_it_ended(ended)}, {ended.ended - ended.began:.3f} s)"
    return f"{how}, said: {last_words(ended)}" if last_words(ended) else how


def _look_text(look: Looked, size: int, names: Mapping[Version, str]) -> str:
    seen = [describe(one, names, size) if one else "no file" for one in look.destinations]
    several = len(seen) > 1
    told = [f"destination{f' {number}' if several else ''} {look.moment}: {one}" for number, one in enumerate(seen, 1)]
    return "; ".join(told)


def _moments(run: Run) -> list[_Moment]:
    moments: list[_Moment] = []
    names = whose(run)

    def tell(stood: str, happened: str) -> None:
        if not moments or moments[-1].stood != stood:
            moments.append(_Moment(run.number, stood, []))
        if happened:
            moments[-1].happened.append(happened)

    for event in run.events:
        if isinstance(event, StepReached):
            tell(f"{event.who} held before:\n{event.step}", "")
        elif isinstance(event, Acted):
            tell(moments[-1].stood if event.step and moments else "", act_text(event, run.size, names))
        elif isinstance(event, Appeared):
            tell(moments[-1].stood if moments else "", f"told by the system: {event.path} {event.what}")
        elif isinstance(event, StepMissed):
            tell(f"{event.who} never came to:\n{event.step}", event.reason)
        elif isinstance(event, CopyEnded):
            tell("", ending_text(event))
        elif isinstance(event, Looked) and event.moment in ("after", "repaired", "recovered"):
            tell("", _look_text(event, run.size, names))
    return moments


def _figures(history: History) -> str:
    """Sum up what was measured: a single figure as it is, repeated ones as number, median and largest."""
    values: dict[tuple[str, str], list[float]] = {}
    for event in history.of(Measured):
        values.setdefault((event.name, event.unit), []).append(event.value)
    told = []
    for (name, unit), all_of_it in values.items():
        if len(all_of_it) == 1:
            told.append(f"{name}: {all_of_it[0]:.4g} {unit}".rstrip())
        else:
            middle = f"median {median(all_of_it):.4g} {unit}".rstrip()
            told.append(f"{name}: {len(all_of_it)} times, {middle}, at most {max(all_of_it):.4g} {unit}".rstrip())
    return f"<br>Measured: {escape('; '.join(told))}" if told else ""


def play_story(history: History) -> str:
    """Tell one play as a table: run, where the copier stood, what happened."""
    parts = []
    for play in history.of(PlayBegan):
        own = history.about(play.subject, play.play)
        began = own.of(CopyBegan)
        way = began[0].way.value if began else "-"
        rows = [(str(one.run), one.stood, "\n".join(one.happened)) for run in runs_of(own) for one in _moments(run)]
        command = f"<br><code>{escape(' '.join(began[0].command))}</code>" if began else ""
        if locks := _locks_met(own):
            about_locks = any(pair_of(one) in LOCKS for one in own.of(LockMet))
            unseen = f"<br>{escape(UNSEEN)}" if about_locks else ""
            parts.append(f"<b>{escape(play.title)}</b>{unseen}{locks}")
        if not runs_of(own) and locks:
            continue
        parts.append(
            f"<b>{escape(play.title)}</b> ({len(runs_of(own))} runs, held: {way}){command}{_figures(own)}"
            + table(("run", "where the copier stood", "what happened"), rows)
        )
    return "".join(parts)


def _locks_met(history: History) -> str:
    """Make the table of locks that have met, with what is promised of each pair; empty if none have."""
    rows = []
    for one in history.of(LockMet):
        known = promised(one)
        expected = (
            f"{_as_promised(known == (one.answer, one.code))}: {outcome(*known)}" if known else "nothing is promised"
        )
        holds, tries = f"{one.holder}: {one.held}", f"{one.who}: {one.tried}"
        rows.append((holds, tries, outcome(one.answer, one.code), expected))
    told = table(("who holds what", "who tries what", "answer", "promised"), rows) if rows else ""
    openings = [
        (one.what, one.held, ", ".join(one.refused), _as_promised(one.refused == refused_beside(one.held)))
        for one in history.of(OpeningsMet)
    ]
    return told + table((f"open (of {len(WAYS)} ways)", "as", "refused beside it", "promised"), openings) * bool(
        openings
    )


def _as_promised(same: bool) -> str:
    return "as promised" if same else "OTHERWISE"


def finding_text(findings: list[Finding]) -> str:
    """Word findings for a failure message: the first ones whole, with meaning and remedy once."""
    different = fold(findings)
    told = most_telling(different, _FINDINGS_IN_MESSAGE)
    first = told[0]
    seen = [finding.seen for finding in told]
    more = len(different) - len(seen)
    if more:
        seen.append(f"... and {more} more: all are in the table at the end of the log of this test.")
    level = f" (level {first.level}: {first.level.meaning})" if first.level else ""
    told_users = [f"Until then: {meanwhile(first)}"] if meanwhile(first) else []
    replay = [f"Replay: {replay_command(first)}"] if first.key else []
    return "\n".join([*seen, f"Meaning{level}: {first.meaning}", f"Remedy: {first.remedy}", *told_users, *replay])


def folded_text(title: str, text: str) -> str:
    """Make a text of many lines that opens at a click."""
    return f"<details><summary>{escape(title)}</summary><pre>{escape(text)}</pre></details>"


def replay_command(finding: Finding) -> str:
    """Return the command that goes to the point of a finding; empty if it has no key."""
    return shlex.join(["contention", "replay", finding.key, *finding.options]) if finding.key else ""


def control_story(control: Control) -> str:
    """Say whether a check has shown that it can fail."""
    if control.seen:
        return f"Positive control: the check sees the fault of {control.copier}: {control.finding}"
    return f"the check '{control.check}' did not see the fault of {control.copier} ({control.finding})"


def _told(finding: Finding) -> str:
    times = f" ({finding.count} times)" if finding.count > 1 else ""
    return "\n".join(filter(None, (f"{finding.seen}{times}", replay_command(finding))))


def verdict_story(verdict: ScenarioVerdict) -> str:
    """Sum a scenario up for the log."""
    rows = [
        ("verdict", f"{verdict.verdict.value}: {verdict.reason}"),
        ("copier", verdict.copier),
        ("held", f"{verdict.way}; {verdict.runs} runs, {len(verdict.steps)} different steps; on {verdict.stage}"),
        ("measured", ", ".join(f"{level} {level.meaning}" for level in verdict.measured)),
        *(("limitation", what) for what in verdict.limitations),
        *(("finding", _told(one)) for one in verdict.findings),
        *(("allowed by claim", _told(one)) for one in verdict.allowed),
    ]
    return table((verdict.id, verdict.title), rows)
