"""What plays with an NFS server of a guest have in common: clients that are lent to a run, and the way into the guest."""

from __future__ import annotations

import itertools
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.stage.nfs_client import NfsClient, Patience

_idle: dict[Patience, queue.SimpleQueue[NfsClient]] = {patience: queue.SimpleQueue() for patience in Patience}
"""Clients that no run uses at the moment; they live as long as the guest, for it takes a second to make one."""
_numbers = itertools.count(1)


@contextmanager
def lent_client(patience: Patience) -> Iterator[NfsClient]:
    """Give a run, inside a guest, a client that nobody else uses meanwhile."""
    try:
        client = _idle[patience].get_nowait()
    except queue.Empty:
        client = NfsClient(f"{patience.name.casefold()}-{next(_numbers)}", patience)
    try:
        yield client
    finally:
        _idle[patience].put(client)


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
        lane.limit(f"no real NFS server was used ({reason}); what else is there speaks for it")
        return
    lane.play_in_guest(title, mounts, enough)


def _leave_out(lane: Lane, _enough: Enough) -> None:
    lane.limit("no NFS server took part: the copier connects to a server of another kind by itself")
