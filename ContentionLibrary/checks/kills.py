"""What a killed copier leaves: nothing torn under the final name, nothing for long, nothing that looks finished."""

from __future__ import annotations

from fnmatch import fnmatchcase

from ContentionLibrary.checks.check import Check, Run, runs_of, succeeded
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.readers import is_whole, what_is_wrong
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.content.sizes import format_size
from ContentionLibrary.content.wording import describe
from ContentionLibrary.history.cast import AGAIN, NAMES, RECOVERY, THE_COPIER
from ContentionLibrary.history.copies import CopyEnded, Ending, StepReached, SurvivorsEnded
from ContentionLibrary.history.looks import Entry, Looked
from ContentionLibrary.history.recording import History

MAIN = "kill the main process at every step"
TREE = "kill all processes at every step"
_NAMES_SHOWN = 5
_REMEDY_FOR_LEFTOVERS = (
    "Use a file without a name (O_TMPFILE), or a temporary name that the next run can find again: let it take over or "
    "remove what it finds there, if nobody holds a lock on it."
)


def _step(run: Run) -> str:
    reached = [event.step for event in run.events.of(StepReached) if event.who == THE_COPIER]
    return reached[-1] if reached else ""


def _killed_runs(history: History) -> list[tuple[Run, CopyEnded, Looked, Looked]]:
    """Return the runs in which the copier was killed, each with its end and the looks before and after."""
    found = []
    for run in runs_of(history):
        ended, before, after = run.ended(), run.looked("before"), run.looked("after")
        if run.was_killed and ended is not None and ended.ending is Ending.KILLED and before and after:
            found.append((run, ended, before, after))
    return found


def _added(run: Run, before: Looked, later: Looked, usual: frozenset[str] = frozenset()) -> list[Entry]:
    known = {entry.path for entry in before.entries} | {run.play.destination} | usual
    return [entry for entry in later.entries if entry.path not in known]


def _usual(history: History) -> dict[str, frozenset[str]]:
    """Return for each play what a copy leaves that nobody disturbs, such as a log: that is no leftover of a kill.

    What it leaves beside the destination is one all the same: a kill may leave a part of it there.
    """
    found: dict[str, frozenset[str]] = {}
    for run in runs_of(history):
        before, after = run.looked("before"), run.looked("after")
        if run.was_killed or not succeeded(run.ended()) or before is None or after is None:
            continue
        folder = run.play.destination.rpartition("/")[0] + "/"
        paths = {entry.path for entry in _added(run, before, after) if not entry.path.startswith(folder)}
        found[run.play.play] = found.get(run.play.play, frozenset()) | paths
    return found


def _listed(entries: list[Entry]) -> str:
    shown = ", ".join(
        entry.path if entry.kind == "directory" else f"{entry.path} ({format_size(entry.size)})"
        for entry in entries[:_NAMES_SHOWN]
    )
    return shown + (f" and {len(entries) - _NAMES_SHOWN} more" if len(entries) > _NAMES_SHOWN else "")


def state_left(after: Looked) -> str:
    """Describe all that a next run finds: each name with its size, and the content of each destination.

    Runs of one play that leave the same are tried again once: what the next copy makes of it is the same for all.
    """
    names = sorted(f"{entry.path} {entry.kind} {entry.size}" for entry in after.entries)
    return f"{names} {after.destinations}"


def _tried_again(history: History) -> dict[tuple[str, str], Run]:
    """Return for each play and state that was left the run that was tried again from it."""
    found = {}
    for run, _, _, after in _killed_runs(history):
        if run.ended(AGAIN) is not None and run.looked("recovered") is not None:
            found[run.play.play, state_left(after)] = run
    return found


def _killed(run: Run) -> str:
    return f"The copier was killed before '{_step(run)}' ({run.where})"


def _content(run: Run, look: Looked) -> str:
    return describe(look.destination, NAMES, run.size) if look.destination is not None else "no file"


def _is_fine(run: Run, look: Looked) -> bool:
    if look.destination is None:
        return not run.play.older
    return is_whole(look.destination, run.size)


def _torn(run: Run, ended: CopyEnded, after: Looked) -> Finding | None:
    if _is_fine(run, after):
        return None
    if after.destination is None:
        seen = "and the older version is lost: there is no file at the destination"
    else:
        seen = f"and the destination holds {what_is_wrong(after.destination)} content: {_content(run, after)}"
    killed = run.looked("killed")
    late = killed is not None and killed.destination != after.destination
    if killed is not None and late:
        seen += (
            f"; at the moment of the kill it held {_content(run, killed)}, and what survived the main process "
            f"({', '.join(ended.survivors)}) has gone on"
        )
    return Finding(
        check="clean after a kill",
        seen=f"{_killed(run)}, {seen}.",
        step=_step(run),
        meaning="After a crash or a kill there is a file under the final name that is not whole, and nothing tells."
        if after.destination is not None
        else "After a crash or a kill neither the old file nor the new one is there.",
        remedy="Let a helper publish only what its parent has called complete: the end of its input is no such word."
        if late
        else "Write to a temporary file, and give it the final name by one rename when it is complete.",
        level=Level("K", 0),
    )


