"""What a failed copy must not leave or keep quiet, beyond what every scenario demands.

Every scenario demands that nothing is left behind. Here stands what is particular to failures: a copier that a signal ends
leaves no part of a file, an error that says that data did not arrive is passed on, and what nobody could remove at the time
(a killed copier, a network that was cut, a deletion that the system refused) is gone after the next copy.
"""

from __future__ import annotations

from ContentionLibrary.checks.check import Check, Run, crashed, how_it_ended, runs_of, succeeded
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.network import CONNECTION_CUT, DISK_FAILS, LINK_CUT, LOST_ANSWERS, STUMBLES
from ContentionLibrary.checks.readers import is_whole, what_is_wrong
from ContentionLibrary.checks.signals import GET_A_SIGNAL
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.content.sizes import format_size
from ContentionLibrary.content.wording import describe
from ContentionLibrary.history.acts import Acted
from ContentionLibrary.history.cast import NAMES
from ContentionLibrary.history.copies import BARRED, FAILED, CopyEnded, Ending, StepLeft
from ContentionLibrary.history.looks import Looked
from ContentionLibrary.history.recording import History

REMOVE_DIRECTORY = "remove the target directory"
LOCK_FOR_EVER = "lock the destination and keep the lock"

FAIL_A_STEP, SEND_A_SIGNAL, KILL_AT_A_STEP = "fail a step", "send a signal", "kill at a step"
LOSE_THE_SOURCE, LOSE_A_DIRECTORY, KEEP_A_LOCK = "lose the source", "lose a directory", "keep a lock"
"""What the plays are called where a check chooses its control."""

_MOVES_DATA = ("write ", "clone ")


def _step(run: Run) -> str:
    acted = [act.step for act in run.events.of(Acted) if act.step]
    return acted[-1] if acted else ""


def torn_after_signal(history: History) -> list[Finding]:
    """Find copiers that a signal has ended and that left torn content under the final name, or lost the older version."""
    found = []
    for run in runs_of(history):
        ended, look = run.ended(), run.looked("after")
        if (
            not run.was_told_to_end
            or look is None
            or ended is None
            or ended.ending is not Ending.KILLED
            or crashed(ended)
        ):
            continue
        sighting = look.destination
        if sighting is None:
            if not run.play.older:
                continue
            what = "the older version is gone"
        elif is_whole(sighting, run.size):
            continue
        else:
            what = f"the destination holds {what_is_wrong(sighting)} content: {describe(sighting, NAMES, run.size)}"
        found.append(
            Finding(
                check="whole after a signal",
                seen=f"The copier was ended by {how_it_ended(ended)}, sent while it was held before '{_step(run)}' "
                f"({run.where}), and {what}.",
                step=_step(run),
                meaning="Whoever cancels a copy is left with a file that looks like a good one, or with none.",
                remedy="Write to a temporary file, and remove it in the handlers of SIGTERM, SIGINT and SIGHUP.",
                level=Level("S", 0),
            )
        )
    return found


def _failed_steps(run: Run) -> list[StepLeft]:
    return [left for left in run.events.of(StepLeft) if left.how.startswith((FAILED, BARRED))]


def _comes_after(step: str, ended: CopyEnded, *beginnings: str) -> bool:
    """Tell whether a copier has come to a step that begins like this after another one."""
    later = ended.steps[ended.steps.index(step) + 1 :] if step in ended.steps else ()
    return any(one.startswith(beginnings) for one in later)


