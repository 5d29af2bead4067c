"""Plays in which a file system really runs full during a copy: a small one of our own, filled up to what we leave.

The copier is free: nobody holds it. How much room there is decides where it fails, and each amount has a run of its own.
When the copier has ended, the room is counted, everything else is removed, and the same copy is run again.

The destination alone lies there. A copier that overwrites an older version in place has its room too, so it may succeed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from ContentionLibrary.checks.check import LEAVE_ROOM, how_it_ended, last_words
from ContentionLibrary.checks.destinations import destination_called
from ContentionLibrary.checks.space import OUT_OF_NAMES, RUN_FULL, RUN_FULL_AT_ONE
from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.history.acts import Acted, Answer
from ContentionLibrary.history.copies import Ending
from ContentionLibrary.history.disks import SpaceCounted
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays.failing import fail_steps
from ContentionLibrary.scenario.plays.several import DESTINATIONS
from ContentionLibrary.scenario.run import Run
from ContentionLibrary.stage.small import SmallDisk
from ContentionLibrary.stepping.plan import Plan, Stop

FileSystem = Literal["tmpfs", "ext4", "xfs"]
_ONE = {"tmpfs": "a tmpfs", "ext4": "an ext4", "xfs": "an xfs"}

_MOST = 16 << 20
"""Bytes of a file: whether a disk runs full does not depend on its size, and file systems in memory take memory."""
_EMULATED = "quotas, broken disks, and full disks at a chosen call were emulated, by answering the calls of the copier"
_OVER = {False: "into an empty place", True: "over an older version"}


@dataclass(frozen=True)
class _Room:
    """What a file system has room for.

    Args:
        told: in words.
        leave: fills it up, given the size of the file.
    """

    told: str
    leave: Callable[[SmallDisk, int], None]


def _part(told: str, numerator: int, denominator: int) -> _Room:
    return _Room(told, lambda disk, size: disk.leave(size * numerator // denominator))


_NOTHING = _part("nothing", 0, 1)
_QUARTER = _part("a quarter of the file", 1, 4)
_HALF = _part("half of the file", 1, 2)
_ALL_BUT_ONE_BLOCK = _Room("all of the file but one block", lambda disk, size: disk.leave(size - disk.block))
_NO_NAME = _Room("no further name", lambda disk, _size: disk.leave_no_names())

_ROOMS: dict[str, Sequence[_Room]] = {
    "tmpfs": (_NOTHING, _QUARTER, _HALF, _ALL_BUT_ONE_BLOCK),
    "ext4": (_QUARTER, _ALL_BUT_ONE_BLOCK),
    "xfs": (_QUARTER, _ALL_BUT_ONE_BLOCK),
}
"""tmpfs says at the write that it is full; the others allocate late, and may say so at a flush or close only."""


def _count(run: Run, disk: SmallDisk, moment: str, destination: int) -> SpaceCounted:
    """Note what is free; after a copy as soon as all is as before, since some file systems take a moment for that."""
    before = next((one for one in run.noted(SpaceCounted)), None)
    if before is None:
        space = disk.space()
    else:
        free, names = before.free - before.grain, before.names
        space = disk.space_when(lambda space: space.free >= free and space.names <= names)
    return run.note(
        SpaceCounted,
        moment=moment,
        file_system=disk.name,
        destination=destination,
        free=space.free,
        names=space.names,
        grain=disk.grain,
    )


def _copy_with_room(lane: Lane, number: int, disk: SmallDisk, room: _Room, destination: int = 0) -> Ending:
    with lane.run(number=number, elsewhere={destination: disk.root}, within=disk.within) as run:
        began = run.now()
        room.leave(disk, run.size)
        run.note(
            Acted,
            who=disk.name,
            operation=f"{LEAVE_ROOM} {room.told}",
            target=destination_called(destination) if run.play.further else "the destination",
            step=None,
            began=began,
            ended=run.now(),
            answer=Answer.DONE,
        )
        _count(run, disk, "before", destination)
        ended = run.start(Plan(Stop.NOWHERE)).run_to_end()
        run.look_after(survivors_stay=True)
        _count(run, disk, "after", destination)
        disk.give_back()
        return ended.ending


def _copies_there(lane: Lane, disk: SmallDisk) -> bool:
    """Let the copier copy while there is room, and tell whether it can: what it says without any room means nothing else.

    Who never replaces a file says no to an older version on each file system, and is told nothing of it.
    """
    with lane.run(elsewhere={0: disk.root}, within=disk.within) as run:
        ended = run.start(Plan(Stop.NOWHERE)).run_to_end()
        run.second_try.settle()
    if ended.ending in (Ending.SUCCESS, Ending.HUNG) or (lane.began.older and not lane.subject.profile.replaces):
        return True
    said = f": {last_words(ended)}" if last_words(ended) else ", without any message"
    lane.limit(
        f"the copier cannot copy to {disk.name} at all, however much room there is: it ended with {how_it_ended(ended)}{said}",
        blind=True,
    )
    return False


def _run_full(kind: str, rooms: Sequence[_Room], lane: Lane, enough: Enough) -> None:
    try:
        disk = lane.small_disk(kind)
    except NotPossibleHere as reason:
        lane.limit(f"no {kind} ran full for real ({reason}); the others and what is emulated speak for it")
        return
    if not _copies_there(lane, disk):
        return
    endings = []
    for number, room in lane.one_by_one(rooms):
        if enough():
            return
        endings.append(_copy_with_room(lane, number, disk, room))
        if endings[-1] is Ending.HUNG:
            return  # it would wait as long for every other room
    if all(ending is Ending.SUCCESS for ending in endings):
        _limit_never_full(lane, disk)


def _limit_never_full(lane: Lane, disk: SmallDisk) -> None:
    older = lane.began.older
    why = ": the copier takes the older version's room" if older else ""
    lane.limit(f"{disk.name} never ran full during a {lane.began.title}{why}", blind=not older)


def _run_full_at_one(lane: Lane, enough: Enough) -> None:
    disk = lane.small_disk("tmpfs")
    endings = []
    for number, destination in lane.one_by_one(range(DESTINATIONS)):
        if enough():
            return
        endings.append(_copy_with_room(lane, number, disk, _HALF, destination))
        if endings[-1] is Ending.HUNG:
            return
    if all(ending is Ending.SUCCESS for ending in endings):
        _limit_never_full(lane, disk)


def run_full(kind: FileSystem, *, older: bool) -> Play:
    """DSC-002: a real file system has room for a part of the file."""
    title = f"copy {_OVER[older]} on {_ONE[kind]} that runs full"
    act = partial(_run_full, kind, _ROOMS[kind])
    return Play(title, RUN_FULL, title, act, older, stepped=False, interferes=False, at_most=_MOST)


def run_out_of_names(*, older: bool) -> Play:
    """DSC-002: a real file system has room for the file's data and not for one more file."""
    title = f"copy {_OVER[older]} on a tmpfs that takes no further name"
    act = partial(_run_full, "tmpfs", (_NO_NAME,))
    return Play(title, OUT_OF_NAMES, title, act, older, stepped=False, interferes=False, at_most=_MOST)


def run_full_at_one(*, older: bool) -> Play:
    """DSC-001: one of several destinations, each in turn, lies on a file system that has room for half of the file."""
    title = f"copy to {DESTINATIONS} destinations {'over older versions' if older else 'into empty places'}, one on a full tmpfs"
    return Play(
        title,
        RUN_FULL_AT_ONE,
        title,
        _run_full_at_one,
        older,
        stepped=False,
        interferes=False,
        destinations=DESTINATIONS,
        at_most=_MOST,
    )


def _fail_with_limit(play: Play, lane: Lane, enough: Enough) -> None:
    lane.limit(_EMULATED)
    play.act(lane, enough)


def fail_each_call(what: str, *, older: bool) -> Play:
    """DSC-002: each call that can is answered with the error of a full disk, a used up quota, or a broken disk, in turn."""
    play = fail_steps(what, older=older)
    return replace(play, act=partial(_fail_with_limit, play))
