"""Plays in which two copiers want one destination."""

from __future__ import annotations

from functools import partial

from ContentionLibrary.checks.writers import COPIER_A, COPIER_B
from ContentionLibrary.history.cast import NAMES, RIVAL_SOURCE
from ContentionLibrary.history.events import CopyEnded, Measured
from ContentionLibrary.scenario.lane import Enough, Lane, Play
from ContentionLibrary.scenario.performance import Performance
from ContentionLibrary.scenario.run import Run
from ContentionLibrary.stepping.plan import Plan, Stop

_LEAST_PATIENCE = 0.6  # seconds
_MUCH_LONGER = 5
"""A rival that takes so many times as long as a copy alone is taken to wait for the held copier, which is then let go.

Several runs go side by side, so a copy that waits for nobody is slower than one alone, too.
"""


def _start_rival(run: Run, plan: Plan) -> Performance:
    return run.start(plan, COPIER_B, run.place.rival_source, NAMES[RIVAL_SOURCE])


def _alone(lane: Lane) -> CopyEnded:
    with lane.run(rival=True) as run:
        return run.start(Plan(Stop.NOWHERE), COPIER_A).run_to_end()


def _overlap(lane: Lane, enough: Enough) -> None:
    """For each step of copier A: hold A there, run copier B to its end, let A go.

    A rival that waits for A would wait for ever while we hold it, so B gets a bounded time before A is let go.
    """
    alone = _alone(lane)
    lane.side_by_side(alone.steps, partial(_overlap_at, patience_for(alone)), enough)


def patience_for(alone: CopyEnded) -> float:
    """Return how many seconds a rival gets before the copier that is held is let go."""
    return max(_LEAST_PATIENCE, _MUCH_LONGER * (alone.ended - alone.began))


def _overlap_at(patience: float, lane: Lane, number: int, step: str) -> None:
    with lane.run(number=number, rival=True) as run:
        overlap_at_step(run, step, patience)


def overlap_at_step(run: Run, step: str, patience: float) -> None:
    """Hold copier A before a step, run copier B to its end or for as long as our patience lasts, and let A go."""
    first = run.start(Plan(Stop.NAMED, (step,)), COPIER_A)
    hold = first.next()
    if hold is None:
        first.miss(step, "copier A ended before it")
        return
    run.look("held", hold.step, content=True)
    rival = _start_rival(run, Plan(Stop.NOWHERE))
    rival.next(patience=patience)
    first.release(hold)
    first.run_to_end()
    rival.run_to_end()


def _race(lane: Lane, enough: Enough) -> None:
    """Both copiers meet at their first step on the stage, are let go together, and run freely.

    They are watched, because two that happened to run one after the other have not raced.
    """
    for _ in range(lane.scale.rounds):
        if enough():
            return
        with lane.run(rival=True) as run:
            first = run.start(Plan(Stop.FIRST, observe=True), COPIER_A)
            rival = _start_rival(run, Plan(Stop.FIRST, observe=True))
            holds = [first.next(), rival.next()]
            begun = []
            for copier, hold in zip((first, rival), holds, strict=True):
                if hold is not None:
                    copier.release(hold)
                    begun.append(run.now())
            if len(begun) == len(holds):
                run.note(Measured, name="start skew", value=(begun[1] - begun[0]) * 1e6, unit="µs")
            first.run_to_end()
            rival.run_to_end()


def overlap(*, older: bool) -> Play:
    """WDR-002: copier A is held at each of its steps while copier B runs whole."""
    title = f"two copies {'over an older version' if older else 'into an empty place'}, one held at every step"
    return Play(title, "overlap", title, _overlap, older, interferes=False, fresh=True)


def race(*, older: bool) -> Play:
    """WDR-002: two copiers start from one point and run freely."""
    title = f"two copies {'over an older version' if older else 'into an empty place'}, free race"
    return Play(title, "race", title, _race, older, interferes=False, fresh=True)
