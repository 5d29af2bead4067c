"""Plays in which clients of a server write the path of one file in different ways (UNC: host, share and file)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ContentionLibrary.checks import coordination as words
from ContentionLibrary.checks.beside_clients import AT_EVERY_STEP, BEGIN, COPY, GO_ON
from ContentionLibrary.checks.readers import READ
from ContentionLibrary.content.words import write_file
from ContentionLibrary.errors import HarnessError
from ContentionLibrary.history.acts import Answer, LockMet
from ContentionLibrary.history.cast import OLDER
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays.disturbing import disturb_at_every_step
from ContentionLibrary.scenario.plays.share_copies import EMPTIED
from ContentionLibrary.scenario.plays.sharing import AT_MOST, CONTENT, at, sees_reads
from ContentionLibrary.scenario.run import OPERATION_LIMIT

if TYPE_CHECKING:
    from ContentionLibrary.scenario.run import Run
    from ContentionLibrary.stage.samba import Samba
    from ContentionLibrary.stepping.control import Hold

_BY_ADDRESS, _BY_NAME, _NAME_IN_CAPITALS, _PATH_IN_CAPITALS = words.SPELLINGS
_SPELLED: dict[str, dict[str, Any]] = {
    _BY_ADDRESS: {},
    _BY_NAME: {"host": "localhost"},
    _NAME_IN_CAPITALS: {"host": "LOCALHOST", "share": "SHARE"},
    _PATH_IN_CAPITALS: {"share": "Share", "capitals": True},
}
_SIZE = 4096  # bytes; nothing depends on it


def _open_by_every_path(lane: Lane, _enough: Enough) -> None:
    """A client has the file open for itself alone, by each path; another one tries each path meanwhile."""
    samba = lane.samba()
    first = lane.competitor(words.CLIENT_1)
    path = samba.root / "paths.bin"
    write_file(path, OLDER, _SIZE)
    _try_every_path(lane, samba, path, words.NOTHING)
    for one, how in _SPELLED.items():
        opened = first.do("share_open", OPERATION_LIMIT, **at(samba, path, **how), wants=["read", "write"], shares=[])
        if opened.answer is not Answer.DONE:
            raise HarnessError(f"nobody has '{path}' open, and yet a client may not open it: {opened.message}")
        _try_every_path(lane, samba, path, f"{one}, {words.SHARES_NOTHING}")
        first.do("share_close_all", OPERATION_LIMIT)


def _try_every_path(lane: Lane, samba: Samba, path: Path, held: str) -> None:
    second = lane.competitor(words.CLIENT_2)
    for other, how in _SPELLED.items():
        report = second.do("share_open", OPERATION_LIMIT, **at(samba, path, **how))
        facts = {"holder": words.CLIENT_1, "held": held, "who": words.CLIENT_2, "tried": f"open {other}"}
        lane.note(LockMet, **facts, answer=report.answer, code=report.error)
        second.do("share_close_all", OPERATION_LIMIT)


def _copy_by_two_paths(lane: Lane, enough: Enough) -> None:
    """For each step a fresh run: one client is in the middle of its copy when another comes by another path."""
    samba = lane.samba()

    def disturb(lane: Lane, run: Run, hold: Hold) -> None:
        first, second = lane.competitor("client by name"), lane.competitor("client by address, in capitals")
        by_name, by_address = (
            at(samba, run.place.destination, **_SPELLED[how]) for how in (_BY_NAME, _PATH_IN_CAPITALS)
        )
        half = run.size // 2
        run.act(second, "share_read", READ, hold.step, **by_address)
        run.act(first, "share_open", BEGIN, hold.step, **by_name, **EMPTIED)
        first.do("share_write", OPERATION_LIMIT, **CONTENT, length=half)
        run.act(second, "share_copy", COPY, hold.step, **by_address, **CONTENT, length=run.size)
        run.act(first, "share_write", GO_ON, hold.step, **CONTENT, start=half, length=run.size - half)
        first.do("share_close", OPERATION_LIMIT)

    disturb_at_every_step(lane, disturb, enough, own_source=True, stage=samba.root, with_reads=sees_reads(lane))


def open_by_every_path() -> Play:
    """WSS-003: one file, opened by every way to write its path."""
    title = "one file of a share, opened by host name, address and case of its path"
    return Play(title, words.KIND, title, _open_by_every_path, stepped=False, interferes=False, copies=False)


def copy_by_two_paths() -> Play:
    """WSS-003: two clients copy to the destination by different paths, at every step of a copier."""
    title = "copy into a share over an older version, and of two clients by different paths at every step"
    return Play(title, AT_EVERY_STEP, title, _copy_by_two_paths, older=True, fresh=True, at_most=AT_MOST)
