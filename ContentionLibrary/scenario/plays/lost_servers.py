"""Plays in which the server of a mount, or its disk, is lost, for good or for a while, when a copier stands at a chosen step.

They are done in a guest, whose kernel has the NFS server, and clients of that and of Samba. What a lost server means is up to
the mount. One that gives up (soft) fails each call: the copier is told, again and again. One that waits (hard) tells
nobody, and the copier with it stands still until the server is there again; if it never comes back that is for ever, whatever
the copier does, so it comes back.

What a copier has written to NFS has arrived when the server is lost: whoever holds it looks at the file, which makes the client
send it. A client of SMB may still have it. What is there in the end is looked at where the server has it.

A server whose disk fails everything that is written is there all the time, and answers each such call with an error, at once. What it
shows meanwhile is what it has in its memory: what has come to the disk is looked at when that was mounted again.

A copier is not held in the middle of one call to SMB, as it is to NFS: whoever does that call in its place has the file open
as well, and when he closes it the client tells him what it could not send, and not the copier.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ContentionLibrary.checks.check import (
    FAIL_DISK,
    INTERRUPT_LINK,
    LOSE_LINK,
    RESTART_SERVER,
    THE_DISK,
    how_it_ended,
    last_words,
    succeeded,
)
from ContentionLibrary.checks.network import AFTER_HERE, BEFORE_HERE, DISK_FAILS, LINK_BROKEN, LINK_CUT
from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.history.cast import THE_COPIER, UNDER_TEST
from ContentionLibrary.history.copies import CopyEnded, Way
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays.cutting import points_to_cut
from ContentionLibrary.scenario.plays.failing import note_deed, note_network, rehearse
from ContentionLibrary.scenario.plays.guest_clients import DISK, NFS, SMB, Clients, in_guest
from ContentionLibrary.stage.failing_disk import DiskClient
from ContentionLibrary.stage.nfs_client import NfsClient
from ContentionLibrary.stage.patience import Patience
from ContentionLibrary.stage.smb_client import SmbClient
from ContentionLibrary.stepping.control import Hold
from ContentionLibrary.stepping.plan import Plan, Stop

_SIZE = 1 << 18
"""Bytes of each content: what is lost is told in quarters, and a guest has one processor."""
_AWAY = 1.0  # seconds
_OVER = {False: "into an empty place", True: "over an older version"}


class _Mounts:
    """Mounts of one protocol. All its clients have one server, so that one run at a time may do something to that.

    Args:
        protocol: for the verdict.
        clients: by what they do while the server does not answer.
        lost: how they lose it for good, for the verdict.
        steps: tells at which steps of an undisturbed copy the server is to be lost.
    """

    def __init__(
        self,
        protocol: str,
        clients: dict[Patience, Clients[NfsClient]]
        | dict[Patience, Clients[DiskClient]]
        | dict[Patience, Clients[SmbClient]],
        lost: str,
        steps: Callable[[list[Hold]], list[str]],
    ) -> None:
        self.protocol = protocol
        self.clients = clients
        self.lost = lost
        self.steps = steps
        self.turn = threading.Lock()

    def called(self, patience: Patience) -> str:
        return f"an {self.protocol} mount that {patience.value}"


def _before_all_has_arrived(holds: list[Hold]) -> list[str]:
    return [step for step in points_to_cut(holds) if not step.startswith("close ")]


def _between_calls(holds: list[Hold]) -> list[str]:
    return points_to_cut([hold for hold in holds if not hold.within])


_NFS = _Mounts("NFS", NFS, "an NFS mount that gives up", _before_all_has_arrived)
_DISK = _Mounts(
    "NFS", {Patience.GIVES_UP: DISK}, "an NFS mount that gives up on a disk that fails", _before_all_has_arrived
)
_SMB = _Mounts("SMB", SMB, "an SMB mount that gives up on a server that lets it in no more", _between_calls)


@dataclass(frozen=True)
class _Point:
    """At which step of a copy to which mount the server is lost."""

    mounts: _Mounts
    step: str


def _points(
    patience: Patience, lane: Lane, enough: Enough, where: tuple[_Mounts, ...] = (_NFS, _SMB)
) -> list[list[_Point]]:
    """Hold an undisturbed copy to each server at each step, and return at which of them the server is to be lost.

    None where it cannot be held exactly, or not be copied to, which the verdict says.
    """
    if lane.way is not Way.EXACT:
        return []
    found: dict[str, list[_Point]] = {}

    def look(lane: Lane, number: int, mounts: _Mounts) -> None:
        try:
            with mounts.clients[patience].lent() as client:
                steps = mounts.steps(rehearse(lane, share=client, number=number)[0])
        except NotPossibleHere as reason:
            lane.limit(f"{lane.began.title}: not on {mounts.called(patience)}: {reason}")
            return
        found[mounts.protocol] = [_Point(mounts, step) for step in steps]
        copied = f"{lane.began.title}: an undisturbed copy to {mounts.called(patience)}"
        if lane.began.older and not lane.subject.profile.replaces:
            return
        for ended in lane.noted().of(CopyEnded):
            if ended.run == number and ended.who == THE_COPIER and not succeeded(ended):
                lane.limit(f"{copied} has failed with {how_it_ended(ended)}: {last_words(ended)}", blind=True)
        if not found[mounts.protocol]:
            lane.limit(f"{copied} came to no step at which the server could be lost", blind=True)

    lane.side_by_side(where, look, enough)
    return [found[mounts.protocol] for mounts in where if found.get(mounts.protocol)]


def _half_of_the_data(points: Sequence[_Point]) -> _Point:
    return points[max(0, (len(points) - 2) // 2)]


# -- its disk -----------------------------------------------------------------------------------------------------------


def _fail_disk(lane: Lane, number: int, step: str) -> None:
    with DISK.lent() as client, lane.run(number=number, share=client) as run:
        client.flush()
        copier = run.start(Plan(Stop.NAMED, (step,)))
        hold = copier.reach(step)
        if hold is None:
            return
        client.fail_writes()
        note_deed(run, THE_DISK, FAIL_DISK, hold.step, "the disk")
        copier.release(hold)
        copier.run_to_end()
        client.start_anew()
        run.look_after()


def _fail_disk_each(lane: Lane, enough: Enough) -> None:
    """Fail the disk at half of the data, and where the older version ends."""
    lane = lane.on(lane.own_stage())
    for points in _points(Patience.GIVES_UP, lane, enough, (_DISK,)):
        chosen = dict.fromkeys((_half_of_the_data(points), points[-1]))
        lane.side_by_side([point.step for point in chosen], _fail_disk, enough)


# -- for good -----------------------------------------------------------------------------------------------------------


def _telling(points: Sequence[_Point], *, older: bool) -> _Point:
    """Choose one point, because each call to a lost server takes a second: half of the data, or where the older version ends.

    On SMB an older version is lost at half of the data: at its end the server is restarted anyway.
    """
    return points[-1] if older and points[0].mounts is _NFS else _half_of_the_data(points)


def _lose(lane: Lane, number: int, point: _Point) -> None:
    patience, step = Patience.GIVES_UP, point.step
    with (
        point.mounts.turn,
        point.mounts.clients[patience].lent() as client,
        lane.run(number=number, share=client) as run,
    ):
        run.look_on_this_side(BEFORE_HERE)
        copier = run.start(Plan(Stop.NAMED, (step,)))
        hold = copier.reach(step)
        if hold is None:
            return
        client.lose_server()
        note_network(run, f"{LOSE_LINK} ({point.mounts.lost})", hold.step)
        copier.release(hold)
        copier.run_to_end()
        run.look_after()
        run.look_on_this_side(AFTER_HERE)
        client.start_anew()


def _lose_each(lane: Lane, enough: Enough) -> None:
    lane = lane.on(lane.own_stage())
    # A control shows its fault on one mount as on two.
    both = lane.began.older and lane.subject.name == UNDER_TEST
    found = _points(Patience.GIVES_UP, lane, enough, (_NFS, _SMB) if both else (_NFS,))
    lane.side_by_side([_telling(points, older=lane.began.older) for points in found], _lose, enough)


# -- for a while --------------------------------------------------------------------------------------------------------


def _miss(lane: Lane, number: int, point: _Point) -> None:
    patience, step = Patience.WAITS, point.step
    with point.mounts.clients[patience].lent() as client, lane.run(number=number, share=client) as run:
        copier = run.start(Plan(Stop.NAMED, (step,)))
        hold = copier.reach(step)
        if hold is None:
            return
        client.wire.cut()
        note_network(run, f"{INTERRUPT_LINK} ({point.mounts.called(patience)})", hold.step)
        copier.release(hold)
        copier.next(_AWAY)
        client.wire.come_back()
        copier.run_to_end()


def _restart(lane: Lane, number: int, point: _Point) -> None:
    patience, step = Patience.WAITS, point.step
    with (
        point.mounts.turn,
        point.mounts.clients[patience].lent() as client,
        lane.run(number=number, share=client) as run,
    ):
        copier = run.start(Plan(Stop.NAMED, (step,)))
        hold = copier.reach(step)
        if hold is None:
            return
        client.stop_server()
        note_network(run, f"{RESTART_SERVER} ({point.mounts.called(patience)})", hold.step)
        copier.release(hold)
        copier.next(_AWAY)
        client.start_server()
        copier.run_to_end()


def _miss_each(lane: Lane, enough: Enough) -> None:
    """Cut the link at every other point; at the last one the server is restarted, when no other run needs it."""
    lane = lane.on(lane.own_stage())
    found = _points(Patience.WAITS, lane, enough)
    lane.side_by_side([point for points in found for point in points[:-1:2]], _miss, enough)
    lane.side_by_side([points[-1] for points in found], _restart, enough)


# -- the plays ----------------------------------------------------------------------------------------------------------


def _lost(*, older: bool) -> Play:
    title = f"copy {_OVER[older]} on the server of a mount that is lost for good"
    return Play(title, LINK_CUT, title, _lose_each, older, stepped=False, interferes=False, at_most=_SIZE)


def _away(*, older: bool) -> Play:
    title = f"copy {_OVER[older]} on the server of a mount that is away for a while"
    return Play(title, LINK_BROKEN, title, _miss_each, older, stepped=False, interferes=False, at_most=_SIZE)


def _failing(*, older: bool) -> Play:
    title = f"copy {_OVER[older]} on a server of a mount whose disk fails"
    return Play(title, DISK_FAILS, title, _fail_disk_each, older, stepped=False, interferes=False, at_most=_SIZE)


INSIDE = {
    play.title: play for older in _OVER for play in (_lost(older=older), _away(older=older), _failing(older=older))
}
"""What is done in the guest, by title."""


def lose_server(*, older: bool) -> Play:
    """NIS-001: the server of a mount is lost for good: at half of the data, or before the copy takes the place of an older version.

    The server is one of NFS, and over an older version one of SMB as well.
    """
    servers = "the NFS 3 server of Linux and Samba, each" if older else "the NFS 3 server of Linux"
    return in_guest(_lost(older=older), f"{servers} with a client that gives up (soft)")


def fail_disk(*, older: bool) -> Play:
    """NIS-001: the disk of a server fails all that is written: at half of the data, and before the copy gets its name."""
    return in_guest(
        _failing(older=older),
        "the NFS 3 server of Linux with an ext4 on a disk that fails (dm-flakey), and a client that gives up (soft)",
    )


def miss_server(*, older: bool) -> Play:
    """NIS-001: the server of a mount is away for a while, amid the data, and restarted before the copy gets its name."""
    return in_guest(_away(older=older), "the NFS 4.2 server of Linux and Samba, each with a client that waits (hard)")
