"""Whether a copy survives a power loss: by the model of what a disk may hold, and on file systems whose power was cut.

Both ask the same: whatever the moment, the final name shows the old file or the new one, whole; and once the copier
has reported success, the new one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ContentionLibrary.checks.check import Check, Run, runs_of, succeeded
from ContentionLibrary.checks.disk import Disk, Found, moments
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.content.sighting import Sighting
from ContentionLibrary.content.wording import describe
from ContentionLibrary.history.cast import NAMES, OLDER, SOURCE, THE_COPIER
from ContentionLibrary.history.disks import PowerLost, Recorded
from ContentionLibrary.history.looks import Looked
from ContentionLibrary.history.recording import History

BY_MODEL, FOR_REAL = "lose power by the model", "lose power for real"
AT_ONCE, FLUSHED = "at once", "after a neighbour's flush"
RESTARTED = "restarted"
"""The moment of a look at a file system whose power was cut and that was brought up again."""

_SYNC_FILE = "Flush the file (fsync) when all is written, before it gets its final name."
_SYNC_DIRECTORY = (
    "Flush the directory (fsync on the directory itself) after the last rename, before success is reported."
)
_NOT_IN_PLACE = (
    "Never write into the final name: write to a temporary file, flush it (fsync), rename it, flush the directory."
)


@dataclass(frozen=True)
class Wrong:
    """What must not be found after a power loss.

    Args:
        rank: the level of D that a copier has for which it is found.
        word: for a table.
        said: completes "the final name shows ...".
    """

    rank: int
    word: str
    said: str


def wrong_with(sighting: Sighting | None, size: int, *, older: bool, reported: bool) -> Wrong | None:
    """Say what is wrong with what the final name shows after a power loss; None when nothing is.

    Args:
        sighting: what it shows; None: there is no file.
        size: bytes of every version.
        older: an older version was there.
        reported: the copier had reported success.
    """
    if sighting is None:
        if older:
            return Wrong(0, "lost", "no file at all: the older version is lost and the new one is not there")
        return Wrong(1, "not there", "no file") if reported else None
    if sighting.is_whole(SOURCE, size):
        return None
    if older and sighting.is_whole(OLDER, size):
        return Wrong(1, "still old", "the older version") if reported else None
    return Wrong(0, "torn", describe(sighting, NAMES, size))


_CHANGES = {
    "create": "the new name",
    "rename": "the rename",
    "link": "the link",
    "unlink": "the deletion of a name",
    "mkdir": "the new directory",
    "rmdir": "the removal of a directory",
}


def _change(operation: str) -> str:
    return _CHANGES.get(operation, f"what the step '{operation}' does to names")


def _because(found: Found) -> str:
    if found.names_kept and found.unflushed:
        return f": {_change(found.names_kept[-1])} had reached the disk, the file's data had not"
    if found.unflushed:
        return ": the data had not been flushed"
    if found.names_lost:
        return f": {_change(found.names_lost[-1])} had not reached the disk"
    return f": {_change(found.names_kept[-1])} had reached the disk" if found.names_kept else ""


def worst(disk: Disk, run: Run, *, reported: bool) -> list[tuple[Wrong, Found]]:
    """Return what the final name must not show and may show if the power is lost now: one of each kind, worst first."""
    kinds: dict[str, tuple[Wrong, Found]] = {}
    for found in disk.found_at(run.play.destination):
        if not found.is_known:
            continue
        sighting = found.content.sighting(run.size) if found.content is not None else None
        wrong = wrong_with(sighting, run.size, older=run.play.older, reported=reported)
        if wrong is not None:
            kinds.setdefault(wrong.word, (wrong, found))
    return sorted(kinds.values(), key=lambda one: one[0].rank)


def _moment(step: str) -> str:
    return f"before the step '{step}'" if step else "after success had been reported"


def _finding(wrong: Wrong, found: Found, step: str, run: Run, over: bool) -> Finding:
    in_place = found.content is not None and not found.names_kept and not found.names_lost
    remedy = _NOT_IN_PLACE if in_place or wrong.word == "lost" else _SYNC_FILE if wrong.rank == 0 else _SYNC_DIRECTORY
    when = "after the copy had ended" if over and not succeeded(run.ended()) else _moment("" if over else step)
    return Finding(
        check="power loss (model)",
        seen=f"If the power is lost {when} ({run.where}), the final name may show {wrong.said}{_because(found)}. "
        "By the model of what a disk may hold; a single file system may be kinder, as the table of this test's log shows.",
        step="" if over else step,
        meaning="A power loss, or a crash of the system, leaves a file that is neither the old nor the new one."
        if wrong.rank == 0
        else "A caller who trusts the exit code deletes the original, and a power loss soon after takes the copy.",
        remedy=remedy,
        level=Level("D", wrong.rank),
    )


def modelled(history: History) -> list[Finding]:
    """Find moments of a recorded run at which a power loss may leave what no copier that claims D2 may leave."""
    found = []
    for run in runs_of(history):
        for recorded in _records(run):
            for moment in moments(recorded, run.play.source, run.play.destination, run.size, older=run.play.older):
                reported = moment.over and succeeded(run.ended())
                for wrong, state in worst(moment.disk, run, reported=reported):
                    found.append(_finding(wrong, state, moment.step, run, moment.over))
    return _first_of_each(found)


def _records(run: Run) -> Iterable[Recorded]:
    return (recorded for recorded in run.events.of(Recorded) if recorded.who == THE_COPIER)


def _first_of_each(findings: Iterable[Finding]) -> list[Finding]:
    """Keep one finding of each kind for each step: a step has several operations."""
    kept: dict[tuple[str, Level | None, str], Finding] = {}
    for finding in findings:
        kept.setdefault((finding.step, finding.level, finding.meaning), finding)
    return list(kept.values())


def cuts(history: History) -> list[tuple[Run, PowerLost, Looked]]:
    """Return every cut of a real file system's power, with what was seen when it was up again."""
    found = []
    for run in runs_of(history):
        lost, look = run.events.of(PowerLost), run.looked(RESTARTED)
        if lost and look is not None:
            found.append((run, lost[0], look))
    return found


