"""Plays in which the copier is killed, without a chance to clean up, at every step; each step gets a fresh run.

Its main process alone and all its processes at one moment are two accidents: a helper that outlives the main
process may go on, and publish what it has.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ContentionLibrary.checks.kills import MAIN, TREE, state_left
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.performance import Performance
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays.disturbing import steps_undisturbed
from ContentionLibrary.scenario.run import Run
from ContentionLibrary.stepping.control import KILL, Hold
from ContentionLibrary.stepping.plan import Plan, Scope, Stop

_TOO_LATE = "the copier had ended by itself before it could be killed there"
_KINDS = {Scope.MAIN: MAIN, Scope.TREE: TREE}
_WHOM = {Scope.MAIN: "the main process", Scope.TREE: "all processes"}


def kill_before(
    copier: Performance, step: str, scope: Scope, meanwhile: Callable[[Hold], object] | None = None
) -> bool:
    """Wait until a copier stands before a step, and kill it there.

    Args:
        copier: the copier, which was asked to stop there.
        step: the step.
        scope: which of its processes are killed.
        meanwhile: what is done just before, while the copier stands.

    Returns:
        Whether it was killed there; else it is noted that the step was missed.
    """
    hold = copier.reach(step)
    if hold is None:
        return False
    if meanwhile is not None:
        meanwhile(hold)
    copier.kill_at(hold, scope)
    if copier.ended is None or copier.ended.signal != KILL:
        copier.miss(step, _TOO_LATE)
        return False
    return True


def try_again_from(run: Run) -> None:
    """Look at what a killed copier has left, and copy once more unless that was done from the very same state.

    What the profile says to run after a kill is run before that.
    """
    if run.second_try.is_first_from(state_left(run.look_after())):
        if run.profile.recover:
            run.second_try.recover()
        run.second_try.copy()


def _kill_at_every_step(scope: Scope, lane: Lane, enough: Enough) -> None:
    """For each step: kill there, look, let whatever survived come to its end, look again, and copy once more.

    What survives is stopped until it has been looked at, so that a finding can tell what a survivor has done.
    """

    def one(lane: Lane, number: int, step: str) -> None:
        with lane.run(number=number) as run:
            copier = run.start(Plan(Stop.NAMED, (step,)))
            if not kill_before(copier, step, scope):
                return
            if copier.ended is not None and copier.ended.survivors:
                run.look("killed", step, content=True)
                copier.finish()
            try_again_from(run)

    lane.side_by_side(steps_undisturbed(lane), one, enough)


def kill_at_every_step(scope: Scope, *, older: bool) -> Play:
    """FRS-001: the copier's main process, or all its processes, are killed at every step."""
    over = "over an older version" if older else "into an empty place"
    title = f"copy {over}, {_WHOM[scope]} killed at every step"
    return Play(title, _KINDS[scope], title, partial(_kill_at_every_step, scope), older, interferes=False, fresh=True)
