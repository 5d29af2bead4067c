"""A play without any copier: the locks of a server's processes and of its clients meet on one file, each with each."""

from __future__ import annotations

from ContentionLibrary.checks import coordination as words
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays.meeting import RANGE, SIZE, Meeting, Part, Task, opening, through

_BOTH = ["read", "write"]
_KERNELS = {words.FLOCK: "flock", words.POSIX: "posix", words.OFD: "ofd"}
_CONTENT = {"writer": 3, "generation": 0}
_ALL_OF_IT = {**_CONTENT, "size": SIZE}

_HELD_BY_SERVER: dict[str, tuple[Task, ...]] = {
    words.NOTHING: (),
    **{lock: (Task("hold_lock", {"kind": kind, "mode": "exclusive"}),) for lock, kind in _KERNELS.items()},
}
_HELD_BY_CLIENT: dict[str, tuple[Task, ...]] = {
    words.NOTHING: (),
    words.SHARES_NOTHING: (opening(wants=_BOTH, shares=[]),),
    words.SHARES_READING: (opening(wants=["read"], shares=["read"]),),
    words.RANGE: (opening(wants=_BOTH), through("share_lock", **RANGE)),
    words.SHARED_RANGE: (opening(wants=_BOTH), through("share_lock", **RANGE, exclusive=False)),
    words.LEASE: (opening(wants=_BOTH, lease=["read", "handle", "write"]),),
}
_TRIED_BY_CLIENT: dict[str, tuple[Task, ...]] = {
    words.READ: (opening(wants=["read"]), through("share_fetch", **RANGE)),
    words.WRITE: (opening(wants=_BOTH), through("share_write", **RANGE, **_CONTENT)),
    words.RANGE: (opening(wants=_BOTH), through("share_lock", **RANGE)),
    words.SHARES_NOTHING: (opening(wants=["read"], shares=[]),),
    words.DELETE: (Task("share_delete"),),
}
_TRIED_BY_SERVER: dict[str, tuple[Task, ...]] = {
    words.READ: (Task("read"),),
    words.WRITE: (Task("rewrite", _ALL_OF_IT),),
    **{lock: (Task("try_lock", {"kind": kind}),) for lock, kind in _KERNELS.items()},
    words.REPLACE: (Task("replace", _ALL_OF_IT),),
    words.DELETE: (Task("delete"),),
}


def _meet_each_with_each(lane: Lane, _enough: Enough) -> None:
    meeting = Meeting(lane, "locks")
    for holder, kinds, trier, attempts in (
        (words.SERVER, _HELD_BY_SERVER, words.CLIENT_1, _TRIED_BY_CLIENT),
        (words.CLIENT_1, _HELD_BY_CLIENT, words.SERVER, _TRIED_BY_SERVER),
        (words.CLIENT_1, _HELD_BY_CLIENT, words.CLIENT_2, _TRIED_BY_CLIENT),
    ):
        for held, holding in kinds.items():
            for tried, tasks in attempts.items():
                meeting.meet(Part(holder, held, holding), Part(trier, tried, tasks))


def meet_each_with_each() -> Play:
    """RLB-001: every kind of lock of either side, and everything that the other one may try."""
    title = "the locks of a server's processes and of its clients meet on one file"
    return Play(title, words.KIND, title, _meet_each_with_each, stepped=False, interferes=False, copies=False)
