"""Plays in which the line to an NFS server is bad for its packets: the kernel loses them, delays them, doubles them.

They are done in a guest, whose kernel has the server, its clients and the bad line (netem). Nobody holds the copier. Which
packet is lost is chance; what must be true of a copy in any case is not, and that something was lost is counted.
"""

from __future__ import annotations

from ContentionLibrary.checks.network import PACKETS_LOST
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays.failing import note_network
from ContentionLibrary.scenario.plays.nfs import in_guest, lent_client
from ContentionLibrary.stage.nfs_client import BadLine, Packets, Patience
from ContentionLibrary.stepping.plan import Plan

_SIZE = 1 << 18
"""Bytes of each content: some hundred packets."""
_OVER = {False: "into an empty place", True: "over an older version"}
_CALLED = {
    BadLine.LOSES: "lose one packet of twenty, in each direction",
    BadLine.MIXES: "delay each packet by 5 to 35 ms, so that some overtake others, and double one of fifty",
}


def _copy(lane: Lane, number: int, line: BadLine) -> None:
    with lent_client(Patience.WAITS) as client, lane.run(number=number, share=client) as run:
        client.spoil(line)
        try:
            note_network(run, _CALLED[line])
            run.start(Plan(with_data=False)).run_to_end()
        finally:
            packets = client.mend()
        refuses = lane.began.older and not lane.subject.profile.replaces
        if not refuses and not _has_landed(line, packets):
            lane.limit(f"{lane.began.title}: nothing came of '{_CALLED[line]}'", blind=True)


def _has_landed(line: BadLine, packets: Packets) -> bool:
    return packets.lost > 0 if line is BadLine.LOSES else packets.sent > 0


def _copy_each(lane: Lane, enough: Enough) -> None:
    lane.on(lane.own_stage()).side_by_side(tuple(BadLine), _copy, enough)


def _play(*, older: bool) -> Play:
    title = f"copy {_OVER[older]} on an NFS server over a line that is bad for packets"
    return Play(title, PACKETS_LOST, title, _copy_each, older, stepped=False, interferes=False, at_most=_SIZE)


INSIDE = {play.title: play for play in (_play(older=older) for older in _OVER)}
"""What is done in the guest, by title."""


def bad_line(*, older: bool) -> Play:
    """NIS-002: the line to an NFS server loses packets, and delays and doubles them."""
    return in_guest(_play(older=older), "the NFS 4.2 server of Linux behind a line that is bad for packets (netem)")
