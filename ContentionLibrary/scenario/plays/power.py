"""Plays in which the power is lost, by a model of the disk, and for real on file systems of our own."""

from __future__ import annotations

from functools import partial
from itertools import islice

from ContentionLibrary.checks.disk import Content, Layout, moments
from ContentionLibrary.checks.power_loss import BY_MODEL
from ContentionLibrary.content.sighting import Kind
from ContentionLibrary.content.wording import describe
from ContentionLibrary.history.cast import AGAIN, NAMES
from ContentionLibrary.history.events import LaidOut, Limitation, Recorded, Way
from ContentionLibrary.scenario.lane import Enough, Lane, Play
from ContentionLibrary.scenario.run import Run
from ContentionLibrary.stepping.plan import Plan, Stop

_OVER = {False: "into an empty place", True: "over an older version"}
_STATES = 24
"""From so many different states the same copy is tried again at most, evenly chosen; all of them are judged."""

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
    for moment in moments(recorded, play.source, play.destination, run.size, older=play.older):
        for layout in moment.disk.layouts():
            found.setdefault(layout, moment.step)
    return [(step, layout) for layout, step in found.items()]


def _evenly(states: list[tuple[str, Layout]], count: int) -> list[tuple[str, Layout]]:
    if len(states) <= count:
        return states
    return [states[number * len(states) // count] for number in range(count)]


def _again(lane: Lane, number: int, state: tuple[str, Layout]) -> None:
    step, layout = state
    with lane.run(number=number) as run:
        run.lay_out(layout)
        run.note(LaidOut, step=step, state=tuple(_told(path, content, run.size) for path, content in layout))
        run.look("before")
        run.make_way()
        run.start(Plan(Stop.NOWHERE), AGAIN).run_to_end()
        run.look("recovered", content=True)


def _told(path: str, content: Content | None, size: int) -> str:
    if content is None:
        return f"{path}/"
    sighting = content.sighting(size)
    foreign = any(span.kind is Kind.FOREIGN for span in sighting.spans)
    return f"{path}: {'something of its own' if foreign else describe(sighting, NAMES, size)}"


def lose_power_by_model(*, older: bool) -> Play:
    """FRS-002: every state that a disk may hold when the power is lost, at every step."""
    title = f"power lost at every step of a copy {_OVER[older]}, by the model"
    return Play(title, BY_MODEL, title, _model, older, stepped=False, interferes=False, fresh=True)
