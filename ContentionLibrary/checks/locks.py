"""Locks of the dead: none may be held, and none may keep the next copy waiting."""

from __future__ import annotations

from ContentionLibrary.checks.check import Check, Run, how_it_ended, last_words, runs_of, succeeded
from ContentionLibrary.checks.kills import state_left
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.history.acts import Answer
from ContentionLibrary.history.cast import AGAIN, ONCE_MORE, THE_COPIER
from ContentionLibrary.history.copies import CopyEnded, StepReached, SurvivorsEnded
from ContentionLibrary.history.looks import LocksSeen
from ContentionLibrary.history.recording import History

KILL_HOLDER = "be killed while it holds its lock"
BEQUEATH = "lock, and let a child inherit the lock"
TRY = "try to lock"
BEFORE_BEGIN = "kill the holder of a lock before the copier begins"
WHILE_WAITING = "kill the holder of a lock while the copier waits"
INHERITED = "kill the holder of a lock that a child has inherited"
COPIER_KILLED = "kill the copier and look for its locks"
TWO_AT_ONCE = "two at once after a kill"

_MUCH_LONGER = 3
_MORE = 1.0
"""Seconds. A copy has waited if it took so much more than three times an undisturbed one.

Both undisturbed ones count: one from before, and one made just afterwards, on a machine that is as busy. So a busy machine
is no reason for a finding; and who waits for less does not wait for a time-out, but looks often, which is what he should.
"""


def takes_long(ended: CopyEnded, *undisturbed: CopyEnded) -> bool:
    """Tell whether a copy has taken so much longer than undisturbed ones that it must have waited for something."""
    usual = max(one.ended - one.began for one in undisturbed)
    return ended.ended - ended.began > _MUCH_LONGER * usual + _MORE


def _step(run: Run) -> str:
    reached = [event.step for event in run.events.of(StepReached) if event.who == THE_COPIER]
    return reached[-1] if reached else ""


def _dead(run: Run) -> str:
    holders = [f"{act.who} was killed" for act in run.acted(KILL_HOLDER)]
    step = _step(run)
    if run.was_killed:
        holders = [f"the copier was killed before '{step}'"]
    told = ", ".join(holders)
    return told[:1].upper() + told[1:] + f" ({run.where})"


def _still_locked(run: Run) -> list[Finding]:
    held = [(look.moment, lock) for look in run.events.of(LocksSeen) if look.moment != "held" for lock in look.locks]
    refused = [act for act in run.acted(TRY) if act.answer in (Answer.REFUSED, Answer.HUNG)]
    if not held and not refused:
        return []
    seen = [
        *dict.fromkeys(lock for _, lock in held),
        *(f"{act.who} could not take the {act.target}" for act in refused),
    ]
    stayed = [name for event in run.events.of(SurvivorsEnded) for name in event.by_force]
    who = f"; of the copier these processes live on: {', '.join(stayed)}" if stayed else ""
    return [
        Finding(
            check="stale locks",
            seen=f"{_dead(run)}, and yet there is a lock: {'; '.join(seen)}{who}.",
            step=_step(run),
            meaning="Others wait for a lock that belongs to a copy which nobody makes any more.",
            remedy="Open locked files with O_CLOEXEC, let helpers close them, and let helpers end with their parent.",
        )
    ]


def _state(run: Run) -> tuple[str, str] | None:
    """Say what the next copy finds; None if somebody lives on or a lock is held, which are no state of files."""
    after = run.looked("after")
    alone = len(run.disturbed_ends()) == 1
    if after is None or not alone or _still_locked(run) or any(e.by_force for e in run.events.of(SurvivorsEnded)):
        return None
    return run.play.play, state_left(after)


def _tried_again(runs: list[Run]) -> dict[tuple[str, str], Run]:
    """Return for each state that a killed copier has left the run in which the next copy was made from it."""
    return {state: run for run in runs if run.was_killed and run.ended(AGAIN) and (state := _state(run)) is not None}


def _next_copy(run: Run, tried: Run, undisturbed: CopyEnded | None) -> list[Finding]:
    again, once_more = tried.ended(AGAIN), tried.ended(ONCE_MORE)
    if again is None:
        return []
    waited = f"{again.ended - again.began:.1f} s"
    if not succeeded(again):
        seen = f"the next copy did not succeed ({how_it_ended(again)} after {waited}). It said: {last_words(again)!r}"
    elif undisturbed is not None and once_more is not None and takes_long(again, undisturbed, once_more):
        usual = max(one.ended - one.began for one in (undisturbed, once_more))
        seen = f"the next copy took {waited}, although a copy takes no more than {usual:.1f} s when nobody has locked"
    else:
        return []
    return [
        Finding(
            check="stale locks",
            seen=f"{_dead(run)}, and {seen}.",
            step=_step(run),
            meaning="One killed process keeps all later copies waiting, or from their end, until somebody removes its lock.",
            remedy="Use a lock that the kernel frees with its owner (flock on an open file); a lock file needs its owner's "
            "number and start time, and whoever finds it asks at once whether that process lives.",
        )
    ]


def stale_locks(history: History) -> list[Finding]:
    """Find locks that are held when their holders are dead, and next copies that fail or wait because of the dead.

    How the copier ended that was there while the holder still lived does not count: it may have waited or refused.
    """
    found = []
    undisturbed: dict[str, CopyEnded] = {}
    runs = runs_of(history)
    tried_again = _tried_again(runs)
    for run in runs:
        own = run.ended()
        is_disturbed = run.was_killed or bool(run.acted(KILL_HOLDER))
        if not is_disturbed:
            if own is not None:
                undisturbed.setdefault(run.play.play, own)
            continue
        found += _still_locked(run)
        state = _state(run)
        tried = run if run.ended(AGAIN) or state is None else tried_again.get(state, run)
        found += _next_copy(run, tried, undisturbed.get(run.play.play))
    return found


STALE_LOCKS = Check(
    "stale locks",
    "A lock outlives its holder, or the next copy fails or waits although whoever has locked is dead.",
    stale_locks,
    None,
    {COPIER_KILLED: "faulty/helper-keeps-lock"},
)
