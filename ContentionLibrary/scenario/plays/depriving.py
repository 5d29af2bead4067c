"""Plays in which a copy is deprived of what it needs: its source, its target directory, a lock that somebody keeps."""

from __future__ import annotations

from contextlib import ExitStack

from ContentionLibrary.checks.failures import (
    KEEP_A_LOCK,
    LOCK_FOR_EVER,
    LOSE_A_DIRECTORY,
    LOSE_THE_SOURCE,
    REMOVE_DIRECTORY,
)
from ContentionLibrary.checks.readers import READ
from ContentionLibrary.checks.truth import DELETE, TAKE_AWAY
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays.disturbing import steps_undisturbed
from ContentionLibrary.scenario.plays.failing import rehearse
from ContentionLibrary.scenario.plays.faults import first_and_last_of_each_verb
from ContentionLibrary.stepping.plan import Plan, Stop

_LOCKS = ("flock", "posix", "ofd")


def _lose_source(lane: Lane, enough: Enough) -> None:
    """Delete the source at the first and the last step of each kind of call; DDO-003 visits the others."""

    def one(lane: Lane, number: int, step: str) -> None:
        with lane.run(number=number) as run:
            copier = run.start(Plan(Stop.NAMED, (step,), with_reads=True))
            hold = copier.reach(step)
            if hold is None:
                return
            remover, path = lane.competitor("remover"), str(run.place.source)
            run.act(remover, "delete", TAKE_AWAY, step, target="the source", path=path)
            copier.release(hold)
            copier.run_to_end()

    holds, _ = rehearse(lane, with_reads=True)
    lane.side_by_side([hold.step for hold in first_and_last_of_each_verb(holds)], one, enough)


def _lose_directory(lane: Lane, enough: Enough) -> None:
    """Remove the directory with all that is in it; the file goes first, so that the history tells what it held."""

    def one(lane: Lane, number: int, step: str) -> None:
        with lane.run(number=number) as run:
            copier = run.start(Plan(Stop.NAMED, (step,)))
            hold = copier.reach(step)
            if hold is None:
                return
            remover, path = lane.competitor("remover"), run.place.destination
            run.act(remover, "read", READ, step, path=str(path))
            run.act(remover, "delete", DELETE, step, path=str(path))
            run.act(remover, "remove_tree", REMOVE_DIRECTORY, step, target="with its contents", path=str(path.parent))
            copier.release(hold)
            copier.run_to_end()
            run.look_after()
            path.parent.mkdir(exist_ok=True)  # the next copy needs it

    lane.side_by_side(steps_undisturbed(lane), one, enough)


def _keep_lock(lane: Lane, _enough: Enough) -> None:
    """Somebody keeps an exclusive lock on the destination until the copier has ended; once for each kind of lock.

    The runs go side by side, because each may take as long as the copier is willing to wait.
    """
    with ExitStack() as entered:
        runs = [entered.enter_context(lane.run()) for _ in _LOCKS]
        copiers = []
        for run, kind in zip(runs, _LOCKS, strict=True):
            owner, path = lane.competitor(f"owner of a lock ({kind})"), str(run.place.destination)
            run.act(owner, "hold_lock", LOCK_FOR_EVER, target=kind, path=path, kind=kind, mode="exclusive")
            copiers.append(run.start(Plan(Stop.NOWHERE)))
        for copier in copiers:
            copier.run_to_end()
        for kind in _LOCKS:
            lane.competitor(f"owner of a lock ({kind})").do("close_file")


def _title(what: str, *, older: bool) -> str:
    return f"copy {'over an older version' if older else 'into an empty place'} that meets {what}"


def lose_source(what: str, *, older: bool) -> Play:
    """CV-001: the source is deleted at steps of each kind."""
    title = _title(what, older=older)
    return Play(title, LOSE_THE_SOURCE, title, _lose_source, older, fresh=True)


def lose_directory(what: str, *, older: bool) -> Play:
    """CV-001: the target directory is removed with its contents at every step."""
    title = _title(what, older=older)
    return Play(title, LOSE_A_DIRECTORY, title, _lose_directory, older, fresh=True)


def keep_lock(what: str) -> Play:
    """CV-001: somebody keeps a lock on the destination, which must be there, for as long as the copier runs."""
    title = _title(what, older=True)
    return Play(title, KEEP_A_LOCK, title, _keep_lock, older=True, stepped=False)