def _left(run: Run, before: Looked, after: Looked, tried: Run | None, usual: frozenset[str]) -> Finding | None:
    left = _added(run, before, after, usual)
    recovered = tried.looked("recovered") if tried is not None else None
    still = _added(run, before, recovered, usual) if recovered is not None else []
    if not left and not still:
        return None
    stays = bool(still) or recovered is None
    seen = f"and left {_listed(left)}" if left else "and left nothing else"
    if still:
        seen += f"; after the next run there was {_listed(still)}"
    elif recovered is not None:
        seen += ", which the next run has removed"
    return Finding(
        check="clean after a kill",
        seen=f"{_killed(run)}, {seen}.",
        step=_step(run),
        meaning="Each kill fills the disk a little more, until somebody cleans up by hand."
        if stays
        else "What was left takes space until the next copy to the same name.",
        remedy=_REMEDY_FOR_LEFTOVERS,
        level=Level("K", 1 if stays else 2),
    )


def _stayed(run: Run) -> Finding | None:
    by_force = [name for event in run.events.of(SurvivorsEnded) if event.who == THE_COPIER for name in event.by_force]
    if not by_force:
        return None
    return Finding(
        check="clean after a kill",
        seen=f"{_killed(run)}, and processes of it ran on until we ended them: {', '.join(by_force)}.",
        step=_step(run),
        meaning="What is left of a killed copier keeps files and locks, and may still write.",
        remedy="Let helpers end when their parent does: at the end of their input, or by PR_SET_PDEATHSIG.",
        level=Level("K", 1),
    )


def _recover_failed(run: Run, after: Looked) -> Finding | None:
    recovery = run.ended(RECOVERY)
    if recovery is None or recovery.ending is Ending.SUCCESS:
        return None
    how = "hung" if recovery.ending is Ending.HUNG else f"ended with exit code {recovery.exit_code}"
    return Finding(
        check="clean after a kill",
        seen=f"{_killed(run)}, and its recover command {how}. It said: {recovery.message.strip()[:200]!r}",
        step=_step(run),
        meaning="What users are told to do after a kill does not work.",
        remedy="Let the recover command cope with every state that a kill can leave, also with none.",
        level=None if _is_fine(run, after) else Level("K", 0),
    )


def _ruined(run: Run, after: Looked) -> Finding | None:
    """Find a recover command that harms what the kill has left whole; the copy that comes after it hides that."""
    repaired = run.looked("repaired")
    if repaired is None or not _is_fine(run, after) or _is_fine(run, repaired):
        return None
    if repaired.destination is None:
        seen = "there is no file at all at the destination: the older version is lost"
    else:
        seen = f"the destination holds {what_is_wrong(repaired.destination)} content: {_content(run, repaired)}"
    return Finding(
        check="clean after a kill",
        seen=f"{_killed(run)}, and left the destination whole; after its recover command {seen}.",
        step=_step(run),
        meaning="What users are told to do after a kill takes the file from them that the kill has spared.",
        remedy="Let the recover command finish the copy or take it back: touch the final name by one rename only.",
        level=Level("K", 0),
    )


def ruins(history: History) -> list[Finding]:
    """Find what killed copies have left: torn files, lost ones, leftovers that stay or wait for the next run."""
    found = []
    tried_again, usual = _tried_again(history), _usual(history)
    for run, ended, before, after in _killed_runs(history):
        tried = tried_again.get((run.play.play, state_left(after)))
        left = _left(run, before, after, tried, usual.get(run.play.play, frozenset()))
        found += [_torn(run, ended, after), left, _stayed(run)]
        found += [_recover_failed(run, after), _ruined(run, after)]
    return [finding for finding in found if finding is not None]


def _is_visible(path: str, run: Run) -> bool:
    """Tell whether a consumer of the destination's folder takes a name for a finished file."""
    folder = run.play.destination.rpartition("/")[0] + "/"
    if not path.startswith(folder):
        return False
    name = path.removeprefix(folder).split("/")[0]
    return not name.startswith(".") and not any(fnmatchcase(name, one) for one in run.play.temporary_files)


def visible_leftovers(history: History) -> list[Finding]:
    """Find leftovers of killed copies that a consumer's pattern matches: not hidden, and not announced as temporary."""
    found = []
    for run, _, before, after in _killed_runs(history):
        visible = [entry for entry in _added(run, before, after) if _is_visible(entry.path, run)]
        if visible:
            found.append(
                Finding(
                    check="leftovers look unfinished",
                    seen=f"{_killed(run)}, and left under a name that is not hidden: {_listed(visible)}.",
                    step=_step(run),
                    meaning="A program that picks up what lies in the folder takes a part of a file for a whole one.",
                    remedy="Let the temporary name begin with a dot, or say in the profile's temporary_files how it looks.",
                    level=Level("N", 0),
                )
            )
    return found


CLEAN_AFTER_KILL = Check(
    "clean after a kill",
    "A killed copy leaves a torn file or none of two, or something that the next run does not remove.",
    ruins,
    "K",
    {MAIN: "faulty/publishes-after-death", TREE: "faulty/forgets-temporary-file"},
)
LEFTOVERS_LOOK_UNFINISHED = Check(
    "leftovers look unfinished",
    "A killed copy leaves something that consumers of the folder take for a finished file.",
    visible_leftovers,
    None,  # what a killed copier leaves can only lower the level of its names; whether they show, others measure
    {MAIN: "faulty/visible-temporary-name", TREE: "faulty/visible-temporary-name"},
)
