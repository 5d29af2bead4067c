"""A play without any copier: the locks of a server's processes and of its clients meet on one file, each with each.

Every pair gets a file of its own. Nobody waits for a lock; only who opens a file on which a client has a lease waits, until
that client agrees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ContentionLibrary.checks import coordination as words
from ContentionLibrary.content.words import write_file
from ContentionLibrary.history.cast import OLDER
from ContentionLibrary.history.events import Answer, LockMet
from ContentionLibrary.scenario.lane import Enough, Lane, Play
from ContentionLibrary.scenario.plays.sharing import at
from ContentionLibrary.scenario.run import OPERATION_LIMIT

if TYPE_CHECKING:
    from ContentionLibrary.competitors.pool import Competitor
    from ContentionLibrary.competitors.report import Report
    from ContentionLibrary.stage.samba import Samba

_SIZE = 4096  # bytes; nothing depends on it
_RANGE = {"start": 0, "length": 1024}
_BOTH = {"wants": ["read", "write"]}
_KERNELS = {words.FLOCK: "flock", words.POSIX: "posix", words.OFD: "ofd"}


@dataclass(frozen=True)
class _Do:
    """One operation of a competitor; `path` and, for a client, the account are added where it takes them."""

    operation: str
    names_a_file: bool = True
    arguments: dict[str, Any] = field(default_factory=dict)


def _share_open(**how: Any) -> _Do:  # noqa: ANN401 - see the operation
    return _Do("share_open", arguments=how)


_SHARE_LOCK = _Do("share_lock", False, {**_RANGE, "exclusive": True})
_HELD_BY_CLIENT: dict[str, tuple[_Do, ...]] = {
    words.SHARES_NOTHING: (_share_open(**_BOTH, shares=[]),),
    words.SHARES_READING: (_share_open(wants=["read"], shares=["read"]),),
    words.RANGE: (_share_open(**_BOTH), _SHARE_LOCK),
    words.SHARED_RANGE: (_share_open(**_BOTH), _Do("share_lock", False, {**_RANGE, "exclusive": False})),
    words.LEASE: (_share_open(**_BOTH, lease=["read", "handle", "write"]),),
}
_TRIED_BY_CLIENT: dict[str, tuple[_Do, ...]] = {
    words.READ: (_share_open(wants=["read"]), _Do("share_fetch", False, _RANGE)),
    words.WRITE: (_share_open(**_BOTH), _Do("share_write", False, {**_RANGE, "writer": 3, "generation": 0})),
    words.RANGE: (_share_open(**_BOTH), _SHARE_LOCK),
    words.SHARES_NOTHING: (_share_open(wants=["read"], shares=[]),),
    words.DELETE: (_Do("share_delete"),),
}
_WRITE_IN_PLACE = _Do("rewrite", arguments={"writer": 3, "generation": 0, "size": _SIZE})
_TRIED_BY_SERVER: dict[str, tuple[_Do, ...]] = {
    words.READ: (_Do("read"),),
    words.WRITE: (_WRITE_IN_PLACE,),
    **{lock: (_Do("try_lock", arguments={"kind": kind}),) for lock, kind in _KERNELS.items()},
    words.REPLACE: (_Do("replace", arguments=_WRITE_IN_PLACE.arguments),),
    words.DELETE: (_Do("delete"),),
}


@dataclass(frozen=True)
class _Part:
    """What one of the two does.

    Args:
        who: its name.
        called: what it is called in the history.
        tasks: the operations that it takes.
    """

    who: str
    called: str
    tasks: tuple[_Do, ...]


@dataclass(frozen=True)
class _Side:
    """Somebody at work with one file."""

    who: Competitor
    file: dict[str, Any]  # how the file is named to this side

    def begin(self, task: _Do) -> None:
        self.who.begin(task.operation, **(self.file if task.names_a_file else {}), **task.arguments)

    def perform(self, tasks: Sequence[_Do]) -> Report:
        """Do one after the other, as far as the first refusal; returns the last answer."""
        for task in tasks:
            self.begin(task)
            report = self.who.result(OPERATION_LIMIT)
            if report.answer is not Answer.DONE:
                break
        return report


class _Meeting:
    """The three who meet: a process on the server's side and two clients."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._samba: Samba = lane.samba()
        self._folder = self._samba.root / "locks"
        self._folder.mkdir()
        self._files = 0

    def side(self, name: str, path: Path) -> _Side:
        competitor = self._lane.competitor(name)
        return _Side(competitor, {"path": str(path)} if name == words.SERVER else at(self._samba, path))

    def new_file(self) -> Path:
        self._files += 1
        path = self._folder / f"{self._files}.bin"
        write_file(path, OLDER, _SIZE)
        return path

    def meet(self, holder: _Part, trier: _Part) -> None:
        path = self.new_file()
        holding, trying = self.side(holder.who, path), self.side(trier.who, path)
        granted = holding.perform(holder.tasks)
        if (
            granted.answer is not Answer.DONE
        ):  # a server that we do not know; it is told as an answer that it never gave
            report = granted
        elif holder.called == words.LEASE and trier.who != words.SERVER:
            report = _answer_lease(holding, trying, trier.tasks)
        else:
            report = trying.perform(trier.tasks)
        facts = {"holder": holder.who, "held": holder.called, "who": trier.who, "tried": trier.called}
        code = report.error if report is not granted else words.NOT_GRANTED
        self._lane.note(LockMet, **facts, answer=report.answer, code=code)
        for side, part in ((trying, trier), (holding, holder)):
            _let_go(side, part.tasks)
        path.unlink(missing_ok=True)


