"""Plays in which clients of a share meet a copier that works on the server's side, in the directory that is shared."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ContentionLibrary.checks.readers import LOCK, OPEN_HALF, READ, READ_ON, UNLOCK
from ContentionLibrary.checks.truth import DELETE
from ContentionLibrary.history.events import Answer
from ContentionLibrary.scenario.lane import Enough, Lane, Play
from ContentionLibrary.scenario.plays.disturbing import disturb_at_every_step
from ContentionLibrary.scenario.plays.reading import wait_for_all
from ContentionLibrary.scenario.run import OPERATION_LIMIT
from ContentionLibrary.stepping.plan import Plan, Stop

if TYPE_CHECKING:
    from ContentionLibrary.competitors.pool import Competitor
    from ContentionLibrary.scenario.run import Run
    from ContentionLibrary.stage.samba import Samba
    from ContentionLibrary.stepping.control import Hold

AT_MOST = 1 << 20
"""Bytes of each content: a client needs a request for each 64 KiB, and nothing here depends on the size."""
_RANGE: dict[str, Any] = {"start": 0, "length": 1 << 40}


def at(samba: Samba, path: Path, **spelled: Any) -> dict[str, Any]:  # noqa: ANN401 - see `Samba.unc`
    """Return how an operation of a client names a file, and the account that it comes with."""
    return {"path": samba.unc(path, **spelled), "account": asdict(samba.account)}


def _open_half(run: Run, client: Competitor, place: dict[str, Any], step: str | None = None) -> bool:
    """Let a client open the destination and read its first half; returns whether it could."""
    if client.do("share_open", OPERATION_LIMIT, **place).answer is not Answer.DONE:
        return False
    return run.act(client, "share_read_half", OPEN_HALF, step).answer is Answer.DONE


def _read_at_every_step(lane: Lane, enough: Enough) -> None:
    """One run, held at each step: a client reads the destination there, and another one reads across the step."""
    samba = lane.samba()
    reader, slow = lane.competitor("client that reads"), lane.competitor("client that reads slowly")
    with lane.run(stage=samba.root) as run:
        place = at(samba, run.place.destination)
        opened = _open_half(run, slow, place)
        copier = run.start(Plan(Stop.EVERYWHERE))
        while (hold := copier.next()) is not None:
            run.look("held", hold.step)
            run.act(reader, "share_read", READ, hold.step, **place)
            if opened:
                run.act(slow, "share_read_rest", READ_ON, hold.step)
                slow.do("share_close", OPERATION_LIMIT)
            opened = _open_half(run, slow, place, hold.step)
            if enough():
                copier.free()
            copier.release(hold)
        if opened:
            run.act(slow, "share_read_rest", READ_ON)
        slow.do("share_close_all", OPERATION_LIMIT)
        run.act(reader, "share_read", READ, **place)


def _delete_at_every_step(lane: Lane, enough: Enough) -> None:
    """For each step a fresh run: a client deletes the destination while the copier is held before it."""
    samba = lane.samba()

    def disturb(lane: Lane, run: Run, hold: Hold) -> None:
        client, place = lane.competitor("client that deletes"), at(samba, run.place.destination)
        run.act(client, "share_read", READ, hold.step, **place)
        run.act(client, "share_delete", DELETE, hold.step, **place)

    disturb_at_every_step(lane, disturb, enough, stage=samba.root)


@dataclass(frozen=True)
class _Hold:
    """A way in which a client keeps a file that it reads to itself.

    Args:
        called: what it is called in the history.
        how: how the file is opened.
        locks: whether it locks all of the file for reading besides, which the server's side can see.
    """

    called: str
    how: dict[str, Any] = field(default_factory=dict)
    locks: bool = False


_HOLDS = (
    _Hold("open the destination and share it with nobody", {"shares": []}),
    _Hold("open the destination and share it with readers", {"shares": ["read"]}),
    _Hold("open the destination with a lease", {"lease": ["read", "handle", "write"]}),
    _Hold("open the destination", locks=True),
)


def _hold(lane: Lane, _enough: Enough) -> None:
    """A client has read half of the older version and keeps the file to itself; once in each way, side by side."""
    samba = lane.samba()
    clients = [lane.competitor(f"client {number}") for number, _ in enumerate(_HOLDS, 1)]
    with ExitStack() as entered:
        runs = [entered.enter_context(lane.run(stage=samba.root)) for _ in _HOLDS]
        for run, client, hold in zip(runs, clients, _HOLDS, strict=True):
            run.act(client, "share_open", hold.called, **at(samba, run.place.destination), **hold.how)
            if hold.locks:
                run.act(client, "share_lock", LOCK, target="byte range, shared", **_RANGE, exclusive=False)
            run.act(client, "share_read_half", OPEN_HALF)
        copiers = [run.start(Plan(Stop.NOWHERE)) for run in runs]
        wait_for_all(copiers, lane.scale.stay)
        for run, client, hold in zip(runs, clients, _HOLDS, strict=True):
            run.act(client, "share_read_rest", READ_ON)
            if hold.locks:
                run.act(client, "share_unlock", UNLOCK, target="byte range, shared", **_RANGE)
            client.do("share_close", OPERATION_LIMIT)
        for copier in copiers:
            copier.run_to_end()


def read_over_share() -> Play:
    """RLB-001: a client reads the destination at every step of a copier on the server's side."""
    title = "copy on the server's side over an older version, read by clients at every step"
    return Play(title, "read at every step", title, _read_at_every_step, older=True, at_most=AT_MOST)


def delete_over_share() -> Play:
    """RLB-001: a client deletes the destination at every step of a copier on the server's side."""
    title = "copy on the server's side over an older version, destination deleted by a client at every step"
    kind = "delete the destination at every step"
    return Play(title, kind, title, _delete_at_every_step, older=True, fresh=True, at_most=AT_MOST)


def hold_over_share() -> Play:
    """RLB-001: clients keep the destination to themselves, each in another way, when the copier starts."""
    title = "copy on the server's side over a file that clients keep to themselves"
    return Play(title, "stay with a lock", title, _hold, older=True, stepped=False, at_most=AT_MOST)
