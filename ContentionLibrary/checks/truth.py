"""Whether a copier tells the truth: success means a whole file, a refusal says why, and both come in bounded time."""

from __future__ import annotations

import errno
import os
from pathlib import PurePath

from ContentionLibrary.checks.check import (
    BREAKS_EVERY_PROMISE,
    Check,
    Run,
    crashed,
    how_it_ended,
    runs_of,
    said_no,
    succeeded,
)
from ContentionLibrary.checks.holdings import KILLED, ONE_AFTER_ANOTHER, TOLD_TO_STOP, WITHIN_ONE
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.limits import FEW_DESCRIPTORS, OPENING_REFUSED, SMALL_FILES
from ContentionLibrary.checks.names import LOOK_FOR_FILES, PICK_UP
from ContentionLibrary.checks.network import BAD_WEATHER, CONNECTION_BROKEN
from ContentionLibrary.checks.readers import KEEP, OPEN_HALF, READ, READ_ON, is_whole, what_is_wrong
from ContentionLibrary.checks.signals import GET_A_SIGNAL, STOP_AND_CONTINUE
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.content.sighting import Sighting
from ContentionLibrary.content.wording import describe
from ContentionLibrary.history.acts import Acted, Answer, Rearranged
from ContentionLibrary.history.cast import AFTERWARDS, CHANGED_SOURCE, NAMES, OLDER, SOURCE
from ContentionLibrary.history.copies import CopyEnded, Ending
from ContentionLibrary.history.looks import Looked
from ContentionLibrary.history.recording import History

DELETE = "delete the destination"
TAKE_AWAY = "delete the source"
CUT = "cut the source to half"
REPLACE = "replace the source by another file"
REWRITE = "rewrite the source in place"
_LOOK_AT_THE_END = (
    "Check at the end, through the destination's name, that the file is there and complete; report an error when any step "
    "failed, the file vanished, or the source changed while it was read."
)
_WAIT_FOR_THE_REST = (
    "End when all has ended that copies, and report success only then. If it is a service that copies in the background, let "
    "contention-serve call it, which waits for its word (see README)."
)
_LOOK_AT_THE_MOUNT = (
    "Note at the beginning which file system the destination's directory is on, see at the end that it is there still, and only "
    "then, through the destination's name, that the file is whole: below the bare mount point of a lost server it looks so."
)
_HARMLESS = (READ, OPEN_HALF, READ_ON, LOOK_FOR_FILES, PICK_UP)
_CAUSES = (
    *(os.strerror(number).casefold() for number in errno.errorcode),
    *(
        "another copy",
        "already",
        "cannot fork",
        "changed",
        "closed by remote host",
        "connection closed",
        "connection reset",
        "connection unexpectedly closed",
        "does not exist",
        "disk full",
        "in use",
        "a lock",
        "locked",
        "lost connection",
        "not responding",
        "out of memory",
        "quota",
        "replaced",
        "removed",
        "timed out",
    ),
)
"""What an understandable cause contains: the system's own words, and the usual ones of programs that refuse by themselves."""


def _first_upper(text: str) -> str:
    """Begin a sentence; `capitalize` would make `Copier b` of `copier B`."""
    return text[:1].upper() + text[1:]


def _last_step(run: Run) -> str:
    acts = [act for act in run.events.of(Acted) if act.step]
    return acts[-1].step or "" if acts else ""


def interference(run: Run) -> str:
    """Say who did what to the held copier, as the middle of a sentence."""
    acts = [act for act in run.events.of(Acted) if act.step and act.operation not in _HARMLESS]
    if not acts:
        return ""
    return f" after {acts[-1].who}'s act '{acts[-1].operation}' while it was held before '{acts[-1].step}'"