def _answer_lease(holding: _Side, trying: _Side, attempt: Sequence[_Do]) -> Report:
    """Let a client try something, whom the server lets wait until the holder of the lease has agreed."""
    first, *others = attempt
    trying.begin(first)
    agreed = holding.who.do("share_agree", OPERATION_LIMIT, **holding.file).answer is Answer.DONE
    report = trying.who.result(OPERATION_LIMIT)
    if report.answer is Answer.DONE and others:
        report = trying.perform(others)
    if not agreed or report.answer is not Answer.DONE:
        return report
    return replace(report, outcome=replace(report.outcome, answer=Answer.WAITED))


def _let_go(side: _Side, tasks: Sequence[_Do]) -> None:
    """Close what is open by now, with all its locks; what was refused has left nothing open."""
    if tasks[0].operation == "share_open":
        side.who.do("share_close_all", OPERATION_LIMIT)
    elif tasks[0].operation == "hold_lock":
        side.who.do("close_file", OPERATION_LIMIT)


def _meet_each_with_each(lane: Lane, _enough: Enough) -> None:
    meeting = _Meeting(lane)
    by_clients = list(_TRIED_BY_CLIENT.items())
    for held, kind in _KERNELS.items():
        hold = _Part(words.SERVER, held, (_Do("hold_lock", arguments={"kind": kind, "mode": "exclusive"}),))
        for tried, tasks in by_clients:
            meeting.meet(hold, _Part(words.CLIENT_1, tried, tasks))
    for held, holding in _HELD_BY_CLIENT.items():
        hold = _Part(words.CLIENT_1, held, holding)
        for tried, tasks in _TRIED_BY_SERVER.items():
            meeting.meet(hold, _Part(words.SERVER, tried, tasks))
        for tried, tasks in by_clients:
            meeting.meet(hold, _Part(words.CLIENT_2, tried, tasks))


def meet_each_with_each() -> Play:
    """RLB-001: every kind of lock of either side, and everything that the other one may try."""
    title = "the locks of a server's processes and of its clients meet on one file"
    return Play(title, words.KIND, title, _meet_each_with_each, stepped=False, interferes=False, copies=False)
