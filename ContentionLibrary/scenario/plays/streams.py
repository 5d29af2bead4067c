"""Plays about a file and its alternate data streams: two clients with both, and a copier on the server's side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ContentionLibrary.checks import coordination
from ContentionLibrary.checks import streams as words
from ContentionLibrary.checks.readers import OPEN_HALF, READ, READ_ON
from ContentionLibrary.content.words import write_file
from ContentionLibrary.errors import HarnessError
from ContentionLibrary.history.acts import Answer, OpeningsMet
from ContentionLibrary.history.cast import NEIGHBOURS, OLDER
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays.meeting import RANGE, SIZE, Meeting, Part, Task, opening, through
from ContentionLibrary.scenario.plays.sharing import AT_MOST, at, sees_reads
from ContentionLibrary.scenario.run import OPERATION_LIMIT
from ContentionLibrary.stepping.plan import Plan, Stop

if TYPE_CHECKING:
    from ContentionLibrary.competitors.pool import Competitor
    from ContentionLibrary.scenario.run import Run

_BOTH = ["read", "write"]
_MADE: dict[str, Any] = {"wants": _BOTH, "disposition": "open or create"}
_CONTENT: dict[str, Any] = {"writer": NEIGHBOURS[0].writer, "generation": NEIGHBOURS[0].generation}
_FILE, _ONE, _TWO = "", words.ONE, words.TWO

_PREPARE = tuple(
    task
    for stream in (_ONE, _TWO)
    for task in (opening(stream, **_MADE), through("share_write", **_CONTENT, length=SIZE))
)


def _range_of(stream: str) -> tuple[Task, ...]:
    return opening(stream, wants=_BOTH), through("share_lock", **RANGE)


def _read(stream: str) -> tuple[Task, ...]:
    return opening(stream), through("share_fetch", **RANGE)


_HELD: dict[str, tuple[Task, ...]] = {
    coordination.NOTHING: (),
    words.FILE_ALONE: (opening(_FILE, shares=[]),),
    words.STREAM_ALONE: (opening(_ONE, shares=[]),),
    words.FILE_RANGE: _range_of(_FILE),
    words.STREAM_RANGE: _range_of(_ONE),
    words.STREAM_LEASE: (opening(_ONE, wants=_BOTH, lease=["read", "handle", "write"]),),
    words.FILE_DELETED: (opening(_FILE), Task("share_delete")),
    words.STREAM_OF_DELETED: (opening(_ONE), Task("share_delete")),
}
_TRIED: dict[str, tuple[Task, ...]] = {
    words.READ_FILE: _read(_FILE),
    words.READ_ONE: _read(_ONE),
    words.READ_TWO: _read(_TWO),
    words.LOCK_FILE: _range_of(_FILE),
    words.LOCK_ONE: _range_of(_ONE),
    words.LOCK_TWO: _range_of(_TWO),
    words.DELETE_FILE: (Task("share_delete"),),
    words.COPY_ALL: (Task("share_copy_with_streams", {"streams": [_ONE, _TWO]}),),
}


def _meet_on_streams(lane: Lane, _enough: Enough) -> None:
    meeting = Meeting(lane, "streams", _PREPARE)
    for held, holding in _HELD.items():
        for tried, tasks in _TRIED.items():
            meeting.meet(Part(coordination.CLIENT_1, held, holding), Part(coordination.CLIENT_2, tried, tasks))


def _open_in_every_way(lane: Lane, _enough: Enough) -> None:
    """A client has the file, or a stream of it, open in each way; another one tries all ways meanwhile."""
    samba = lane.samba()
    first, second = lane.competitor(coordination.CLIENT_1), lane.competitor(coordination.CLIENT_2)
    path = samba.root / "openings.bin"
    write_file(path, OLDER, SIZE)
    place = at(samba, path)
    stream = place | {"path": place["path"] + _ONE}
    first.do("share_open", OPERATION_LIMIT, **stream, **_MADE)
    first.do("share_close", OPERATION_LIMIT)
    for what, named in ((words.THE_FILE, place), (words.A_STREAM, stream)):
        for way in words.WAYS:
            opened = first.do("share_open", OPERATION_LIMIT, **named, **_meaning(way))
            if opened.answer is not Answer.DONE:
                raise HarnessError(f"nobody has {what} open, and yet it may not be opened as {way}: {opened.message}")
            ways = [_meaning(other) for other in words.WAYS]
            tried = second.do("share_try_openings", OPERATION_LIMIT, **named, ways=ways)
            refused = tuple(way for way, code in zip(words.WAYS, tried.outcome.names, strict=True) if code)
            lane.note(OpeningsMet, what=what, held=way, refused=refused)
            first.do("share_close", OPERATION_LIMIT)


_WORDS = {"r": "read", "w": "write", "d": "delete"}


def _meaning(way: str) -> dict[str, list[str]]:
    wants, shares = way.split("/")
    return {"wants": [_WORDS[one] for one in wants], "shares": [_WORDS[one] for one in shares if one in _WORDS]}


def _keep_streams(lane: Lane, enough: Enough) -> None:
    """One run, held at each step: a client keeps a stream of the destination locked, and reads that; others read the file.

    The stream is that of the older version; what has become of it when the copier is done is not judged, because a
    program on the server's side does not see streams. But who has it open keeps it.
    """
    samba = lane.samba()
    reader, slow = lane.competitor("client that reads"), lane.competitor("client that reads slowly")
    keeper = lane.competitor("client that keeps a stream")
    with lane.run(stage=samba.root) as run:
        place = at(samba, run.place.destination)
        _keep_stream(run, keeper, place)
        slow.do("share_open", OPERATION_LIMIT, **place)
        run.act(slow, "share_read_half", OPEN_HALF)
        copier = run.start(Plan(Stop.EVERYWHERE, with_reads=sees_reads(lane)))
        while (hold := copier.next()) is not None:
            run.look("held", hold.step)
            run.act(reader, "share_read", READ, hold.step, **place)
            run.act(slow, "share_read_rest", READ_ON, hold.step)
            run.act(keeper, "share_read_rest", READ_ON, hold.step, target="a stream of it")
            if enough():
                copier.free()
            copier.release(hold)
        run.act(slow, "share_read_rest", READ_ON)
        run.act(keeper, "share_read_rest", READ_ON, target="a stream of it")
        for client in (slow, keeper):
            client.do("share_close", OPERATION_LIMIT)
        run.act(reader, "share_read", READ, **place)


def _keep_stream(run: Run, keeper: Competitor, place: dict[str, Any]) -> None:
    stream = place | {"path": place["path"] + _ONE}
    keeper.do("share_open", OPERATION_LIMIT, **stream, **_MADE)
    keeper.do("share_write", OPERATION_LIMIT, **_CONTENT, length=run.size)
    keeper.do("share_close", OPERATION_LIMIT)
    keeper.do("share_open", OPERATION_LIMIT, **stream, wants=_BOTH, shares=[])
    keeper.do("share_lock", OPERATION_LIMIT, **RANGE)
    run.act(keeper, "share_read_half", OPEN_HALF, target="a stream of it")


def open_in_every_way() -> Play:
    """WSS-001: two openers of one file, and of a stream, in every way for which there is a share mode."""
    title = "one file and a stream of it, opened by two clients in every way"
    return Play(title, coordination.KIND, title, _open_in_every_way, stepped=False, interferes=False, copies=False)


def meet_on_streams() -> Play:
    """WSS-001: byte ranges, leases, deletions and copies of a file and of its streams."""
    title = "one file and its streams, locked, leased, deleted and copied by two clients"
    return Play(title, coordination.KIND, title, _meet_on_streams, stepped=False, interferes=False, copies=False)


def keep_streams() -> Play:
    """WSS-001: a client keeps a stream of the destination locked at every step of a copier."""
    title = "copy into a share over a file of which a client keeps a stream locked"
    return Play(title, "read at every step", title, _keep_streams, older=True, at_most=AT_MOST)
