"""What a copy that runs out of space must say, and give back."""

from __future__ import annotations

import errno
import os

from ContentionLibrary.checks.check import LEAVE_ROOM, Check, Run, crashed, how_it_ended, runs_of, said_no
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.content.sizes import format_size
from ContentionLibrary.history.acts import Acted
from ContentionLibrary.history.copies import CopyEnded
from ContentionLibrary.history.disks import SpaceCounted
from ContentionLibrary.history.recording import History

RUN_FULL, RUN_FULL_AT_ONE, OUT_OF_NAMES = "run full", "run full at one of several", "run out of names"
"""What the plays are called where a check chooses its control."""

_OUT_OF_SPACE = tuple(os.strerror(number).casefold() for number in (errno.ENOSPC, errno.EDQUOT))
_ABOUT_SPACE = (
    *_OUT_OF_SPACE,
    *(
        "disk full",
        "disk is full",
        "disk space",
        "enough space",
        "enough room",
        "out of space",
        "no space",
        "quota",
        "is full",
    ),
)
"""By which words a user understands that space was wanting: the system's own, and the usual ones of programs."""


def _of_moment(run: Run, moment: str) -> SpaceCounted | None:
    return next((one for one in run.events.of(SpaceCounted) if one.moment == moment), None)


def _what_takes_it(run: Run, ended: CopyEnded) -> str:
    """Say what there is that was not there before: names, and processes that may have a file without a name open."""
    before, after = run.looked("before"), run.looked("after")
    known = {(entry.path, entry.size) for entry in before.entries} if before is not None else set()
    entries = after.entries if after is not None else ()
    added = [one for one in entries if one.kind == "file" and (one.path, one.size) not in known]
    names = [f"{one.path} ({format_size(one.size)})" for one in added]
    told = f": {', '.join(names[:5])}" if names else "; no name tells where"
    return f"{told}; of its processes still ran: {', '.join(ended.survivors)}" if ended.survivors else told


def not_given_back(history: History) -> list[Finding]:
    """Find copies that failed for want of space, and that still take some of it when they have ended.

    A temporary file is found by its name too. This finds what has none: a file that was deleted, and that a process
    which the copier has left behind keeps open.
    """
    found = []
    for run in runs_of(history):
        before, after, ended = _of_moment(run, "before"), _of_moment(run, "after"), run.ended()
        if before is None or after is None or ended is None or not (said_no(ended) or crashed(ended)):
            continue
        taken, files = before.free - after.free, after.names - before.names
        parts = [f"{format_size(taken)}"] * (taken > before.grain) + [
            f"{files} {'file' if files == 1 else 'files'}"
        ] * (files > 0)
        if not parts:
            continue
        left = _what_takes_it(run, ended)
        found.append(
            Finding(
                check="space is given back",
                seen=f"The copier failed ({run.where}) and kept {' and '.join(parts)} of {after.file_system}{left}.",
                step="",
                meaning="A full disk becomes no emptier by giving up, and whoever looks for the file that takes the "
                "space may find none.",
                remedy="Delete what was begun, close it, and end every process that has it open, before reporting the error.",
                level=Level("S", 0),
            )
        )
    return found


def _ran_out_of_space(run: Run, ended: CopyEnded) -> bool:
    """Tell whether a copy has failed because a file system had no room, for real or by an answer that it was given."""
    if not said_no(ended) or run.kept_its_rule(ended):
        return False
    return any(
        act.operation.startswith(LEAVE_ROOM) or any(act.operation.casefold().endswith(words) for words in _OUT_OF_SPACE)
        for act in run.events.of(Acted)
    )


def _is_about_space(text: str) -> bool:
    return any(words in text.casefold() for words in _ABOUT_SPACE)


def full_is_not_said(history: History) -> list[Finding]:
    """Find copies that failed for want of space with a message that does not say so."""
    found = []
    for run in runs_of(history):
        ended = run.ended()
        if ended is None or not _ran_out_of_space(run, ended) or _is_about_space(ended.message):
            continue
        said = f"said only: {ended.message.strip()[:200]!r}" if ended.message.strip() else "said nothing"
        acts = [act.step for act in run.events.of(Acted) if act.step]
        found.append(
            Finding(
                check="a full disk is named",
                seen=f"The copier ran out of space ({run.where}), ended with {how_it_ended(ended)} and {said}.",
                step=acts[-1] if acts else "",
                meaning="Nobody who reads the log thinks of the disk: the copy is tried again, and fails again.",
                remedy="Pass on the system's own words: 'No space left on device', 'Disk quota exceeded'.",
            )
        )
    return found


def _names_only(line: str, wanted: str, all_of_them: tuple[str, ...]) -> bool:
    return wanted in line and not any(other in line for other in all_of_them if other != wanted)


def full_target_is_not_named(history: History) -> list[Finding]:
    """Find copies to several destinations that do not say which of them had no room.

    One line of the message must name it, and no other of them, and say that space was wanting.
    """
    found = []
    for run in runs_of(history):
        ended, counted = run.ended(), _of_moment(run, "before")
        if ended is None or counted is None or not run.play.further or not _ran_out_of_space(run, ended):
            continue
        full = run.play.destinations[counted.destination]
        lines = [line for line in ended.message.splitlines() if _is_about_space(line)]
        if any(_names_only(line, full, run.play.destinations) for line in lines):
            continue
        found.append(
            Finding(
                check="the full target is named",
                seen=f"The file system of {full} ran full ({run.where}); the copier ended with {how_it_ended(ended)}, "
                f"and no line of what it said names this destination alone: {ended.message.strip()[-300:]!r}.",
                step="",
                meaning="Somebody has to look at every destination to find the one that needs room.",
                remedy="Begin the message with the destination at which the call has failed.",
            )
        )
    return found


SPACE_GIVEN_BACK = Check(
    "space is given back",
    "A copy that failed for want of space still takes some when it has ended.",
    not_given_back,
    "S",
    {RUN_FULL: "faulty/keeps-space", RUN_FULL_AT_ONE: "faulty/keeps-space"},
)
FULL_DISK_IS_NAMED = Check(
    "a full disk is named",
    "A copy that failed for want of space does not say so.",
    full_is_not_said,
    None,
    {"*": "faulty/hides-full-disk"},
)
FULL_TARGET_IS_NAMED = Check(
    "the full target is named",
    "A copy to several destinations does not say which of them had no room.",
    full_target_is_not_named,
    None,
    {RUN_FULL_AT_ONE: "faulty/names-every-target"},
)
