"""Plays in which the wire to a server is bad for its packets: the kernel loses them, delays them, doubles them.

They are done in a guest, whose kernel has the NFS server, the clients and the bad wire (netem); the SMB server is Samba. Nobody
holds the copier. Which packet is lost is chance; what must be true of a copy in any case is not, and that something was lost
is counted.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass

from ContentionLibrary.checks.network import PACKETS_LOST
from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays.failing import note_network
from ContentionLibrary.scenario.plays.guest_clients import NFS, SMB, in_guest
from ContentionLibrary.stage.nfs_client import NfsClient
from ContentionLibrary.stage.patience import Patience
from ContentionLibrary.stage.smb_client import SmbClient
from ContentionLibrary.stage.wire import LARGEST_PACKET, BadLine, Packets
from ContentionLibrary.stepping.plan import Plan

_SIZE = 1 << 18
"""Bytes of each content: some hundred packets."""
_OVER = {False: "into an empty place", True: "over an older version"}
_CALLED = {
    BadLine.LOSES: "lose one packet of twenty, in each direction",
    BadLine.MIXES: "delay each packet by 2 to 14 ms, so that some overtake others, and double one of fifty",
}


@dataclass(frozen=True)
class _Road:
    """A protocol, and what its packets meet."""

    protocol: str
    line: BadLine

    @property
    def called(self) -> str:
        return f"{_CALLED[self.line]} ({self.protocol})"

    def client(self) -> AbstractContextManager[NfsClient | SmbClient]:
        return (SMB if self.protocol == "SMB" else NFS)[Patience.WAITS].lent()


_ROADS = {
    False: (_Road("NFS", BadLine.LOSES), _Road("SMB", BadLine.MIXES)),
    True: (_Road("SMB", BadLine.LOSES), _Road("NFS", BadLine.MIXES)),
}
"""By whether there is an older version: each protocol meets each line once."""


def _copy(lane: Lane, number: int, road: _Road) -> None:
    with ExitStack() as lent:
        try:
            client = lent.enter_context(road.client())
        except NotPossibleHere as reason:
            lane.limit(f"{lane.began.title}: not by {road.protocol}: {reason}")
            return
        with lane.run(number=number, share=client) as run:
            client.wire.spoil(road.line)
            try:
                note_network(run, road.called)
                run.start(Plan(with_data=False)).run_to_end()
            finally:
                packets = client.wire.mend()
            refuses = lane.began.older and not run.profile.replaces
            if not refuses and not _has_landed(road.line, packets, run.size):
                lane.limit(f"{lane.began.title}: nothing came of '{road.called}'", blind=True)


def _has_landed(line: BadLine, packets: Packets, size: int) -> bool:
    """Tell whether a file of that size has gone over the wire, and has lost packets there if it was to lose some."""
    return packets.sent * LARGEST_PACKET >= size and (packets.lost > 0 or line is not BadLine.LOSES)


def _copy_each(lane: Lane, enough: Enough) -> None:
    lane.on(lane.own_stage()).side_by_side(_ROADS[lane.began.older], _copy, enough)


def _play(*, older: bool) -> Play:
    title = f"copy {_OVER[older]} on a server behind a wire that is bad for packets"
    return Play(title, PACKETS_LOST, title, _copy_each, older, stepped=False, interferes=False, at_most=_SIZE)


INSIDE = {play.title: play for play in (_play(older=older) for older in _OVER)}
"""What is done in the guest, by title."""


def lose_packets(*, older: bool) -> Play:
    """NIS-002: the wire to an NFS and to an SMB server loses packets, and delays and doubles them."""
    return in_guest(
        _play(older=older),
        "the NFS 4.2 server of Linux and Samba, each with the kernel's client behind a wire that is bad for packets (netem)",
    )
