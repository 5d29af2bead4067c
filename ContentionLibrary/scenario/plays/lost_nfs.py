"""Plays in which an NFS server is lost, for good or for a while, when a copier stands at a chosen step.

They are done in a guest, whose kernel has the server and its clients. What a lost server means is up to the mount. One that
gives up (soft) fails each call after a time: the copier is told, again and again. One that waits (hard) tells nobody, and
the copier with it stands still until the server is there again; if it never comes back that is for ever, whatever the
copier does, so it comes back.

What a copier has written has arrived when the server is lost: whoever holds it looks at the file, which makes the client
send it. What is there in the end is looked at where the server has it.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from ContentionLibrary.checks.check import INTERRUPT_LINK, LOSE_LINK, RESTART_SERVER
from ContentionLibrary.checks.network import AFTER_HERE, BEFORE_HERE, LINK_BROKEN, LINK_CUT
from ContentionLibrary.history.copies import Way
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays.cutting import points_to_cut
from ContentionLibrary.scenario.plays.failing import note_network, rehearse
from ContentionLibrary.scenario.plays.guest_clients import NFS, in_guest
from ContentionLibrary.stage.nfs_client import Patience, start_server, stop_server
from ContentionLibrary.stepping.plan import Plan, Stop

_SIZE = 1 << 18
"""Bytes of each content: what is lost is told in quarters, and a guest has one processor."""
_AWAY = 1.0  # seconds
_RESTARTING = threading.Lock()
"""All clients have the same server, so that it is restarted for one run at a time, however often that is repeated."""
_OVER = {False: "into an empty place", True: "over an older version"}


def _points(patience: Patience, lane: Lane) -> list[str]:
    """Hold an undisturbed copy to the server at each step, and return at which of them the server is to be lost.

    None where it cannot be held exactly, which the verdict says.
    """
    if lane.way is not Way.EXACT:
        return []
    with NFS[patience].lent() as client:
        points = points_to_cut(rehearse(lane, share=client)[0])
    points = [point for point in points if not point.startswith("close ")]  # everything has arrived by then
    if not points and (lane.subject.profile.replaces or not lane.began.older):
        lane.limit(
            f"{lane.began.title}: an undisturbed copy came to no step at which the server could be lost", blind=True
        )
    return points


# -- for good -----------------------------------------------------------------------------------------------------------


def _telling(points: Sequence[str], *, older: bool) -> Sequence[str]:
    """Choose one point, because each call to a lost server takes a second: half of the data, or where the older version ends."""
    return points[-1:] if older else points[(len(points) - 2) // 2 :][:1]


def _lose(lane: Lane, number: int, step: str) -> None:
    with NFS[Patience.GIVES_UP].lent() as client, lane.run(number=number, share=client) as run:
        run.look_on_this_side(BEFORE_HERE)
        copier = run.start(Plan(Stop.NAMED, (step,)))
        hold = copier.reach(step)
        if hold is None:
            return
        client.wire.cut()
        note_network(run, f"{LOSE_LINK} (an NFS mount that gives up)", hold.step)
        copier.release(hold)
        copier.run_to_end()
        run.look_after()
        run.look_on_this_side(AFTER_HERE)
        client.start_anew()


def _lose_each(lane: Lane, enough: Enough) -> None:
    lane = lane.on(lane.own_stage())
    lane.side_by_side(_telling(_points(Patience.GIVES_UP, lane), older=lane.began.older), _lose, enough)


# -- for a while --------------------------------------------------------------------------------------------------------


def _miss(lane: Lane, number: int, step: str) -> None:
    with NFS[Patience.WAITS].lent() as client, lane.run(number=number, share=client) as run:
        copier = run.start(Plan(Stop.NAMED, (step,)))
        hold = copier.reach(step)
        if hold is None:
            return
        client.wire.cut()
        note_network(run, f"{INTERRUPT_LINK} (an NFS mount that waits)", hold.step)
        copier.release(hold)
        copier.next(_AWAY)
        client.wire.come_back()
        copier.run_to_end()


def _restart(lane: Lane, number: int, step: str) -> None:
    with _RESTARTING, NFS[Patience.WAITS].lent() as client, lane.run(number=number, share=client) as run:
        copier = run.start(Plan(Stop.NAMED, (step,)))
        hold = copier.reach(step)
        if hold is None:
            return
        client.wire.cut()
        stop_server()
        note_network(run, f"{RESTART_SERVER} (an NFS mount that waits)", hold.step)
        copier.release(hold)
        copier.next(_AWAY)
        start_server()
        client.wire.come_back()
        client.reclaim()
        copier.run_to_end()


def _miss_each(lane: Lane, enough: Enough) -> None:
    """Cut the link at every point but the last one; there the server is restarted, when no other run needs it."""
    lane = lane.on(lane.own_stage())
    points = _points(Patience.WAITS, lane)
    lane.side_by_side(points[:-1], _miss, enough)
    lane.side_by_side(points[-1:], _restart, enough)


# -- the plays ----------------------------------------------------------------------------------------------------------


def _lost(*, older: bool) -> Play:
    title = f"copy {_OVER[older]} on an NFS server that is lost for good"
    return Play(title, LINK_CUT, title, _lose_each, older, stepped=False, interferes=False, at_most=_SIZE)


def _away(*, older: bool) -> Play:
    title = f"copy {_OVER[older]} on an NFS server that is away for a while"
    return Play(title, LINK_BROKEN, title, _miss_each, older, stepped=False, interferes=False, at_most=_SIZE)


INSIDE = {play.title: play for older in _OVER for play in (_lost(older=older), _away(older=older))}
"""What is done in the guest, by title."""


def lose_server(*, older: bool) -> Play:
    """NIS-001: an NFS server is lost for good: at half of the data, or before the copy takes the place of an older version."""
    return in_guest(_lost(older=older), "the NFS 3 server of Linux with a client that gives up (soft)")


def miss_server(*, older: bool) -> Play:
    """NIS-001: an NFS server is away for a while, at each quarter of the data; and restarted, before the copy gets its name."""
    return in_guest(_away(older=older), "the NFS 4.2 server of Linux with a client that waits (hard)")