def cut(history: History) -> list[Finding]:
    """Find power losses of real file systems that left what no copier that claims D2 may leave."""
    found = []
    for run, lost, look in cuts(history):
        reported = not lost.step and succeeded(run.ended())
        wrong = wrong_with(look.destination, run.size, older=run.play.older, reported=reported)
        if wrong is None:
            continue
        how = "just after another program had flushed a file of its own" if lost.flushed else "at once"
        found.append(
            Finding(
                check="power loss (real)",
                seen=f"On {lost.file_system}, the power was cut {_moment(lost.step)}, {how} ({run.where}); when the "
                f"file system was up again the final name showed {wrong.said}.",
                step=lost.step,
                meaning="A power loss leaves a file that is neither the old nor the new one."
                if wrong.rank == 0
                else "A caller who trusts the exit code deletes the original, and a power loss soon after takes the copy.",
                remedy=f"{_SYNC_FILE} {_SYNC_DIRECTORY}" if wrong.word != "lost" else _NOT_IN_PLACE,
                level=Level("D", wrong.rank),
            )
        )
    return found


MODEL = Check(
    "power loss (model)",
    "A state that the disk may hold after a power loss shows a torn file, or loses a copy that was reported as a success.",
    modelled,
    "D",
    {BY_MODEL: "faulty/no-fsync"},
)
REAL = Check(
    "power loss (real)",
    "A real file system whose power was cut shows a torn file, or has lost a copy that was reported as a success.",
    cut,
    "D",
    {FOR_REAL: "faulty/no-fsync"},
)


@dataclass(frozen=True)
class Outcome:
    """What one way of losing the power has shown at one step, for comparison with the others.

    Args:
        older: an older version was there.
        step: before which step; empty after the end.
        where: the way: `model`, or the file system and how its power was cut.
        file_system: the file system; empty for the model.
        flushed: a neighbour had flushed just before.
        rank: the level of D; 2 when nothing was wrong.
        word: what the final name shows, in a word or two; all that it may show, for the model.
    """

    older: bool
    step: str
    where: str
    file_system: str
    flushed: bool
    rank: int
    word: str


_NOTHING_WRONG = 2


def power_outcomes(history: History) -> list[Outcome]:
    """Return everything that power losses have shown, or may show, in the order of the steps."""
    found: dict[tuple[bool, str, str], Outcome] = {}

    def note(run: Run, step: str, way: tuple[str, str, bool], wrong: list[Wrong], right: str) -> None:
        words = [one.word for one in wrong] or [right]
        rank = min((one.rank for one in wrong), default=_NOTHING_WRONG)
        outcome = Outcome(run.play.older, step, *way, rank, " or ".join(words))
        key = (run.play.older, step, way[0])
        if key not in found or rank < found[key].rank:
            found[key] = outcome

    for run in runs_of(history):
        for recorded in _records(run):
            for moment in moments(recorded, run.play.source, run.play.destination, run.size, older=run.play.older):
                reported = moment.over and succeeded(run.ended())
                wrong = [one for one, _ in worst(moment.disk, run, reported=reported)]
                right = "new" if reported else "old or new"
                is_known = all(one.is_known for one in moment.disk.found_at(run.play.destination))
                note(run, moment.step, ("model", "", False), wrong, right if is_known else "not known")
    for run, lost, look in cuts(history):
        reported = not lost.step and succeeded(run.ended())
        verdict = wrong_with(look.destination, run.size, older=run.play.older, reported=reported)
        way = (f"{lost.file_system}, {FLUSHED if lost.flushed else AT_ONCE}", lost.file_system, lost.flushed)
        is_new = look.destination is not None and look.destination.is_whole(SOURCE, run.size)
        note(
            run,
            lost.step,
            way,
            [verdict] if verdict else [],
            "new" if is_new else "old" if run.play.older else "no file",
        )
    return list(found.values())
