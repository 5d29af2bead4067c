"""Plays in which those who hold locks are killed: other processes, the copier itself, and one of two after the other."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable, Sequence
from functools import partial

from ContentionLibrary.checks import locks
from ContentionLibrary.checks.kills import state_left
from ContentionLibrary.checks.readers import LOCK
from ContentionLibrary.checks.writers import COPIER_A
from ContentionLibrary.competitors.pool import Competitor
from ContentionLibrary.errors import NotPossibleHere, SystemTrouble
from ContentionLibrary.history.acts import Acted, Answer
from ContentionLibrary.history.cast import ONCE_MORE, THE_COPIER
from ContentionLibrary.history.copies import CopyEnded, Ending, StepMissed
from ContentionLibrary.history.looks import LocksSeen
from ContentionLibrary.scenario.kernel_locks import locks_on
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays.killing import kill_before
from ContentionLibrary.scenario.plays.rivalry import overlap_at_step, patience_for
from ContentionLibrary.scenario.run import OPERATION_LIMIT, Run
from ContentionLibrary.stepping.plan import Plan, Scope, Stop

_KINDS = ("flock", "posix", "ofd")
_INHERITED = ("flock", "ofd")  # a POSIX lock belongs to one process and is never inherited
_TAKEN_TO_WAIT = 0.4  # seconds; a copier that still runs then meets the death of the holder, whatever it does meanwhile
_SURVIVORS_END_WITHIN = 1.0  # seconds that what outlives a killed copier gets to notice it
_SURVIVORS_LIMIT = 60.0
_GONE_WITHIN = 10.0
_FIRST_DATA = " the first bytes of "  # part of the name of every step that begins a file's data


def _alone(lane: Lane) -> CopyEnded:
    with lane.run() as run:
        return run.start(Plan(Stop.NOWHERE)).run_to_end()


def _note_locks(run: Run, moment: str, step: str | None = None) -> tuple[str, ...]:
    found = locks_on(run.place.root, run.place.entries())
    if found is not None:
        run.note(LocksSeen, moment=moment, step=step, locks=found)
    return found or ()


def _copy_again(run: Run, alone: CopyEnded) -> None:
    """Make the next copy; if it takes long, make one more just after it, to know how long a copy takes by now."""
    again = run.second_try.copy()
    if again.ending is Ending.SUCCESS and locks.takes_long(again, alone):
        run.second_try.copy_as_yardstick(ONCE_MORE)


# -- others hold the lock -------------------------------------------------------------------------------------------


def _kill_holder(run: Run, holder: Competitor, kind: str, step: str | None) -> None:
    """Kill a competitor; when this returns it is gone, and so is what it held."""
    began = run.now()
    holder.replace()
    run.note(
        Acted,
        who=holder.name,
        operation=locks.KILL_HOLDER,
        target=f"{kind} lock, exclusive",
        step=step,
        began=began,
        ended=run.now(),
        answer=Answer.DONE,
    )


def _kill_holders(plan: Plan, lane: Lane, enough: Enough) -> None:
    """For each kind of lock: a process holds it on the older version, the copier comes, and the process is killed.

    The copier may stand at its first step by then, or wait, or have refused. The next copy finds nobody alive.
    """
    alone = _alone(lane)

    def one(lane: Lane, number: int, kind: str) -> None:
        holder = lane.competitor(f"holder of a {kind} lock")
        with lane.run(number=number, own_source=True) as run:  # a source that runs share has locks of all
            path = str(run.place.destination)
            target = f"{kind} lock, exclusive"
            run.act(holder, "hold_lock", LOCK, target=target, path=path, kind=kind, mode="exclusive")
            copier = run.start(plan)
            hold = copier.next(_TAKEN_TO_WAIT)
            _kill_holder(run, holder, kind, hold.step if hold is not None else None)
            if hold is not None:
                copier.release(hold)
            copier.run_to_end()
            run.look_after()
            _note_locks(run, "after")
            _copy_again(run, alone)

    lane.side_by_side(_KINDS, one, enough)


def _kill_holders_with_children(lane: Lane, enough: Enough) -> None:
    """For each kind of lock that can be inherited: its holder is killed, its child lives on, then the child is killed.

    While the child lives the lock is held, as the kernel's manual says, and the copier may refuse or wait a while. The
    next copy finds nobody alive.
    """
    if not hasattr(os, "pidfd_open"):
        raise NotPossibleHere(
            "inherited locks need Linux 5.3: this system cannot watch a process that is not its child"
        )
    alone = _alone(lane)

    def one(lane: Lane, number: int, kind: str) -> None:
        holder = lane.competitor(f"holder of a {kind} lock")
        with lane.run(number=number, own_source=True) as run:  # a source that runs share has locks of all
            path, target = str(run.place.destination), f"{kind} lock, exclusive"
            report = holder.do("bequeath_lock", OPERATION_LIMIT, path=path, kind=kind)
            run.note_act(holder.name, locks.BEQUEATH, report, None, target)
            assert report.outcome.child is not None
            child = os.pidfd_open(report.outcome.child)
            try:
                _kill_holder(run, holder, kind, None)
                if not _note_locks(run, "held"):
                    missed = f"copy while a child holds a {kind} lock"
                    run.note(StepMissed, who=THE_COPIER, step=missed, reason="the lock did not live on with the child")
                run.start(Plan(Stop.NOWHERE)).run_to_end()
                run.look_after()
                signal.pidfd_send_signal(child, signal.SIGKILL)
                if not select.select([child], [], [], _GONE_WITHIN)[0]:
                    raise SystemTrouble(f"a killed process did not end within {_GONE_WITHIN:g} s")
            finally:
                os.close(child)
            _note_locks(run, "after")
            _copy_again(run, alone)

    lane.side_by_side(_INHERITED, one, enough)


# -- the copier holds the lock ----------------------------------------------------------------------------------------


def _kill_copier(lane: Lane, enough: Enough) -> None:
    """For each step: kill the copier's main process there, look for its locks, try to lock, and copy again.

    What survives the main process gets a second to end by itself, and then lives on until the next copy has ended.
    """
    alone = _alone(lane)

    def one(lane: Lane, number: int, step: str) -> None:
        trier = lane.competitor("somebody else")
        with lane.run(number=number, own_source=True) as run:  # a source that runs share has locks of all
            copier = run.start(Plan(Stop.NAMED, (step,)))
            if not kill_before(copier, step, Scope.MAIN, lambda hold: _note_locks(run, "held", hold.step)):
                return
            stays = not copier.proceed(_SURVIVORS_END_WITHIN, _SURVIVORS_LIMIT)
            look = run.look_after(survivors_stay=True)
            locked = bool(_note_locks(run, "killed", step)) or _is_any_lock_refused(run, trier, step)
            if stays or locked or run.second_try.is_first_from(state_left(look)):
                _copy_again(run, alone)

    lane.side_by_side(alone.steps, one, enough)


def _is_any_lock_refused(run: Run, trier: Competitor, step: str) -> bool:
    """Let somebody else take an exclusive lock of each kind on each file that is there, without waiting."""
    tries = []
    for entry in run.place.entries():
        path = run.place.root / entry.path
        if entry.kind != "file" or not os.access(path, os.R_OK | os.W_OK):
            continue
        for kind in _KINDS:
            target = f"{kind} lock on {entry.path}"
            tries.append(run.act(trier, "try_lock", locks.TRY, step, target=target, path=str(path), kind=kind))
    return any(one.answer is not Answer.DONE for one in tries)


# -- two come after a kill ----------------------------------------------------------------------------------------------


def _two_after_a_kill(lane: Lane, enough: Enough) -> None:
    """For each kind of state that a kill leaves: hold the next copy at its steps, while one more runs whole.

    It is held where it deals with what it finds: up to its first bytes of data, and at all steps that an undisturbed
    copy has not. Beyond that two copies meet as if nobody had been killed, which other scenarios show.
    """
    undisturbed = _alone(lane).steps
    for step in _telling_kills(lane, undisturbed, enough):
        with lane.run(rivals=1) as run:
            if not kill_before(run.start(Plan(Stop.NAMED, (step,))), step, Scope.TREE):
                continue
            alone = run.start(Plan(Stop.NOWHERE), COPIER_A).run_to_end()
        wanted = _where_it_meets_leftovers(alone.steps, undisturbed)
        lane.side_by_side(wanted, partial(_next_two, step, alone), enough)


def _where_it_meets_leftovers(steps: Sequence[str], undisturbed: Sequence[str]) -> list[str]:
    first_data = next((number for number, step in enumerate(steps) if _FIRST_DATA in step), len(steps))
    return [step for number, step in enumerate(steps) if number <= first_data or step not in undisturbed]


def _telling_kills(lane: Lane, steps: Sequence[str], enough: Enough) -> list[str]:
    """Kill the copier at each step, and return one step for each kind of state that it leaves.

    How much of the data is there makes no other kind. A kill that leaves all as it was is like none, and is returned
    only when there is no other.
    """
    left: dict[str, str] = {}
    as_before: set[str] = set()

    def one(lane: Lane, number: int, step: str) -> None:
        with lane.run(number=number, rivals=1) as run:
            before = _kind_of_state(run)
            if kill_before(run.start(Plan(Stop.NAMED, (step,))), step, Scope.TREE):
                left[step] = _kind_of_state(run)
                if left[step] == before:
                    as_before.add(step)
                # What the next copy makes of it is the question of the runs that follow.
                run.second_try.is_first_from("")

    lane.side_by_side(steps, one, enough)
    killed = [step for step in steps if step in left]
    in_order = [step for step in killed if step not in as_before] or killed[:1]
    first = {left[step]: step for step in reversed(in_order)}
    return [step for step in in_order if first[left[step]] == step]


def _kind_of_state(run: Run) -> str:
    names = sorted(f"{one.path.rpartition('/')[0]} {one.kind} {one.size > 0}" for one in run.place.entries())
    sighting = run.place.sighting()
    return f"{names} {sighting.single_version if sighting is not None else None}"


def _next_two(killed_at: str, alone: CopyEnded, lane: Lane, number: int, step: str) -> None:
    with lane.run(number=number, rivals=1) as run:
        if not kill_before(run.start(Plan(Stop.NAMED, (killed_at,))), killed_at, Scope.TREE):
            return
        overlap_at_step(run, step, patience_for(alone))


def _play(kind: str, title: str, act: Callable[[Lane, Enough], None]) -> Play:
    return Play(title, kind, title, act, older=True, stepped=False)


def _play_for_each_step(kind: str, title: str, act: Callable[[Lane, Enough], None]) -> Play:
    return Play(title, kind, title, act, older=True, interferes=False, fresh=True)


def kill_holder_before_begin() -> Play:
    """CV-002: a process that holds a lock on the destination is killed when the copier is about to begin."""
    title = "the holder of a lock is killed just before the copier begins"
    return _play(locks.BEFORE_BEGIN, title, partial(_kill_holders, Plan(Stop.FIRST)))


def kill_holder_while_waiting() -> Play:
    """CV-002: a process that holds a lock on the destination is killed when the copier has met the lock."""
    title = "the holder of a lock is killed while the copier waits"
    return _play(locks.WHILE_WAITING, title, partial(_kill_holders, Plan(Stop.NOWHERE)))


def kill_holder_with_child() -> Play:
    """CV-002: a process that holds a lock is killed, and its child that has inherited the lock lives on for a while."""
    title = "the holder of a lock is killed, its child lives on for a while"
    return _play(locks.INHERITED, title, _kill_holders_with_children)


def kill_copier() -> Play:
    """CV-002: the copier is killed at every step, and its locks are looked for."""
    title = "copy over an older version, killed at every step, and its locks looked for"
    return _play_for_each_step(locks.COPIER_KILLED, title, _kill_copier)


def two_after_a_kill() -> Play:
    """CV-002: two copiers find what a killed one has left; one of them is held at every step."""
    title = "two copies at once after one was killed, one held at every step"
    return _play_for_each_step(locks.TWO_AT_ONCE, title, _two_after_a_kill)
