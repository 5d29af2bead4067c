"""Plays in which consumers watch the destination's directory and pick up what they find, while the copier works."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ContentionLibrary.checks.names import LOOK_FOR_FILES, PICK_UP
from ContentionLibrary.competitors.pool import Competitor
from ContentionLibrary.competitors.report import Outcome, Report
from ContentionLibrary.content.patterns import USUAL
from ContentionLibrary.errors import SystemTrouble
from ContentionLibrary.history.acts import Acted, Answer
from ContentionLibrary.history.events import Limitation
from ContentionLibrary.history.looks import Appeared
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.run import OPERATION_LIMIT, Run
from ContentionLibrary.stepping.plan import Plan, Stop

_BY_EVENT, _BY_NAME = "consumer by event", "consumer by name"
_OVER = {False: "into an empty place", True: "over an older version"}


def _watch(run: Run, consumer: Competitor) -> None:
    """Begin to watch the destination's directory, and the stage around it.

    Raises:
        SystemTrouble: the system has no watch to spare.
    """
    report = consumer.do("watch", OPERATION_LIMIT, paths=[str(run.place.destination.parent), str(run.place.root)])
    if report.answer is not Answer.DONE:
        raise SystemTrouble(
            f"the destination's directory cannot be watched: {report.message}; close programs that watch many files, "
            "or raise fs.inotify.max_user_instances and fs.inotify.max_user_watches"
        )


def _orders(run: Run) -> dict[str, object]:
    return {"path": str(run.place.destination.parent), "patterns": list(USUAL)}


def _note(run: Run, report: Report, step: str | None, last: str) -> None:
    """Note what the system has told, that a consumer has looked, and what it has picked up."""
    outcome: Outcome = report.outcome
    for sign in outcome.signs:
        path = _on_stage(run, Path(sign.directory, sign.name))
        run.note(Appeared, path=path, what=sign.what.value, step=last)
    if outcome.gaps:
        run.note(Limitation, what=outcome.gaps, blind=True)
    looked = run.note_act(report.who, LOOK_FOR_FILES, report, step, "the destination's directory")
    directory = _on_stage(run, run.place.destination.parent)
    for pick in outcome.picks:
        one = replace(
            looked,
            at=run.now(),
            operation=PICK_UP,
            target=f"{directory}/{pick.name} ({pick.by})",
            answer=pick.answer,
            error=pick.error,
            sighting=pick.sighting,
        )
        run.note(Acted, **{name: value for name, value in vars(one).items() if name not in _GIVEN})


def _on_stage(run: Run, path: Path) -> str:
    return path.relative_to(run.place.root).as_posix() if path.is_relative_to(run.place.root) else str(path)


_GIVEN = ("at", "subject", "play", "run")  # what `Run.note` adds by itself


def _watch_at_every_step(lane: Lane, enough: Enough) -> None:
    """One run, held at each step: both consumers pick up what they find; every operation between is looked at too."""
    by_name, by_event = lane.competitor(_BY_NAME), lane.competitor(_BY_EVENT)
    with lane.run() as run:
        _watch(run, by_event)

        def consume(step: str | None, last: str) -> None:
            _note(run, by_event.do("pick_up_by_event", OPERATION_LIMIT, **_orders(run)), step, last)
            _note(run, by_name.do("pick_up_by_name", OPERATION_LIMIT, **_orders(run)), step, last)

        copier = run.start(Plan(Stop.EVERYWHERE, observe_all=True))
        last = ""
        while (hold := copier.next()) is not None:
            consume(hold.step, last)
            run.look("held", hold.step)
            if enough():
                copier.free()
            copier.release(hold)
            last = hold.step
        consume(None, last)
        by_event.do("stop_watching")


def _watch_freely(lane: Lane, enough: Enough) -> None:
    """The copier runs freely; consumers pick up whatever they find, again and again."""
    by_names = [lane.competitor(f"{_BY_NAME} {number}") for number in (1, 2)]
    by_event = lane.competitor(_BY_EVENT)
    for _ in range(lane.scale.rounds):
        with lane.run() as run:
            _watch(run, by_event)
            by_event.begin("loop_by_event", **_orders(run))
            for consumer in by_names:
                consumer.begin("loop_by_name", **_orders(run))
            run.start(Plan(Stop.NOWHERE)).run_to_end()
            for consumer in (by_event, *by_names):
                _note(run, consumer.stop(OPERATION_LIMIT), None, "")
            by_event.do("stop_watching")
        if enough():
            return


def watch_at_every_step(*, older: bool) -> Play:
    """AOV-001: consumers look for files at every step, and no name between two operations stays unseen."""
    title = f"copy {_OVER[older]}, its directory watched at every step"
    return Play(title, "watch at every step", title, _watch_at_every_step, older)


def watch_freely(*, older: bool) -> Play:
    """AOV-001: consumers look for files in a loop, and by event, while the copier runs freely."""
    title = f"free copy {_OVER[older]}, its directory watched"
    return Play(title, "watch freely", title, _watch_freely, older, stepped=False, free=True)
