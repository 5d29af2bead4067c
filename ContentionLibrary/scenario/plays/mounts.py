"""Plays on two mounts of one NFS export: the copier works with one client, everybody else with another one.

They are the plays of one file system, done in a guest that has a server and two clients. What is new lies in between:
attributes and names that a client remembers, files that are deleted while they are open elsewhere, and locks that
have to reach the server.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from ContentionLibrary.checks.readers import READ
from ContentionLibrary.checks.truth import DELETE
from ContentionLibrary.checks.writers import COPIER_A, COPIER_B
from ContentionLibrary.history.cast import NAMES, SENT
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays import disturbing, overwriting, reading
from ContentionLibrary.scenario.plays.rivalry import patience_for
from ContentionLibrary.stepping.plan import Plan, Stop

_SIZE = 1 << 18
"""Bytes of each content: four blocks as programs read them. Nothing here depends on it, and a guest has one processor."""
_TELLING = ("write the last bytes of ", "link ", "rename ")
_LEAST_PATIENCE = 10.0  # seconds; a guest that shares a busy machine is slow


def _telling_steps(steps: Sequence[str]) -> list[str]:
    """Choose steps that matter most between two clients: the first one, the first lock, the last data, and new names."""
    first_lock = next((step for step in steps if step.startswith("lock ")), "")
    return [step for step in steps if step in (steps[0], first_lock) or step.startswith(_TELLING)]


def _delete(lane: Lane, enough: Enough) -> None:
    """For each telling step: a fresh run, held there; the destination is read and deleted by the other client."""

    def one(lane: Lane, number: int, step: str) -> None:
        with lane.run(number=number) as run:
            copier = run.start(Plan(Stop.NAMED, (step,)))
            hold = copier.reach(step)
            if hold is None:
                return
            reader, deleter, path = lane.competitor("reader"), lane.competitor("deleter"), str(run.place.destination)
            run.act(reader, "read", READ, step, path=path)
            run.act(deleter, "delete", DELETE, step, path=path)
            copier.release(hold)
            copier.run_to_end()

    lane.side_by_side(_telling_steps(disturbing.steps_undisturbed(lane)), one, enough)


def _overlap(lane: Lane, enough: Enough) -> None:
    """For each telling step of a copier with the first client: hold it there, and run one with the second client whole."""
    with lane.run(rivals=1) as run:
        alone = run.start(Plan(Stop.NOWHERE), COPIER_A).run_to_end()
    patience = max(_LEAST_PATIENCE, patience_for(alone))

    def one(lane: Lane, number: int, step: str) -> None:
        with lane.run(number=number, rivals=1) as run:
            first = run.start(Plan(Stop.NAMED, (step,), observe=True), COPIER_A)
            hold = first.next()
            if hold is None:
                first.miss(step, "copier A ended before it")
                return
            run.look("held", hold.step, content=True)
            run.use_second_client(COPIER_B)
            source = run.place.rival_source()
            rival = run.start(Plan(Stop.NOWHERE, observe=True), COPIER_B, source, NAMES[SENT[COPIER_B]])
            rival.next(patience=patience)
            first.release(hold)
            first.run_to_end()
            rival.run_to_end()

    lane.side_by_side(_telling_steps(alone.steps), one, enough)


def _deleted() -> Play:
    title = "copy over an older version, destination deleted at telling steps"
    return Play(title, "delete the destination at every step", title, _delete, older=True, fresh=True)


def _overlapping() -> Play:
    title = "two copies over an older version, one held at telling steps"
    return Play(title, "overlap", title, _overlap, older=True, interferes=False, fresh=True)


def _inside(*plays: Play) -> dict[str, Play]:
    return {f"{play.title}, through two NFS clients": play for play in plays}


INSIDE = _inside(
    _deleted(),
    _overlapping(),
    reading.stay_with_lock(),
    overwriting.overwrite_under_reader(),
)
"""What is done in the guest, by the title that it has outside."""


def _play(inner: Play) -> Play:
    title = next(title for title, play in INSIDE.items() if play.title == inner.title)
    act: Callable[[Lane, Enough], None] = partial(_in_guest, title)
    return Play(title, inner.kind, title, act, inner.older, inner.stepped, inner.interferes, inner.fresh, at_most=_SIZE)


def _in_guest(title: str, lane: Lane, enough: Enough) -> None:
    lane.play_in_guest(title, "the NFS 4.2 server of Linux and two of its clients", enough)


def stay_with_lock() -> Play:
    """LSS-002: a reader with another client holds a shared lock and stays."""
    return _play(reading.stay_with_lock())


def overwrite_under_reader() -> Play:
    """LSS-002: a reader with another client is in the middle of the file that is overwritten."""
    return _play(overwriting.overwrite_under_reader())


def delete_destination() -> Play:
    """LSS-002: the destination is deleted by another client at every telling step."""
    return _play(_deleted())


def overlap() -> Play:
    """LSS-002: a copier with another client runs whole at every telling step."""
    return _play(_overlapping())
