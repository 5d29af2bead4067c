"""Plays in which the power is lost, by a model of the disk and for real on file systems of our own, or is about to be."""

from __future__ import annotations

import signal
from functools import partial
from typing import TYPE_CHECKING, Literal

from ContentionLibrary.checks.disk import Layout, moments
from ContentionLibrary.checks.holding import Content
from ContentionLibrary.checks.power_loss import BY_MODEL, FOR_REAL, RESTARTED
from ContentionLibrary.checks.shutdown import SHUT_DOWN
from ContentionLibrary.content.sighting import Kind
from ContentionLibrary.content.wording import describe
from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.history.acts import ToldToEnd
from ContentionLibrary.history.cast import AGAIN, NAMES
from ContentionLibrary.history.copies import Way
from ContentionLibrary.history.disks import LaidOut, PowerLost, Recorded
from ContentionLibrary.history.events import Limitation
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.performance import Performance
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays.disturbing import steps_undisturbed
from ContentionLibrary.scenario.run import Run
from ContentionLibrary.stepping.control import Hold
from ContentionLibrary.stepping.plan import Plan, Scope, Stop

if TYPE_CHECKING:
    from ContentionLibrary.stage.image import Image  # Linux only

FileSystem = Literal["ext4", "xfs"]

_OVER = {False: "into an empty place", True: "over an older version"}
_GRACE = 5.0  # seconds; systemd gives 90 and Docker 10, and a copier that cleans up needs some milliseconds
_STATES = 24
"""From so many different states the same copy is tried again at most, evenly chosen; all of them are judged."""

_UNSEEN = (
    "what a power loss may leave could not be modelled: the file under the final name comes from elsewhere, and was not "
    "seen when it was written there"
)
_UNRECORDED = "a power loss could not be modelled: what the copier does to the disk is recorded by exact stepping only"


def _model(lane: Lane, enough: Enough) -> None:
    """One undisturbed run is recorded; then the same copy is run from the states that the disk may hold."""
    with lane.run() as run:
        run.start(Plan(Stop.NOWHERE, record=True)).run_to_end()
        recorded = run.noted(Recorded)
        if not recorded:
            run.note(Limitation, what=_UNRECORDED, blind=run.way is Way.EXACT)
            return
        states = _states(run, recorded[0])
    if not enough():
        lane.side_by_side(_evenly(states, _STATES), _again, enough)


def _states(run: Run, recorded: Recorded) -> list[tuple[str, Layout]]:
    """List the different states of the whole place, each with the first step before which the disk may hold it."""
    found: dict[Layout, str] = {}
    play = run.play
    is_known = True
    for moment in moments(recorded, play.source, play.destination, run.size, older=play.older):
        is_known = is_known and all(one.is_known for one in moment.disk.found_at(play.destination))
        for layout in moment.disk.layouts():
            found.setdefault(layout, moment.step)
    if not is_known:
        run.note(Limitation, what=_UNSEEN, blind=True)
    return [(step, layout) for layout, step in found.items()]