def is_one_version_of_source(sighting: Sighting, run: Run) -> bool:
    """Tell whether the destination holds all of one version that the source had during the run.

    A source that was cut or rewritten is a version too: a copy that equals it could have been made afterwards.
    """
    done = {act.operation for act in run.events.of(Acted) if act.answer in (Answer.DONE, Answer.WAITED)}
    if sighting.is_whole(SOURCE, run.size):
        return True
    if CUT in done and sighting.is_whole(SOURCE, run.size // 2):
        return True
    return bool(done & {REPLACE, REWRITE}) and sighting.is_whole(CHANGED_SOURCE, run.size)


def _source_was_lost(run: Run, look: Looked) -> bool:
    """Tell whether the copier itself has removed the source, as mv does."""
    taken = any(act.operation == TAKE_AWAY and act.answer is Answer.DONE for act in run.events.of(Acted))
    before = run.looked("before")
    was_there = before is not None and any(entry.path == run.play.source for entry in before.entries)
    return was_there and not taken and all(entry.path != run.play.source for entry in look.entries)


def taken_after_commit(run: Run) -> bool:
    """Tell whether the destination, or its directory, was taken away when it already held the whole new content."""
    last_read: Acted | None = None
    for event in run.events:
        if isinstance(event, Acted) and event.operation == READ:
            last_read = event
        elif isinstance(event, Rearranged) or (
            isinstance(event, Acted) and event.operation == DELETE and event.answer in (Answer.DONE, Answer.WAITED)
        ):
            sighting = last_read.sighting if last_read is not None else None
            return sighting is not None and sighting.is_whole(SOURCE, run.size)
    return False


def lies(history: History) -> list[Finding]:
    """Find copies that reported success although the destination does not hold the whole source."""
    found = []
    for run in runs_of(history):
        ended = run.ended()
        look = run.looked("after")
        if not succeeded(ended) or look is None:
            continue
        sighting = look.destination
        if sighting is not None and is_one_version_of_source(sighting, run):
            continue
        if sighting is None and taken_after_commit(run):
            continue
        seen = (
            "there is no file at the destination"
            if sighting is None
            else f"the destination holds {what_is_wrong(sighting)} content: {describe(sighting, NAMES, run.size)}"
        )
        if sighting is not None and sighting.is_whole(OLDER, run.size):
            seen = "the destination still holds the older version"
        if _source_was_lost(run, look):
            seen += "; the copier has removed the source too, so the file is lost"
        if ended is not None and ended.survivors:
            seen += "; processes that it has started were still at work"
        found.append(
            Finding(
                check="success is true",
                seen=f"The copier reported success{interference(run)} ({run.where}), yet {seen}.",
                step=_last_step(run),
                meaning="A caller that trusts the exit code deletes the original and has lost the file.",
                remedy=_remedy(run, ended),
                level=Level("E", 0),
            )
        )
    return found


def _remedy(run: Run, ended: CopyEnded | None) -> str:
    if run.lost_the_link:
        return _LOOK_AT_THE_MOUNT
    return _WAIT_FOR_THE_REST if ended is not None and ended.survivors else _LOOK_AT_THE_END


def has_copied(history: History) -> bool:
    """Tell whether a copier has made one copy, at least: it reported success, and its destination held something new.

    Where nobody has looked at a destination after a success, the copier's word is taken.
    """
    successful = [run for run in runs_of(history) if any(map(succeeded, run.events.of(CopyEnded)))]
    looks = [(run, look) for run in successful if (look := run.looked("after") or run.looked("recovered"))]
    return any(_holds_something_new(run, look) for run, look in looks) if looks else bool(successful)


def _holds_something_new(run: Run, look: Looked) -> bool:
    if look.destination is not None:
        return look.destination.single_version != OLDER
    # It was not read, or is not there.
    return not run.play.older and any(entry.path == run.play.destination for entry in look.entries)


def torn_after_error(history: History) -> list[Finding]:
    """Find copies that failed and left torn content under the final name, or lost the older version.

    A whole copy of a version that the source had meanwhile is no torn content: rsync, for one, goes on with a source
    that was cut, makes a true copy of what is left of it, and ends with an error all the same.
    """
    found = []
    for run in runs_of(history):
        ended, look = run.ended(), run.looked("after")
        if look is None or ended is None or not (said_no(ended) or crashed(ended)):
            continue
        deleted = bool(run.events.of(Rearranged)) or any(
            act.operation == DELETE and act.answer is not Answer.REFUSED for act in run.events.of(Acted)
        )
        sighting = look.destination
        if sighting is None:
            if not run.play.older or deleted:
                continue
            what = "deleted the older version"
        elif is_whole(sighting, run.size) or is_one_version_of_source(sighting, run):
            continue
        else:
            what = f"left {what_is_wrong(sighting)} content at the destination: {describe(sighting, NAMES, run.size)}"
        found.append(
            Finding(
                check="clean after an error",
                seen=f"The copier failed{interference(run)} ({run.where}) and {what}.",
                step=_last_step(run),
                meaning="The failed copy has destroyed what was there, or left a file that looks like a good one.",
                remedy="Write to a temporary file and touch the final name only when the content is complete and checked.",
                level=Level("S", 0),
            )
        )
    return found


def names_the_trouble(message: str, *files: str) -> bool:
    """Tell whether somebody who reads a message knows which file failed, or why.

    Args:
        message: the last words of a program.
        files: paths of the files that it was about; their names are looked for.
    """
    words = message.casefold()
    return any(PurePath(file).name.casefold() in words for file in files) or any(cause in words for cause in _CAUSES)


def unclear_refusals(history: History) -> list[Finding]:
    """Find refusals, errors and crashes without a message that names the file or the cause.

    A copier that ends because it was told to is no refusal: whoever sent the signal knows the cause.
    """
    found = []
    for run in runs_of(history):
        for ended in run.events.of(CopyEnded):
            if not (said_no(ended) or crashed(ended)) or (run.was_told_to_end and ended.who not in AFTERWARDS):
                continue
            if names_the_trouble(ended.message, *run.play.destinations, run.play.source):
                continue
            said = f"said only: {ended.message.strip()[:200]!r}" if ended.message.strip() else "said nothing"
            found.append(
                Finding(
                    check="refusals are clear",
                    seen=f"{_first_upper(ended.who)} ended with {how_it_ended(ended)}{interference(run)} "
                    f"({run.where}) and {said}.",
                    step=_last_step(run),
                    meaning="Nobody can tell from the log which file failed and why.",
                    remedy="Write one line to standard error that names the file and the system's reason.",
                )
            )
    return found


def hangs(history: History) -> list[Finding]:
    """Find copies that still ran when their time limit was over."""
    return [
        Finding(
            check="bounded time",
            seen=f"{_first_upper(ended.who)} still ran after {ended.ended - ended.began:.1f} s and had to be killed"
            f"{interference(run)} ({run.where}).",
            step=_last_step(run),
            meaning="A queue of copies stands still until somebody notices.",
            remedy="Give every wait a limit, and refuse with a clear error when it is over.",
            level=Level("T", 0),
        )
        for run in runs_of(history)
        for ended in run.events.of(CopyEnded)
        if ended.ending is Ending.HUNG
    ]


SUCCESS_IS_TRUE = Check(
    "success is true",
    "Success is reported although the destination does not hold the whole source.",
    lies,
    "E",
    {
        "*": "faulty/claims-success-after-loss",
        "change the source at every step": "faulty/short-copy-success",
        "read at every step": "faulty/reports-before-done",
        "read freely": "faulty/reports-before-done",
        "stay with a lock": "faulty/reports-before-done",
        KEEP: "faulty/reports-before-done",
        "overwrite under a reader": "faulty/reports-before-done",
        "copy to the name of a deleted file": "faulty/reports-before-done",
        "kill the main process at every step": "faulty/reports-before-done",
        "kill all processes at every step": "faulty/reports-before-done",
        "two at once after a kill": "faulty/reports-before-done",
        "fail a step": "faulty/reports-before-done",
        "run full": "faulty/swallows-full-disk",
        "watch at every step": "faulty/reports-before-done",
        "watch freely": "faulty/reports-before-done",
        "lose power by the model": "faulty/reports-before-done",
        "lose power for real": "faulty/reports-before-done",
        "shut down in good order": "faulty/reports-before-done",
        FEW_DESCRIPTORS: "faulty/reports-before-done",
        SMALL_FILES: "faulty/reports-before-done",
        OPENING_REFUSED: "faulty/reports-before-done",
        ONE_AFTER_ANOTHER: "faulty/reports-before-done",
        TOLD_TO_STOP: "faulty/reports-before-done",
        KILLED: "faulty/reports-before-done",
        WITHIN_ONE: "faulty/reports-before-done",
        BAD_WEATHER: "faulty/resumes-blindly",
        CONNECTION_BROKEN: "faulty/reports-before-done",
        GET_A_SIGNAL: "faulty/reports-before-done",
        STOP_AND_CONTINUE: "faulty/reports-before-done",
    },
)
CLEAN_AFTER_ERROR = Check(
    "clean after an error",
    "A failed copy leaves torn content under the final name, or loses the older version.",
    torn_after_error,
    "S",
    {"*": BREAKS_EVERY_PROMISE},
)
REFUSALS_ARE_CLEAR = Check(
    "refusals are clear",
    "A refusal has no message that names the file or the cause.",
    unclear_refusals,
    None,
    {"*": BREAKS_EVERY_PROMISE},
)
BOUNDED_TIME = Check(
    "bounded time",
    "A copier still runs when its time limit is over.",
    hangs,
    "T",
    {"*": "faulty/hangs", "stay with a lock": "faulty/waits-for-ever"},
)
