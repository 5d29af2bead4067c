"""What plays with the servers of a guest have in common: clients that are lent to a run, and the way into the guest."""

from __future__ import annotations

import itertools
import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Generic, TypeVar

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.stage.failing_disk import DiskClient
from ContentionLibrary.stage.nfs_client import NfsClient
from ContentionLibrary.stage.patience import Patience
from ContentionLibrary.stage.smb_client import SmbClient

_ClientT = TypeVar("_ClientT")
_numbers = itertools.count(1)


class Clients(Generic[_ClientT]):
    """Clients of one kind, inside a guest; they live as long as it does, for it takes a second to make one.

    Args:
        name: how their mount points are called.
        make: makes one more, given the name of its mount point.
    """

    def __init__(self, name: str, make: Callable[[str], _ClientT]) -> None:
        self._name = name
        self._make = make
        self._idle: queue.SimpleQueue[_ClientT] = queue.SimpleQueue()

    @contextmanager
    def lent(self) -> Iterator[_ClientT]:
        """Give a run a client that nobody else uses meanwhile.

        Raises:
            NotPossibleHere: there can be none.
        """
        try:
            client = self._idle.get_nowait()
        except queue.Empty:
            client = self._make(f"{self._name}-{next(_numbers)}")
        try:
            yield client
        finally:
            self._idle.put(client)


NFS = {patience: Clients(patience.name.casefold(), partial(NfsClient, patience=patience)) for patience in Patience}
"""Clients of the NFS server, by what they do while it does not answer."""
SMB = {
    patience: Clients(f"smb_{patience.name.casefold()}", partial(SmbClient, patience=patience)) for patience in Patience
}
"""Clients of the SMB server, likewise."""
DISK = Clients("disk", DiskClient)
"""Clients of the NFS server that give up, each with a directory that lies there on a disk of its own."""


def in_guest(inner: Play, mounts: str) -> Play:
    """Return the play that lets a guest do another one.

    Args:
        inner: what is done there; `inside` finds it by its title.
        mounts: the server and its client, for the verdict.
    """
    return replace(inner, act=partial(_in_guest, inner.title, mounts), connecting=replace(inner, act=_leave_out))


def _in_guest(title: str, mounts: str, lane: Lane, enough: Enough) -> None:
    try:
        lane.open_guest()
    except NotPossibleHere as reason:
        lane.limit(f"no server of a Linux guest was used ({reason}); what else is there speaks for it")
        return
    lane.play_in_guest(title, mounts, enough)


def _leave_out(lane: Lane, _enough: Enough) -> None:
    lane.limit("The copier connects to a server by itself: no server of a guest took part")