def kept_quiet(history: History) -> list[Finding]:
    """Find copies that reported success although a flush or close had told that data did not reach the disk.

    The content looks right, as long as the kernel still has it: so what counts is what the copier was told. A failed flush
    of the file is told once; the kernel may drop the data, and a second flush then succeeds. Only data that was written
    again after it is safe. That is no matter of a claim: who asks and is told no must not say yes (E0). A directory whose
    flush failed loses its newest names at most, after a power loss: success is not durable (D1). Closing is told
    the same way where a file system writes late (NFS, FUSE, quotas).
    """
    found = []
    for run in runs_of(history):
        ended = run.ended()
        if ended is None or not succeeded(ended):
            continue
        for left in _failed_steps(run):
            if not left.step.startswith(("flush ", "close ")) or _comes_after(left.step, ended, *_MOVES_DATA):
                continue
            names_only = "directory" in left.step
            if names_only and _comes_after(left.step, ended, "flush the"):
                continue
            found.append(
                Finding(
                    check="errors are told",
                    seen=f"The copier reported success ({run.where}), although its step '{left.step}' had {left.how}.",
                    step=left.step,
                    meaning="After a power loss the new name may be gone, although success was reported."
                    if names_only
                    else "The system has said that data did not reach the disk; the caller is told that all is well.",
                    remedy="Look at what fsync and close return. When one fails, write the file anew or report the error.",
                    level=Level("D", 1) if names_only else Level("E", 0),
                )
            )
    return found


def _names_added(run: Run, look: Looked | None) -> str:
    """List the names of a look that were not there before the run, besides the destination."""
    before = run.looked("before")
    if before is None or look is None:
        return ""
    known = {entry.path for entry in before.entries} | {run.play.destination}
    extra = [entry for entry in look.entries if entry.path not in known]
    return ", ".join(f"{entry.path} ({format_size(entry.size)})" for entry in extra[:5])


def stays_after_next_copy(history: History) -> list[Finding]:
    """Find names that a copier without a chance to clean up has left: removed by the next copy (K2), or not even then (K1).

    Runs that leave the same names share one next copy, so a run without one of its own is no better than the others. What
    a kill leaves is a matter of level; what a cut network or a refused deletion leaves is nothing once the next copy
    has removed it.
    """
    found = []
    for run in runs_of(history):
        if not run.could_not_clean_up:
            continue
        stays = _names_added(run, run.looked("recovered"))
        left = stays or (_names_added(run, run.looked("after")) if run.was_killed else "")
        if not left:
            continue
        what = "the next copy to the same place has not removed" if stays else "there remained until the next copy"
        since = f" from its step '{_step(run)}' on" if _step(run) else ""
        found.append(
            Finding(
                check="gone after the next copy",
                seen=f"The copier had no chance to clean up{since} ({run.where}), and {what}: {left}.",
                step=_step(run),
                meaning="Each such accident costs disk space until somebody finds the files and dares to delete them."
                if stays
                else "Between the accident and the next copy the file takes its space, and others can see it.",
                remedy="Let each run remove what a dead run of the same destination has left."
                if stays
                else "Use a file without a name (O_TMPFILE): the system removes it with the process.",
                level=Level("K", 1 if stays else 2),
            )
        )
    return found


WHOLE_AFTER_SIGNAL = Check(
    "whole after a signal",
    "A copier that a signal ends leaves torn content under the final name, or loses the older version.",
    torn_after_signal,
    "S",
    {SEND_A_SIGNAL: "faulty/leaves-partial-on-signal", GET_A_SIGNAL: "faulty/leaves-partial-on-signal"},
)
ERRORS_ARE_TOLD = Check(
    "errors are told",
    "Success is reported although a flush or close said that data did not reach the disk.",
    kept_quiet,
    "E",
    {
        FAIL_A_STEP: "faulty/swallows-failed-flush",
        LOST_ANSWERS: "faulty/ignores-failed-close",
        STUMBLES: "faulty/swallows-failed-flush",
    },
)
GONE_AFTER_NEXT_COPY = Check(
    "gone after the next copy",
    "What a copier could not remove is still there after the next copy.",
    stays_after_next_copy,
    None,  # it can only lower the level of kills: whether a kill leaves the destination whole, others measure
    {
        KILL_AT_A_STEP: "faulty/forgets-killed-runs",
        LINK_CUT: "faulty/forgets-killed-runs",
        DISK_FAILS: "faulty/forgets-killed-runs",
        CONNECTION_CUT: "faulty/forgets-lost-parts",
        LOST_ANSWERS: "faulty/forgets-killed-runs",
    },
)