def _evenly(states: list[tuple[str, Layout]], count: int) -> list[tuple[str, Layout]]:
    if len(states) <= count:
        return states
    return [states[number * len(states) // count] for number in range(count)]


def _again(lane: Lane, number: int, state: tuple[str, Layout]) -> None:
    step, layout = state
    with lane.run(number=number) as run:
        _lay_out(run, layout)
        run.note(LaidOut, step=step, state=tuple(_told(path, content, run.size) for path, content in layout))
        run.look("before")
        run.make_way()
        run.start(Plan(Stop.NOWHERE), AGAIN).run_to_end()
        run.look("recovered", content=True)


def _lay_out(run: Run, layout: Layout) -> None:
    """Let the place hold what a disk may hold after a power loss, and nothing else."""
    if run.play.older:
        run.place.destination.unlink()
    for path, content in layout:
        target = run.place.root / path
        if path == run.play.source:
            continue
        if content is None:
            target.mkdir(parents=True, exist_ok=True)
        else:
            run.contents.compose(content.sighting(run.size), run.size, target)


def _told(path: str, content: Content | None, size: int) -> str:
    if content is None:
        return f"{path}/"
    sighting = content.sighting(size)
    foreign = any(span.kind is Kind.FOREIGN for span in sighting.spans)
    return f"{path}: {'something of its own' if foreign else describe(sighting, NAMES, size)}"


def _cut(kind: str, lane: Lane, enough: Enough) -> None:
    """For each step, and after the end, two fresh runs: the power is cut at once, and after a neighbour's flush.

    Without a flush a file system keeps back almost everything for some seconds, and takes nothing to the disk that the
    copier has not flushed itself; after one it has taken what its journal held, names first.
    """
    try:
        lane.make_images(kind)
    except NotPossibleHere as reason:
        lane.limit(f"no power was cut for real on {kind} ({reason}); the model speaks for it")
        return
    with lane.run(stage=lane.image(kind).root) as run:
        steps = run.start(Plan(Stop.NOWHERE)).run_to_end().steps
    points = [(step, flushed) for step in (*steps, "") for flushed in (False, True)]
    lane.side_by_side(points, partial(_cut_at, kind), enough)


def _cut_at(kind: str, lane: Lane, number: int, point: tuple[str, bool]) -> None:
    step, flushed = point
    image = lane.image(kind)
    with lane.run(number=number, stage=image.root) as run:
        image.flush()
        copier = run.start(Plan(Stop.NAMED, (step,)) if step else Plan(Stop.NOWHERE))
        hold = copier.reach(step) if step else copier.next()
        if step and hold is None:
            return
        _lose_power(run, image, copier, hold, flushed=flushed)


def _lose_power(run: Run, image: Image, copier: Performance, hold: Hold | None, *, flushed: bool) -> None:
    """Cut the power of the file system that the place is on, bring it up again, and look.

    Args:
        run: the run.
        image: the file system.
        copier: the copier.
        hold: where it stands; None when it has ended, and is looked at before.
        flushed: let another program flush a file of its own just before.
    """
    if hold is None:
        run.look_after()
    if flushed:
        image.flush_neighbour()
    began = run.now()
    image.cut_power()
    if hold is not None:
        copier.kill_at(hold)
        run.finish()
    image.restart()
    step = hold.step if hold is not None else ""
    run.note(PowerLost, step=step, file_system=image.name, flushed=flushed, took=run.now() - began)
    run.look_last(RESTARTED, step or None)


def _shut_down(lane: Lane, enough: Enough) -> None:
    """For each step a fresh run: every process of the copier is told to end, gets its grace period, and is then killed.

    Its processes end in any order, so the stage is looked at when the last one has.
    """
    lane.side_by_side(steps_undisturbed(lane), _shut_down_at, enough)


def _shut_down_at(lane: Lane, number: int, step: str) -> None:
    with lane.run(number=number) as run:
        copier = run.start(Plan(Stop.NAMED, (step,)))
        hold = copier.reach(step)
        if hold is None:
            return
        copier.send(signal.SIGTERM, Scope.TREE)
        run.note(ToldToEnd, step=step, signal=int(signal.SIGTERM), grace=_GRACE)
        copier.release(hold)
        copier.next(patience=_GRACE)
        copier.kill()
        run.look_at_rest()


def lose_power_by_model(*, older: bool) -> Play:
    """FRS-002: every state that a disk may hold when the power is lost, at every step."""
    title = f"power lost at every step of a copy {_OVER[older]}, by the model"
    return Play(title, BY_MODEL, title, _model, older, stepped=False, interferes=False, fresh=True)


def cut_power(kind: FileSystem, *, older: bool) -> Play:
    """FRS-002: the power of a real file system is cut at every step and after reported success."""
    title = f"power cut at every step of a copy {_OVER[older]}, on a real {kind}"
    return Play(title, FOR_REAL, title, partial(_cut, kind), older, interferes=False, fresh=True)


def shut_down(*, older: bool) -> Play:
    """FRS-002: the system is shut down in good order at every step."""
    title = f"orderly shutdown at every step of a copy {_OVER[older]}"
    return Play(title, SHUT_DOWN, title, _shut_down, older, interferes=False, fresh=True)
