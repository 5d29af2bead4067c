"""Plays in which two copiers want one destination, and one of them is held while the other one works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial

from ContentionLibrary.checks.writers import COPIER_A, COPIER_B
from ContentionLibrary.history.cast import NAMES, SENT
from ContentionLibrary.history.copies import CopyEnded
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.performance import Performance
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays.disturbing import steps_at_names
from ContentionLibrary.scenario.run import Run
from ContentionLibrary.stepping.control import Hold
from ContentionLibrary.stepping.plan import Plan, Stop

_LEAST_PATIENCE = 2.0  # seconds: a busy machine may keep a copier that waits for nobody from a processor for so long
_MUCH_LONGER = 5
"""A rival that takes so many times as long as a copy alone is taken to wait for the held copier, which is then let go.

Several runs go side by side, so a copy that waits for nobody is slower than one alone, too.
"""


class Job(Enum):
    """What the second copier is asked to copy to the destination."""

    OTHER = "another source"
    TWIN = "another source of equal size and time stamp"
    SAME = "the same source"


@dataclass(frozen=True)
class _Meeting:
    """Where both copiers are held, and who is let go first."""

    step: str
    rival_step: str
    rival_first: bool


def _run(lane: Lane, number: int | None = None, job: Job = Job.OTHER) -> Run:
    return lane.run(number=number, rivals=1, twins=job is Job.TWIN)


def _start_rival(run: Run, plan: Plan, job: Job = Job.OTHER) -> Performance:
    if job is Job.SAME:
        return run.start(plan, COPIER_B)
    return run.start(plan, COPIER_B, run.place.rival_source(), NAMES[SENT[COPIER_B]])


def _alone(lane: Lane) -> tuple[CopyEnded, float]:
    """Run a copier undisturbed; return how it ended, and how long another one gets before it is taken to wait."""
    with _run(lane) as run:
        ended = run.start(Plan(Stop.NOWHERE), COPIER_A).run_to_end()
    return ended, patience_for(ended)


def patience_for(alone: CopyEnded) -> float:
    """Return how many seconds a rival gets before the copier that is held is let go."""
    return max(_LEAST_PATIENCE, _MUCH_LONGER * (alone.ended - alone.began))


def _hold_first(run: Run, step: str) -> tuple[Performance, Hold | None]:
    """Start copier A and hold it before a step; whoever is not stopped is timed, to tell who was where when."""
    first = run.start(Plan(Stop.NAMED, (step,), observe=True), COPIER_A)
    hold = first.next()
    if hold is None:
        first.miss(step, "copier A ended before it")
    else:
        run.look("held", hold.step, content=True)
    return first, hold


def _overlap(job: Job, lane: Lane, enough: Enough) -> None:
    """For each step of copier A: hold A there, run copier B to its end, let A go.

    A rival that waits for A would wait for ever while we hold it, so B gets a bounded time before A is let go.
    """
    alone, patience = _alone(lane)
    lane.side_by_side(alone.steps, partial(_overlap_at, job, patience), enough)


def _overlap_around_names(lane: Lane, enough: Enough) -> None:
    """Like `_overlap`, where names change only."""
    alone, patience = _alone(lane)
    lane.side_by_side(steps_at_names(alone.steps), partial(_overlap_at, Job.OTHER, patience), enough)


def _overlap_at(job: Job, patience: float, lane: Lane, number: int, step: str) -> None:
    with _run(lane, number, job) as run:
        overlap_at_step(run, step, patience, job)


def overlap_at_step(run: Run, step: str, patience: float, job: Job = Job.OTHER) -> None:
    """Hold copier A before a step, run copier B to its end or for as long as our patience lasts, and let A go."""
    first, hold = _hold_first(run, step)
    if hold is None:
        return
    rival = _start_rival(run, Plan(Stop.NOWHERE, observe=True), job)
    rival.next(patience=patience)
    first.release(hold)
    first.run_to_end()
    rival.run_to_end()


def _kill_rival(lane: Lane, enough: Enough) -> None:
    """Copier B is killed in its middle while A is held at each step; and at each of its steps while A is in its middle."""
    alone, patience = _alone(lane)
    middle = alone.steps[len(alone.steps) // 2] if alone.steps else ""
    pairs = dict.fromkeys([*((step, middle) for step in alone.steps), *((middle, step) for step in alone.steps)])
    lane.side_by_side(tuple(pairs), partial(_kill_rival_at, patience), enough)


def _kill_rival_at(patience: float, lane: Lane, number: int, steps: tuple[str, str]) -> None:
    """One run; a rival that refuses before the step of its death ends by itself, one that waits for A dies after A went on."""
    step, death = steps
    with _run(lane, number) as run:
        first, hold = _hold_first(run, step)
        if hold is None:
            return
        rival = _start_rival(run, Plan(Stop.NAMED, (death,), observe=True))
        doomed = rival.next(patience=patience)
        if doomed is None:
            first.release(hold)
            doomed = rival.next()
            if doomed is not None:
                rival.kill_at(doomed)
        else:
            rival.kill_at(doomed)
            first.release(hold)
        first.run_to_end()


def _hold_both(lane: Lane, enough: Enough) -> None:
    """Both copiers are held, each at its first or last step, and let go one after the other, in both orders."""
    alone, patience = _alone(lane)
    ends: Sequence[str] = tuple(dict.fromkeys((*alone.steps[:1], *alone.steps[-1:])))
    meetings = [_Meeting(step, other, order) for step in ends for other in ends for order in (False, True)]
    lane.side_by_side(meetings, partial(_hold_both_at, patience), enough)


def _hold_both_at(patience: float, lane: Lane, number: int, meeting: _Meeting) -> None:
    """One run; a rival that ends before its step, or that waits for A, is not held."""
    with _run(lane, number) as run:
        first, hold = _hold_first(run, meeting.step)
        if hold is None:
            return
        rival = _start_rival(run, Plan(Stop.NAMED, (meeting.rival_step,), observe=True))
        rival_hold = rival.next(patience=patience)
        if rival_hold is not None:
            run.look("held", rival_hold.step, content=True)
        if meeting.rival_first and rival_hold is not None:
            rival.release(rival_hold)
            rival.next(patience=patience)
            first.release(hold)
        else:
            first.release(hold)
            if rival_hold is not None:
                first.next(patience=patience)
                rival.release(rival_hold)
        first.run_to_end()
        rival.run_to_end()


def _over(older: bool) -> str:
    return "over an older version" if older else "into an empty place"


def overlap(*, older: bool, job: Job = Job.OTHER) -> Play:
    """WDR-002, SAP-001: copier A is held at each of its steps while copier B runs whole."""
    of = "" if job is Job.OTHER else f" of {job.value}"
    title = f"two copies{of} {_over(older)}, one held at every step"
    kind = "same copy twice" if job is Job.SAME else "overlap"
    return Play(title, kind, title, partial(_overlap, job), older, interferes=False, fresh=True)


def overlap_around_names(*, older: bool) -> Play:
    """LSS-001: copier A is held where names change while copier B runs whole."""
    title = f"two copies {_over(older)}, one held where names change or data ends"
    return Play(title, "overlap", title, _overlap_around_names, older, interferes=False, fresh=True)


def kill_rival(*, older: bool) -> Play:
    """SAP-001: copier B is killed while copier A is held."""
    title = f"two copies {_over(older)}, one killed while the other is held"
    return Play(title, "kill the rival", title, _kill_rival, older, interferes=False, fresh=True)


def hold_both(*, older: bool) -> Play:
    """SAP-001: both copiers are held at their first and last steps."""
    title = f"two copies {_over(older)}, both held at their ends"
    return Play(title, "hold both", title, _hold_both, older, interferes=False, fresh=True)
