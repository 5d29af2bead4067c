"""How two sides of a server meet on one file: one holds something, the other one tries something; without any copier.

Every pair finds a file that nobody has open, and a new one after a deletion. Nobody waits for a lock; only who opens a file
on which a client has a lease waits, until that client agrees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ContentionLibrary.checks.coordination import CLIENT_1, LEASES, SERVER
from ContentionLibrary.content.words import write_file
from ContentionLibrary.errors import HarnessError
from ContentionLibrary.history.acts import Answer, LockMet
from ContentionLibrary.history.cast import OLDER
from ContentionLibrary.scenario.run import OPERATION_LIMIT

if TYPE_CHECKING:
    from ContentionLibrary.competitors.pool import Competitor
    from ContentionLibrary.competitors.report import Report
    from ContentionLibrary.scenario.lane import Lane
    from ContentionLibrary.stage.samba import Samba

SIZE = 4096
"""Bytes of each file; nothing depends on it."""
RANGE: dict[str, Any] = {"start": 0, "length": 1024}
"""The bytes that are locked, read and written."""
_CONSUMING = {"delete", "replace", "share_delete"}
"""Operations after which the file is another one, or gone."""


@dataclass(frozen=True)
class Task:
    """One operation of a competitor.

    Args:
        operation: its name.
        arguments: what it needs; the path and, for a client, the account are added where it names a file.
        names_a_file: whether it does.
        stream: the stream of the file that it names; empty for the file's own content.
    """

    operation: str
    arguments: dict[str, Any] = field(default_factory=dict)
    names_a_file: bool = True
    stream: str = ""


def opening(stream: str = "", **how: Any) -> Task:  # noqa: ANN401 - see the operation `share_open`
    """Make the task of a client that opens the file, or a stream of it."""
    return Task("share_open", how, stream=stream)


def through(operation: str, **arguments: Any) -> Task:  # noqa: ANN401 - whatever the operation needs
    """Make a task that is done through the file that is open."""
    return Task(operation, arguments, names_a_file=False)


@dataclass(frozen=True)
class Part:
    """What one of the two does.

    Args:
        who: its name.
        called: what it is called in the history.
        tasks: the operations that it takes; none to hold nothing.
    """

    who: str
    called: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class _Side:
    """Somebody at work with one file."""

    who: Competitor
    path: str
    account: dict[str, Any] | None

    def begin(self, task: Task) -> None:
        place: dict[str, Any] = {"path": self.path + task.stream} if task.names_a_file else {}
        if place and self.account is not None:
            place["account"] = self.account
        self.who.begin(task.operation, **place, **task.arguments)

    def perform(self, tasks: Sequence[Task]) -> Report:
        """Do one after the other, as far as the first refusal; returns the last answer."""
        for task in tasks:
            self.begin(task)
            report = self.who.result(OPERATION_LIMIT)
            if report.answer is not Answer.DONE:
                break
        return report


class Meeting:
    """Lets pairs meet, and notes how that ended.

    Args:
        lane: the lane of the play.
        folder: name of a folder of the share, which is made.
        prepare: what a client does first with each new file.
    """

    def __init__(self, lane: Lane, folder: str, prepare: Sequence[Task] = ()) -> None:
        self._lane = lane
        self._samba: Samba = lane.samba()
        self._prepare = prepare
        self._folder = self._samba.root / folder
        self._folder.mkdir()
        self._files = 0
        self._path: Path | None = None

    def _side(self, name: str, path: Path) -> _Side:
        competitor = self._lane.competitor(name)
        if name == SERVER:
            return _Side(competitor, str(path), None)
        return _Side(competitor, self._samba.unc(path), asdict(self._samba.account))

    def _file(self) -> Path:
        """Return the file of the pair before, or a new one."""
        if self._path is None:
            self._files += 1
            self._path = self._folder / f"{self._files}.bin"
            write_file(self._path, OLDER, SIZE)
            if self._prepare:
                preparing = self._side(CLIENT_1, self._path)
                _see_that_it_was_granted(preparing.perform(self._prepare), CLIENT_1, "a file with its streams")
                _let_go(preparing, self._prepare)
        return self._path

    def meet(self, holder: Part, trier: Part) -> None:
        """Let one hold something while the other one tries something."""
        path = self._file()
        holding, trying = self._side(holder.who, path), self._side(trier.who, path)
        if holder.tasks:
            _see_that_it_was_granted(holding.perform(holder.tasks), holder.who, holder.called)
        asks = holder.called in LEASES and trier.who != SERVER
        report = _agreeing(holding, trying, trier.tasks) if asks else trying.perform(trier.tasks)
        facts = {"holder": holder.who, "held": holder.called, "who": trier.who, "tried": trier.called}
        self._lane.note(LockMet, **facts, answer=report.answer, code=report.error)
        for side, part in ((trying, trier), (holding, holder)):
            _let_go(side, part.tasks)
        if _CONSUMING & {task.operation for part in (holder, trier) for task in part.tasks}:
            path.unlink(missing_ok=True)
            self._path = None


def _see_that_it_was_granted(report: Report, who: str, what: str) -> None:
    if report.answer is not Answer.DONE:
        raise HarnessError(f"nobody else is there, and yet the {who} was not given '{what}': {report.message}")


def _agreeing(holding: _Side, trying: _Side, attempt: Sequence[Task]) -> Report:
    """Let a client try something while the holder of a lease agrees to whatever the server asks of it."""
    holding.who.begin("share_agree")
    report = trying.perform(attempt)
    asked = holding.who.stop(OPERATION_LIMIT).outcome.total
    if not asked or report.answer is not Answer.DONE:
        return report
    return replace(report, outcome=replace(report.outcome, answer=Answer.WAITED))


def _let_go(side: _Side, tasks: Sequence[Task]) -> None:
    """Close what is open by now, with all its locks; what was refused has left nothing open."""
    operations = {task.operation for task in tasks}
    if "share_open" in operations:
        side.who.do("share_close_all", OPERATION_LIMIT)
    elif "hold_lock" in operations:
        side.who.do("close_file", OPERATION_LIMIT)
