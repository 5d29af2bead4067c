"""Plays in which a competitor takes something away or changes it at one step; each step gets a fresh run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ContentionLibrary.checks.readers import READ
from ContentionLibrary.checks.truth import CUT, DELETE, REPLACE, REWRITE, TAKE_AWAY
from ContentionLibrary.history.cast import CHANGED_SOURCE
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.run import Run
from ContentionLibrary.stepping.control import Hold
from ContentionLibrary.stepping.plan import Plan, Stop

_CHANGES_NAMES = ("create ", "open and empty ", "link ", "rename ", "exchange ", "delete ")
_LAST_BYTES = " the last bytes of "

Disturb = Callable[[Lane, Run, Hold], None]


def steps_undisturbed(lane: Lane, *, with_reads: bool = False, stage: Path | None = None) -> tuple[str, ...]:
    """Run the copier once undisturbed and return its steps in order."""
    with lane.run(stage=stage) as run:
        copier = run.start(Plan(Stop.NOWHERE, with_reads=with_reads))
        return copier.run_to_end().steps


def last_write(lane: Lane) -> str:
    """Run the copier once undisturbed and return its step in which the last bytes are written, or its last step of all."""
    steps = steps_undisturbed(lane)
    writes = [step for step in steps if step.startswith("write ")]
    return (writes or list(steps) or [""])[-1]


def steps_at_names(steps: Sequence[str]) -> tuple[str, ...]:
    """Choose the steps that change a name or empty a file that has one, the last bytes, and the last step of all."""
    return tuple(step for step in steps if step.startswith(_CHANGES_NAMES) or _LAST_BYTES in step or step == steps[-1])


def disturb_at_every_step(
    lane: Lane,
    disturb: Disturb,
    enough: Enough,
    *,
    own_source: bool = False,
    with_reads: bool = False,
    decoy: bool = False,
    choose: Callable[[Sequence[str]], Sequence[str]] = tuple,
    stage: Path | None = None,
) -> None:
    """For each step that an undisturbed run has: a fresh run, held there, disturbed, and let go to its end.

    `choose` leaves out steps that need no run.
    """

    def one(lane: Lane, number: int, step: str) -> None:
        with lane.run(number=number, own_source=own_source, decoy=decoy, stage=stage) as run:
            copier = run.start(Plan(Stop.NAMED, (step,), with_reads))
            hold = copier.reach(step)
            if hold is None:
                return
            disturb(lane, run, hold)
            copier.release(hold)
            copier.run_to_end()

    lane.side_by_side(choose(steps_undisturbed(lane, with_reads=with_reads, stage=stage)), one, enough)


def _delete_destination(choose: Callable[[Sequence[str]], Sequence[str]], lane: Lane, enough: Enough) -> None:
    def disturb(lane: Lane, run: Run, hold: Hold) -> None:
        reader, deleter = lane.competitor("reader"), lane.competitor("deleter")
        path = str(run.place.destination)
        run.act(reader, "read", READ, hold.step, path=path)
        run.act(deleter, "delete", DELETE, hold.step, path=path)

    disturb_at_every_step(lane, disturb, enough, choose=choose)


@dataclass(frozen=True)
class _Change:
    """One way to change the source: what it is called, and the worker's operation."""

    called: str
    operation: str


_CHANGES = {
    "deleted": _Change(TAKE_AWAY, "delete"),
    "cut to half": _Change(CUT, "truncate"),
    "replaced": _Change(REPLACE, "replace"),
    "rewritten": _Change(REWRITE, "rewrite"),
}


def _change_source(change: _Change, lane: Lane, enough: Enough) -> None:
    def disturb(lane: Lane, run: Run, hold: Hold) -> None:
        arguments: dict[str, object] = {"path": str(run.place.source)}
        if change.operation == "truncate":
            arguments["size"] = run.size // 2
        elif change.operation in ("replace", "rewrite"):
            arguments |= {"writer": CHANGED_SOURCE.writer, "generation": CHANGED_SOURCE.generation, "size": run.size}
        run.act(
            lane.competitor("changer"), change.operation, change.called, hold.step, target="the source", **arguments
        )

    in_place = change.operation in ("truncate", "rewrite")
    disturb_at_every_step(lane, disturb, enough, own_source=in_place, with_reads=True)


def delete_destination(*, older: bool) -> Play:
    """DDO-001: the destination is deleted at every step."""
    title = f"copy {'over an older version' if older else 'into an empty place'}, destination deleted at every step"
    act = partial(_delete_destination, tuple)
    return Play(title, "delete the destination at every step", title, act, older, fresh=True)


def delete_destination_around_names(*, older: bool) -> Play:
    """LSS-001: the destination is deleted where names change."""
    over = "over an older version" if older else "into an empty place"
    title = f"copy {over}, destination deleted where names change or data ends"
    act = partial(_delete_destination, steps_at_names)
    return Play(title, "delete the destination at every step", title, act, older, fresh=True)


def delete_source_around_names() -> Play:
    """CPS-002: the source is deleted where names change."""

    def disturb(lane: Lane, run: Run, hold: Hold) -> None:
        deleter = lane.competitor("deleter")
        run.act(deleter, "delete", TAKE_AWAY, hold.step, target="the source", path=str(run.place.source))

    def act(lane: Lane, enough: Enough) -> None:
        disturb_at_every_step(lane, disturb, enough, choose=steps_at_names)

    title = "copy, source deleted where names change or data ends"
    return Play(title, "change the source at every step", title, act, fresh=True)


def change_source(how: str) -> Play:
    """DDO-003: the source is deleted, cut to half, replaced or rewritten at every step."""
    title = f"copy while its source is {how} at every step"
    return Play(title, "change the source at every step", title, partial(_change_source, _CHANGES[how]), fresh=True)
