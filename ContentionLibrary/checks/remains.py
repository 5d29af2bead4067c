"""What must be as before when all is over: no extra name, no process, and the next copy works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ContentionLibrary.checks.check import BREAKS_EVERY_PROMISE, Check, Run, runs_of, succeeded
from ContentionLibrary.checks.destinations import READ_ONLY
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.readers import is_whole
from ContentionLibrary.checks.swaps import accounted_for
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.content.sizes import format_size
from ContentionLibrary.content.wording import describe
from ContentionLibrary.history.acts import Acted, Answer, Renamed, Signalled, ToldToEnd
from ContentionLibrary.history.cast import AGAIN, NAMES, SOURCE
from ContentionLibrary.history.copies import CopyEnded, Ending, StepReached, SurvivorsEnded
from ContentionLibrary.history.looks import Entry
from ContentionLibrary.history.recording import History

TMPDIR = "$TMPDIR"
"""What is left in the directory for temporary files, which is not on the stage, is told with this."""
_DELETE_IT = "Delete the temporary file on every way out, or use a file without a name (O_TMPFILE)."


def _delete_it(run: Run, extra: Sequence[Entry]) -> str:
    """Say how a leftover is mended; what lies there openly after a success may be meant to stay, which only its maker knows."""
    names = [entry.path.rpartition("/")[2] for entry in extra]
    hidden = any(entry.path.startswith(TMPDIR) for entry in extra) or any(name.startswith(".") for name in names)
    copied = {path.rpartition("/")[2] for path in run.play.destinations}
    if hidden or not copied.isdisjoint(names) or not all(map(succeeded, run.events.of(CopyEnded))):
        return _DELETE_IT
    patterns = dict.fromkeys(f"*.{name.rpartition('.')[2]}" if "." in name else name for name in names)
    folder = any(entry.kind == "directory" for entry in extra)
    return (
        f"{_DELETE_IT} If it is meant to stay (a log, a backup, a checksum), say so in the profile: own_files: {list(patterns)}."
        + " What is done in a folder of that name is not seen then." * folder
    )


def _step(run: Run) -> str:
    reached = run.events.of(StepReached)
    acted = [act.step for act in run.events.of(Acted) if act.step]
    return acted[-1] or "" if acted else (reached[-1].step if reached and len(reached) == 1 else "")


def _closed_to_all(run: Run) -> tuple[str, ...]:
    """Return the directories that a competitor has made read-only: nobody could have removed anything there."""
    numbers = [int(act.target.rpartition(" ")[2]) for act in run.acted(READ_ONLY) if act.answer is Answer.DONE]
    return tuple(run.play.destinations[number - 1].rpartition("/")[0] + "/" for number in numbers)


def _were_all_told_to_end(run: Run) -> bool:
    """Tell whether each process of a copier got the signal, so that they may end in any order."""
    return bool(run.events.of(ToldToEnd)) or any(sent.all_processes for sent in run.events.of(Signalled))


def _survivors(run: Run) -> list[str]:
    """List the processes that outlived a copier.

    Where its connection was broken while it was free, the one that holds the connection and the main one may end in any
    order, so only those count that had to be ended.
    """
    if run.lost_its_connection:
        return [name for event in run.events.of(SurvivorsEnded) for name in event.by_force]
    return [name for ended in run.events.of(CopyEnded) for name in ended.survivors]


def leftovers(history: History) -> list[Finding]:
    """Find names that a copy has added to the stage besides its destination, and processes that outlived it."""
    found = []
    for run in runs_of(history):
        before, after = run.looked("before"), run.looked("after")
        if before is None or after is None or run.could_not_clean_up:
            continue
        known = accounted_for(run) | set(run.play.destinations)
        known |= {move.to for rename in run.events.of(Renamed) for move in rename.moves}  # theirs, not the copier's
        extra = [one for one in after.entries if one.path not in known and not one.path.startswith(_closed_to_all(run))]
        known_there = {entry.path for entry in before.temporary}
        extra += [replace(one, path=f"{TMPDIR}/{one.path}") for one in after.temporary if one.path not in known_there]
        how = {ended.who: ended.ending.value for ended in run.events.of(CopyEnded)}
        if extra:
            listed = ", ".join(f"{entry.path} ({format_size(entry.size)})" for entry in extra[:5])
            found.append(
                Finding(
                    check="nothing left behind",
                    seen=f"After the copy ({run.where}; {', '.join(f'{who}: {end}' for who, end in how.items())}) there "
                    f"remained: {listed}.",
                    step=_step(run),
                    meaning="Leftovers fill the disk, and programs that watch the directory may take them for finished files.",
                    remedy=_delete_it(run, extra),
                    level=Level("S", 0),
                )
            )
        survivors = _survivors(run)
        if survivors and not _were_all_told_to_end(run):
            found.append(
                Finding(
                    check="nothing left behind",
                    seen=f"Processes of the copier still ran after it had ended ({run.where}): {', '.join(survivors)}.",
                    step=_step(run),
                    meaning="The copy goes on, or holds files open, after its caller was told that it is over.",
                    remedy="Wait for all helper processes before ending.",
                    level=Level("S", 0),
                )
            )
    return found


_BLOCKS = "One disturbed copy blocks all later ones until somebody cleans up by hand."
_TAKE_OVER = "Tell leftovers of an earlier run from a living rival, and take them over."
_ALONE = " If only one copy may run on a machine at a time, say so in its profile: one_at_a_time: true."
_NEVER = "No copy came to any step, disturbed or not: perhaps the copier is not called as it wants to be."
_TRY_BY_HAND = "Run its command by hand with two plain files, and mend the profile until it copies."


def fails_again(history: History) -> list[Finding]:
    """Find copies that do not succeed when they are run once more without contention."""
    found = []
    has_copied = any(succeeded(ended) or ended.steps for ended in history.of(CopyEnded))
    meaning = _BLOCKS if has_copied else _NEVER
    for run in runs_of(history):
        again, look = run.ended(AGAIN), run.looked("recovered")
        if again is None or look is None:
            continue
        wrong = [one for one in look.destinations if one is None or not one.is_whole(SOURCE, run.size)]
        if succeeded(again) and not wrong:
            continue
        shown = wrong[0] if wrong else look.destination
        is_torn = any(one is not None and not is_whole(one, run.size) for one in wrong)
        there = describe(shown, NAMES, run.size) if shown else "no file"
        remedy = (_TAKE_OVER if has_copied else _TRY_BY_HAND) + _ALONE * (not again.steps)
        what = "hung" if again.ending is Ending.HUNG else f"ended with exit code {again.exit_code}"
        found.append(
            Finding(
                check="recovers",
                seen=f"The same copy, run again without contention ({run.where}), {what}; the destination holds {there}. "
                f"It said: {again.message.strip()[:200]!r}",
                step=_step(run),
                meaning=meaning,
                remedy=remedy,
                level=_level(run, is_torn),
            )
        )
    return found


def _level(run: Run, is_torn: bool) -> Level | None:
    """Return the level of a copier whose next copy fails; after a kill that leaves nothing torn no claim speaks of it."""
    if not run.was_killed:
        return Level("S", 0)
    return Level("K", 0) if is_torn else None


NOTHING_LEFT_BEHIND = Check(
    "nothing left behind",
    "A name or a process remains that was not there before.",
    leftovers,
    "S",
    {"*": BREAKS_EVERY_PROMISE},
)
RECOVERS = Check(
    "recovers",
    "The same copy fails when it is run again without contention.",
    fails_again,
    None,
    {"*": BREAKS_EVERY_PROMISE},
)
