"""Plays in which a copier at work in the directory that a server shares is met from the other side of the network.

A copier on the server's side, as nearly all are, is met by clients; one that is a client is met by the server's processes.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ContentionLibrary.checks.readers import KEEP, LOCK, OPEN_HALF, READ, READ_ON, UNLOCK
from ContentionLibrary.checks.truth import DELETE
from ContentionLibrary.history.acts import Answer
from ContentionLibrary.history.cast import RIVAL_SOURCE
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.play import Enough, Play
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
CONTENT: dict[str, Any] = {"writer": RIVAL_SOURCE.writer, "generation": RIVAL_SOURCE.generation}
"""What the other side copies."""
_READS, _SLOWLY, _DELETES = "reads", "reads slowly", "deletes"
_RANGE: dict[str, Any] = {"start": 0, "length": 1 << 40}


def at(samba: Samba, path: Path, **spelled: Any) -> dict[str, Any]:  # noqa: ANN401 - see `Samba.unc`
    """Return how an operation of a client names a file, and the account that it comes with."""
    return {"path": samba.unc(path, **spelled), "account": asdict(samba.account)}


class OtherSide:
    """Whoever meets the copier from the other side of the network.

    That is a client of the server for a copier on the server's side, and a process on the server's side for a copier that
    is a client itself.

    Args:
        lane: whose competitors are taken.
        samba: the server.
    """

    def __init__(self, lane: Lane, samba: Samba) -> None:
        self._lane = lane
        self._samba = samba
        self.is_client = not lane.subject.profile.by_unc

    def who(self, does: str) -> Competitor:
        """Return a competitor of that side, called by what it does."""
        return self._lane.competitor(f"{'client' if self.is_client else 'server process'} that {does}")

    def _place(self, run: Run) -> dict[str, Any]:
        path = run.place.destination
        return at(self._samba, path) if self.is_client else {"path": str(path)}

    def read(self, run: Run, does: str, step: str | None = None) -> None:
        """Let it read the whole destination."""
        run.act(self.who(does), "share_read" if self.is_client else "read", READ, step, **self._place(run))

    def open_half(self, run: Run, does: str, step: str | None = None) -> bool:
        """Let it open the destination and read its first half; returns whether it could."""
        who, place = self.who(does), self._place(run)
        if not self.is_client:
            return run.act(who, "open_half", OPEN_HALF, step, **place).answer is Answer.DONE
        if who.do("share_open", OPERATION_LIMIT, **place).answer is not Answer.DONE:
            return False
        return run.act(who, "share_read_half", OPEN_HALF, step).answer is Answer.DONE

    def read_on(self, run: Run, does: str, step: str | None = None) -> None:
        """Let it read the second half through what it has open, and close that."""
        who = self.who(does)
        run.act(who, "share_read_rest" if self.is_client else "finish_reading", READ_ON, step)
        who.do("share_close" if self.is_client else "close_file", OPERATION_LIMIT)

    def delete(self, run: Run, does: str, step: str) -> None:
        """Let it delete the destination."""
        run.act(self.who(does), "share_delete" if self.is_client else "delete", DELETE, step, **self._place(run))

    def copy(self, run: Run, does: str, called: str, step: str) -> None:
        """Let it copy another file to the destination: a client in place, a server's process by renaming."""
        operation, size = ("share_copy", "length") if self.is_client else ("replace", "size")
        what: dict[str, Any] = CONTENT | {size: run.size}
        run.act(self.who(does), operation, called, step, **self._place(run), **what)


def _read_at_every_step(lane: Lane, enough: Enough) -> None:
    """One run, held at each step: one reads the destination there, and another one reads across the step."""
    samba = lane.samba()
    other = OtherSide(lane, samba)
    with lane.run(stage=samba.root) as run:
        opened = other.open_half(run, _SLOWLY)
        copier = run.start(Plan(Stop.EVERYWHERE, with_reads=sees_reads(lane)))
        while (hold := copier.next()) is not None:
            run.look("held", hold.step)
            other.read(run, _READS, hold.step)
            if opened:
                other.read_on(run, _SLOWLY, hold.step)
            opened = other.open_half(run, _SLOWLY, hold.step)
            if enough():
                copier.free()
            copier.release(hold)
        if opened:
            other.read_on(run, _SLOWLY)
        other.read(run, _READS)


def sees_reads(lane: Lane) -> bool:
    """Tell whether the steps of the copier are those of its source alone: a client's others are the server's."""
    return lane.subject.profile.by_unc


def _delete_at_every_step(lane: Lane, enough: Enough) -> None:
    """For each step a fresh run: the other side deletes the destination while the copier is held before it."""
    samba = lane.samba()

    def disturb(lane: Lane, run: Run, hold: Hold) -> None:
        other = OtherSide(lane, samba)
        other.read(run, _DELETES, hold.step)
        other.delete(run, _DELETES, hold.step)

    disturb_at_every_step(lane, disturb, enough, stage=samba.root, with_reads=sees_reads(lane))


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
    """RLB-001: the destination is read from the other side of a share at every step."""
    title = "copy into a share over an older version, read from its other side at every step"
    return Play(title, "read at every step", title, _read_at_every_step, older=True, at_most=AT_MOST)


def delete_over_share() -> Play:
    """RLB-001: the destination is deleted from the other side of a share at every step."""
    title = "copy into a share over an older version, deleted from its other side at every step"
    kind = "delete the destination at every step"
    return Play(title, kind, title, _delete_at_every_step, older=True, fresh=True, at_most=AT_MOST)


def hold_over_share() -> Play:
    """RLB-001: clients keep the destination to themselves, each in another way, when the copier starts."""
    title = "copy into a share over a file that clients keep to themselves"
    return Play(title, KEEP, title, _hold, older=True, stepped=False, at_most=AT_MOST)
