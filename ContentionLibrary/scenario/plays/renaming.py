"""Plays in which others rename files of the destination's directory, in a ring or onto the names that the copier uses."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ContentionLibrary.checks.renames import ONTO_DESTINATION, ONTO_TEMPORARY, RING, TAKE_TEMPORARY, moves_of_ring
from ContentionLibrary.history.acts import Acted, Answer, Move, Renamed
from ContentionLibrary.history.figures import Measured
from ContentionLibrary.history.looks import Looked
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.performance import Performance
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.run import OPERATION_LIMIT, Run
from ContentionLibrary.stepping.control import Hold
from ContentionLibrary.stepping.plan import Plan, Stop

_RENAMER = "renamer"
_SPARE, _TAKEN = "spare.moving", "taken.away"


def _on_stage(run: Run, path: Path) -> str:
    return path.relative_to(run.place.root).as_posix()


def _note_moves(run: Run, act: Acted, moves: Sequence[Move], times: int | None = None) -> None:
    if times is None:
        times = 1 if act.answer is Answer.DONE else 0
    if times:
        run.note(Renamed, who=act.who, step=act.step, moves=tuple(moves), times=times)


def _ring(lane: Lane, run: Run, hold: Hold) -> None:
    paths = [run.place.destination, *run.place.neighbours]
    spare = run.place.destination.with_name(_SPARE)
    act = run.act(
        lane.competitor(_RENAMER), "rename_ring", RING, hold.step, paths=[str(path) for path in paths], spare=str(spare)
    )
    _note_moves(run, act, moves_of_ring([_on_stage(run, path) for path in paths]))


def _rename(lane: Lane, run: Run, hold: Hold, called: str, names: tuple[Path, Path]) -> None:
    path, to = names
    act = run.act(lane.competitor(_RENAMER), "rename", called, hold.step, target=to.name, path=str(path), to=str(to))
    _note_moves(run, act, [Move(_on_stage(run, path), _on_stage(run, to))])


def _onto_destination(lane: Lane, run: Run, hold: Hold) -> None:
    _rename(lane, run, hold, ONTO_DESTINATION, (run.place.neighbours[0], run.place.destination))


def _second_names(run: Run, look: Looked) -> list[Path]:
    """Return the names in the destination's directory that the copier has made besides the destination."""
    known = {run.place.destination, *run.place.neighbours}
    paths = [run.place.root / entry.path for entry in look.entries if entry.kind == "file"]
    return [path for path in paths if path.parent == run.place.destination.parent and path not in known]


def _disturb_temporary(called: str, lane: Lane, run: Run, hold: Hold) -> None:
    for path in _second_names(run, run.look("held", hold.step)):
        if called == TAKE_TEMPORARY:
            _rename(lane, run, hold, called, (path, path.with_name(_TAKEN)))
        else:
            _rename(lane, run, hold, called, (run.place.neighbours[0], path))
        return


def _at_every_step(disturb: Any, lane: Lane, enough: Enough) -> None:  # noqa: ANN401 - a function like `_ring`
    """For each step of an undisturbed copy: a fresh run, held there, files renamed, let go to its end."""
    with lane.run(neighbours=True) as run:
        steps = run.start(Plan(Stop.NOWHERE)).run_to_end().steps
    lane.side_by_side([(step, disturb) for step in steps], _at_step, enough)


def _at_step(lane: Lane, number: int, task: tuple[str, Any]) -> None:
    step, disturb = task
    with lane.run(number=number, neighbours=True) as run:
        copier = run.start(Plan(Stop.NAMED, (step,)))
        hold = copier.reach(step)
        if hold is None:
            return
        disturb(lane, run, hold)
        copier.release(hold)
        copier.run_to_end()


def _at_temporary_name(lane: Lane, enough: Enough) -> None:
    """Two fresh runs for each step at which an undisturbed copy shows a second name: one onto it, one takes it away."""
    steps = []
    with lane.run(neighbours=True) as run:
        copier: Performance = run.start(Plan(Stop.EVERYWHERE))
        while (hold := copier.next()) is not None:
            if _second_names(run, run.look("held", hold.step)):
                steps.append(hold.step)
            copier.release(hold)
        run.note(Measured, name="steps at which a second name was seen", value=len(steps), unit="")
    ways = [partial(_disturb_temporary, called) for called in (ONTO_TEMPORARY, TAKE_TEMPORARY)]
    lane.side_by_side([(step, way) for step in steps for way in ways], _at_step, enough)


def _freely(lane: Lane, enough: Enough) -> None:
    """The copier runs freely while its neighbours are renamed in a ring all the time."""
    renamer = lane.competitor(_RENAMER)
    for _ in range(lane.scale.rounds):
        with lane.run(neighbours=True) as run:
            spare = run.place.destination.with_name(_SPARE)
            renamer.begin("loop_renaming_ring", paths=[str(path) for path in run.place.neighbours], spare=str(spare))
            run.start(Plan(Stop.NOWHERE)).run_to_end()
            report = renamer.stop(OPERATION_LIMIT)
            act = run.note_act(_RENAMER, RING, report, None, "the neighbours")
            names = [_on_stage(run, path) for path in run.place.neighbours]
            _note_moves(run, act, moves_of_ring(names), report.outcome.total)
            run.note(Measured, name="rings during a copy", value=report.outcome.total, unit="")
        if enough():
            return


def ring_at_every_step() -> Play:
    """SAP-002: the destination and its neighbours are renamed in a ring at every step."""
    title = "copy over an older version, renamed in a ring with its neighbours at every step"
    return Play(title, "rename in a ring", title, partial(_at_every_step, _ring), older=True, fresh=True)


def onto_destination_at_every_step(*, older: bool) -> Play:
    """SAP-002: a neighbour is renamed onto the destination at every step."""
    over = "over an older version" if older else "into an empty place"
    title = f"copy {over}, a neighbour renamed onto the destination at every step"
    act = partial(_at_every_step, _onto_destination)
    return Play(title, "rename onto the destination", title, act, older, fresh=True)


def onto_temporary_name() -> Play:
    """SAP-002: a neighbour is renamed onto the copier's temporary name, and the temporary file away from it.

    A copier that shows no second name in the directory cannot be disturbed in this way, so nobody has to act.
    """
    title = "copy into an empty place, its temporary name renamed onto and away"
    kind = "rename onto the temporary name"
    return Play(title, kind, title, _at_temporary_name, interferes=False, fresh=True)


def ring_freely() -> Play:
    """SAP-002: the neighbours are renamed in a ring all the time while the copier runs freely."""
    title = "free copy into an empty place, neighbours renamed in a ring all the time"
    return Play(title, "rename freely", title, _freely, stepped=False, fresh=True, free=True)
