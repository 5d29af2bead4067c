"""Plays in which a file goes from a file system of Linux to NTFS, and from NTFS to one of Linux.

The Linux side is an ext4 where one can be had, else what the workspace is on; the verdict says which.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from ContentionLibrary.checks.check import LEAVE_ROOM
from ContentionLibrary.checks.losses import CARRY
from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.history.acts import Acted, Answer
from ContentionLibrary.history.disks import Ability, OnFileSystem
from ContentionLibrary.history.looks import Arrived
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.run import Run
from ContentionLibrary.stage.making import NTFS, features_of
from ContentionLibrary.stage.stage import Stage
from ContentionLibrary.stepping.plan import Plan, Stop

Direction = Literal["to NTFS", "from NTFS"]

_LINUX = "ext4"
_MOST = 4 << 20  # bytes of a file: neither names nor streams nor who meets whom depend on its size
_SMALL = (8, 696, 36_872)
"""Bytes of small files: of a word; so few that NTFS keeps them in its table of files; and some blocks and a piece."""
_NOTE, _NOTED = "contention-note", b"who has put this here wants it back"
_ATTRIBUTE = f"user.{_NOTE}"
_WHEN = 1_000_000_000 * 10**9 + 123_456_789  # nanoseconds
_GRAIN_OF_NTFS = 100  # nanoseconds
_FORBIDDEN: dict[str, tuple[str, ...]] = {
    "to NTFS": ("sli?de.bin", "CON", "slide.bin."),
    "from NTFS": ("ä" * 200 + ".bin",),  # 204 letters for NTFS, 404 bytes for Linux
}


@dataclass(frozen=True)
class _Sides:
    """The two file systems of a copy."""

    source: Stage
    destination: Stage


def _sides(direction: str, lane: Lane, *, tried: bool) -> _Sides:
    """Return where a copy begins and ends; what they are, and what they can do if that is tried, is noted.

    Raises:
        NotPossibleHere: there can be no NTFS here.
    """
    ntfs, linux = lane.local_stage(NTFS), _linux(lane)
    _note_side(lane, NTFS, ntfs, tried=tried)
    _note_side(lane, "Linux", linux, tried=tried)
    return _Sides(linux, ntfs) if direction == "to NTFS" else _Sides(ntfs, linux)


def _note_side(lane: Lane, kind: str, stage: Stage, *, tried: bool = False) -> None:
    abilities: tuple[Ability, ...] = ()
    if tried:
        bench = stage.root / "bench"
        bench.mkdir()
        abilities = tuple(Ability(one.name, one.able, one.told) for one in features_of(bench))
        bench.rmdir()
    lane.note(OnFileSystem, file_system=kind, name=stage.name, reality=stage.reality.value, abilities=abilities)


def _linux(lane: Lane) -> Stage:
    try:
        return lane.local_stage(_LINUX)
    except NotPossibleHere:
        return lane.own_stage()


def _cross(direction: str, play: Play, lane: Lane, enough: Enough) -> None:
    sides = _sides(direction, lane, tried=play.kind == CARRY)
    play.act(lane.on(sides.source, destination_on=sides.destination), enough)


# -- what a file has besides its content ------------------------------------------------------------------------------


def _carry(direction: str, lane: Lane, enough: Enough) -> None:
    """Copy one file that has a note and a time of its own, and small ones."""
    with lane.run(own_source=True) as run:
        what = _put_stream(run.place.source) if direction == "from NTFS" else _put_attribute(run.place.source)
        os.utime(run.place.source, ns=(_WHEN, _WHEN))
        before = run.place.source.stat().st_mtime_ns
        run.start(Plan(Stop.NOWHERE)).run_to_end()
        if run.place.destination.exists():
            found = _note_of(run.place.destination)
            told = (
                "it is there" if found == _NOTED else "the destination has none" if found is None else "it is another"
            )
            run.note(Arrived, what=what, word=_NOTE, kept=found == _NOTED, told=told, counts=True)
            _note_time(run, before)
    for size in _SMALL:
        if enough():
            return
        with lane.run(size=size) as run:
            run.start(Plan(Stop.NOWHERE)).run_to_end()


def _put_stream(source: Path) -> str:
    Path(f"{source}:{_NOTE}").write_bytes(_NOTED)
    return f"its stream '{_NOTE}' ({len(_NOTED)} bytes)"


def _put_attribute(source: Path) -> str:
    os.setxattr(source, _ATTRIBUTE, _NOTED)
    return f"its attribute '{_ATTRIBUTE}' ({len(_NOTED)} bytes)"


def _note_of(path: Path) -> bytes | None:
    """Read the note where either side would keep it."""
    try:
        return Path(f"{path}:{_NOTE}").read_bytes()
    except OSError:
        pass  # no stream
    try:
        return os.getxattr(path, _ATTRIBUTE)
    except OSError:
        return None


def _note_time(run: Run, before: int) -> None:
    off = abs(run.place.destination.stat().st_mtime_ns - before)
    told = "to the nanosecond" if off == 0 else f"to {_GRAIN_OF_NTFS} ns, as finely as NTFS has it"
    kept = off < _GRAIN_OF_NTFS
    told = told if kept else "it is that of the copy"
    run.note(Arrived, what="its time of change", word="time", kept=kept, told=told, counts=False)


# -- names ---------------------------------------------------------------------------------------------------------------


def _ask_for_forbidden_names(direction: str, lane: Lane, enough: Enough) -> None:
    """Ask for names that the other side cannot have. Another attempt would be refused, too, so none is made."""
    for name in _FORBIDDEN[direction]:
        if enough():
            return
        with lane.run(name=name) as run:
            run.start(Plan(Stop.NOWHERE)).run_to_end()
            run.second_try.is_first_from("")


# -- space ---------------------------------------------------------------------------------------------------------------


def _run_full(lane: Lane, enough: Enough) -> None:
    """Leave room for half of the file on a small NTFS."""
    disk, linux = lane.small_disk(NTFS), _linux(lane)
    _note_side(lane, NTFS, lane.local_stage(NTFS))
    _note_side(lane, "Linux", linux)
    with lane.run(stage=linux.root, elsewhere={0: disk.root}) as run:
        began = run.now()
        disk.leave(run.size // 2)
        run.note(
            Acted,
            who=disk.name,
            operation=f"{LEAVE_ROOM} half of the file",
            target="the destination",
            step=None,
            began=began,
            ended=run.now(),
            answer=Answer.DONE,
        )
        run.start(Plan(Stop.NOWHERE)).run_to_end()
        run.look_after(survivors_stay=True)
        disk.give_back()


# -- the plays -----------------------------------------------------------------------------------------------------------


def crossing(direction: Direction, play: Play) -> Play:
    """CPS-002: a play of another scenario, with the source on one side and the destination on the other."""
    return replace(
        play,
        name=f"{play.name}, {direction}",
        title=f"{play.title}, {direction}",
        act=partial(_cross, direction, play),
        at_most=_MOST,
    )


def carry(direction: Direction) -> Play:
    """CPS-002: a file with a note under a name and a time of its own, and small files."""
    title = "files with all that a file can have"
    act = partial(_carry, direction)
    return crossing(direction, Play(title, CARRY, title, act, older=True, stepped=False, interferes=False))


def ask_for_forbidden_names(direction: Direction) -> Play:
    """CPS-002: names that the destination's file system cannot have."""
    title = "copies to names that cannot be"
    act = partial(_ask_for_forbidden_names, direction)
    return crossing(direction, Play(title, "forbidden names", title, act, stepped=False, interferes=False))


def run_full() -> Play:
    """CPS-002: NTFS has room for half of the file."""
    title = "copy over an older version to an NTFS that runs full"
    return Play(title, "run full on NTFS", title, _run_full, older=True, stepped=False, interferes=False, at_most=_MOST)
