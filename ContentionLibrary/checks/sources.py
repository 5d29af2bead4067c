"""Whether the file that was to be copied is still there when all is over.

A copier that only copies leaves its source as it was, however it ends. One whose profile says that it moves (`consumes_source`)
may take it away, but the file has to be whole in one place at each moment: until it has reported success, at the source or
at the destination.

What competitors have taken or changed is theirs. How the source was is seen when a run begins and when its copiers have
ended, and not after the next copy, which is given a source anew.
"""

from __future__ import annotations

from collections.abc import Iterator

from ContentionLibrary.checks.check import BREAKS_EVERY_PROMISE, Check, Run, how_it_ended, runs_of, succeeded
from ContentionLibrary.checks.truth import (
    CUT,
    REPLACE,
    REWRITE,
    TAKE_AWAY,
    is_one_version_of_source,
    taken_after_commit,
)
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.content.sighting import Version
from ContentionLibrary.content.wording import describe
from ContentionLibrary.history.acts import Acted, Answer, Rearranged, Renamed
from ContentionLibrary.history.cast import COPIERS, NAMES, SENT, SOURCE
from ContentionLibrary.history.copies import KILLED, CopyBegan, CopyEnded, StepLeft
from ContentionLibrary.history.looks import Looked, SourceSeen
from ContentionLibrary.history.recording import History

_NOT_DONE = (Answer.REFUSED, Answer.ABSENT)


def rival_source(number: int, file: str) -> str:
    """Return where the source of a rival is, counted from 1, relative to the stage; `file` is the source's own path."""
    return f"rival source {number}/{file.rpartition('/')[2]}"


def _sources(run: Run) -> Iterator[tuple[str, Version]]:
    """Name the files that copiers of a run were to copy, each with what it holds."""
    yield run.play.source, SOURCE
    copied = {began.source for began in run.events.of(CopyBegan)}
    for number, who in enumerate(COPIERS[1:], 1):
        if NAMES[SENT[who]] in copied:
            yield rival_source(number, run.play.source), SENT[who]


def _ends(run: Run, version: Version, look: Looked) -> list[CopyEnded]:
    """Return how the copiers of one source ended that had done so before a look."""
    copied = {began.who: began.source for began in run.events.of(CopyBegan)}
    ends = [event for event in run.events.of(CopyEnded) if event.at <= look.at]
    return [ended for ended in ends if copied.get(ended.who, NAMES[SOURCE]) == NAMES[version]]


def _done(run: Run, *operations: str) -> bool:
    return any(act.operation in operations and act.answer not in _NOT_DONE for act in run.events.of(Acted))


def _taken_by_others(run: Run, path: str) -> bool:
    """Tell whether a competitor has deleted or renamed a source, or moved its directory."""
    if path == run.play.source and _done(run, TAKE_AWAY):
        return True
    if any(move.path == path for renamed in run.events.of(Renamed) for move in renamed.moves):
        return True
    return any(path.startswith(f"{swap.moved}/") for swap in run.events.of(Rearranged))


def _is_whole_there(run: Run, version: Version, look: Looked) -> bool:
    """Tell whether a destination holds all that a source held, or did before a competitor took it away."""
    there = [sighting for sighting in look.destinations if sighting is not None]
    if version == SOURCE and (taken_after_commit(run) or any(is_one_version_of_source(one, run) for one in there)):
        return True
    return any(sighting.is_whole(version, run.size) for sighting in there)


def _step(run: Run) -> str:
    killed = [left.step for left in run.events.of(StepLeft) if left.how.startswith(KILLED)]
    acted = [act.step for act in run.events.of(Acted) if act.step]
    return (killed or acted or [""])[-1] or ""


def _finding(run: Run, ends: list[CopyEnded], seen: str, meaning: str) -> Finding:
    told = "; ".join(f"{ended.who} ended with {how_it_ended(ended)}" for ended in ends)
    step = _step(run)
    killed = run.was_killed and step
    return Finding(
        check="source is kept",
        seen=f"{told[:1].upper()}{told[1:]}{f', killed before its step {step!r}' if killed else ''} ({run.where}), and {seen}.",
        step=step,
        meaning=meaning,
        remedy="Leave the source alone on every way out. Who is to move a file deletes the source last, when the new file is "
        "whole, flushed and under its final name, and says so in its profile (consumes_source: true).",
    )


def _lost(run: Run, version: Version, ends: list[CopyEnded], look: Looked) -> Finding | None:
    moves, whole = run.play.consumes_source, _is_whole_there(run, version, look)
    if moves and (whole or any(map(succeeded, ends))):
        return None
    what = f"{NAMES[version]} is gone"
    if whole:
        unasked = "The original is gone although only a copy was asked for: whoever goes back to it finds nothing."
        return _finding(run, ends, f"{what}: the copier has removed it", unasked)
    lost = "The file is lost: it is whole neither at its old place nor at its new one, and no next run can copy it."
    return _finding(run, ends, f"{what} while no destination holds it whole", lost)


def _changed(run: Run, path: str, version: Version, ends: list[CopyEnded]) -> Finding | None:
    seen = [event.sighting for event in run.events.of(SourceSeen) if event.path == path]
    if not seen or seen[-1].is_whole(version, run.size) or _done(run, CUT, REPLACE, REWRITE):
        return None
    return _finding(
        run,
        ends,
        f"{NAMES[version]} is no longer what it was: it holds {describe(seen[-1], NAMES, run.size)}",
        "The original is spoiled: each later copy of it, and whoever reads it, gets something else.",
    )


def lost_sources(history: History) -> list[Finding]:
    """Find sources that a copier has removed or changed although it was only to copy, or that it has lost on the way."""
    found = []
    for run in runs_of(history):
        before, after = run.looked("before"), run.looked("after")
        if before is None or after is None:
            continue
        there = {entry.path for entry in before.entries}
        left = {entry.path for entry in after.entries}
        for path, version in _sources(run):
            ends = _ends(run, version, after)
            if path not in there or not ends or _taken_by_others(run, path):
                continue
            changed = path in left
            found.append(_changed(run, path, version, ends) if changed else _lost(run, version, ends, after))
    return [finding for finding in found if finding is not None]


SOURCE_IS_KEPT = Check(
    "source is kept",
    "The source is removed, changed or lost by a copier that was not to move it, or had not moved it.",
    lost_sources,
    None,
    {"*": BREAKS_EVERY_PROMISE},
)
