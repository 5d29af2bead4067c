"""Plays on two mounts of one NFS export: the copier works with one client, everybody else with another one.

They are the plays of one file system, done in a guest that has a server and two clients. What is new lies in between:
attributes and names that a client remembers, files that are deleted while they are open elsewhere, and locks that
have to reach the server.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ContentionLibrary.checks.writers import COPIER_A, COPIER_B
from ContentionLibrary.history.cast import NAMES, SENT
from ContentionLibrary.scenario.lane import Enough, Lane, Play
from ContentionLibrary.scenario.plays import disturbing, overwriting, reading
from ContentionLibrary.scenario.plays.rivalry import patience_for
from ContentionLibrary.stepping.plan import Plan, Stop

_SIZE = 1 << 20
"""Bytes of each content: nothing here depends on it, and a guest has one processor."""


def _overlap(lane: Lane, enough: Enough) -> None:
    """For each step of a copier with the first client: hold it there, and run one with the second client whole."""
    with lane.run(rivals=1) as run:
        alone = run.start(Plan(Stop.NOWHERE), COPIER_A).run_to_end()
    patience = patience_for(alone)

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

    lane.side_by_side(alone.steps, one, enough)


def _overlapping(*, older: bool) -> Play:
    title = f"two copies {'over an older version' if older else 'into an empty place'}, one held at every step"
    return Play(title, "overlap", title, _overlap, older, interferes=False, fresh=True)


def _inside(*plays: Play) -> dict[str, Play]:
    return {f"{play.title}, through two NFS clients": play for play in plays}


INSIDE = _inside(
    reading.read_at_every_step(older=False),
    reading.read_at_every_step(older=True),
    reading.stay_with_lock(),
    overwriting.overwrite_under_reader(),
    disturbing.delete_destination(older=False),
    disturbing.delete_destination(older=True),
    _overlapping(older=False),
    _overlapping(older=True),
)
"""What is done in the guest, by the title that it has outside."""


def _play(inner: Play) -> Play:
    title = next(title for title, play in INSIDE.items() if play.title == inner.title)
    act: Callable[[Lane, Enough], None] = partial(_in_guest, title)
    return Play(title, inner.kind, title, act, inner.older, inner.stepped, inner.interferes, inner.fresh, at_most=_SIZE)


def _in_guest(title: str, lane: Lane, enough: Enough) -> None:
    lane.play_in_guest(title, enough)


def read_at_every_step(*, older: bool) -> Play:
    """LSS-002: a reader with another client reads the destination at every step."""
    return _play(reading.read_at_every_step(older=older))


def stay_with_lock() -> Play:
    """LSS-002: a reader with another client holds a shared lock and stays."""
    return _play(reading.stay_with_lock())


def overwrite_under_reader() -> Play:
    """LSS-002: a reader with another client is in the middle of the file that is overwritten."""
    return _play(overwriting.overwrite_under_reader())


def delete_destination(*, older: bool) -> Play:
    """LSS-002: the destination is deleted by another client at every step."""
    return _play(disturbing.delete_destination(older=older))


def overlap(*, older: bool) -> Play:
    """LSS-002: a copier with another client runs whole at every step."""
    return _play(_overlapping(older=older))
