"""Keeps a record of what a program has done to the disk: data, flushes and names, in order, file by file.

It holds what a power loss is judged by: not the bytes themselves, but how many of them a file has, which file was
flushed, and which names there were before each operation. Calls that move data into one file, one after the other and
within one step, are one entry, so that a large copy has as short a record as a small one.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from pathlib import Path
from typing import Any

from ContentionLibrary.stepping.linux.calls import DATA_VERBS, Call, Verb
from ContentionLibrary.stepping.linux.naming import Flow, Namer
from ContentionLibrary.stepping.linux.operation import Operation
from ContentionLibrary.stepping.linux.seccomp import Notification
from ContentionLibrary.stepping.looking import view_of
from ContentionLibrary.stepping.plan import Watch

_MOVES = (*DATA_VERBS, Verb.CONTROL)
_FOLLOWED = (*_MOVES, Verb.TRUNCATE, Verb.SYNC)
_ONLY_LOOKS = ("look", "read only", "out")
_O_DSYNC = 0o10000  # O_SYNC contains it
_RWF_SYNCHRONOUS = 0x2 | 0x4  # RWF_DSYNC and RWF_SYNC of linux/fs.h
_SAME = slice(0, 4), slice(5, 7)  # of two entries that are one: all but how many bytes there are
_Name = tuple[str, str, int]


class _Noted:
    """One entry. How many bytes a file has after an operation is known only when the next one begins."""

    def __init__(
        self, operation: Operation, call: Call, inode: int, view: int, steps: int, *, elsewhere: bool = False
    ) -> None:
        self.verb, self.call = operation.verb, call.name
        changes = operation.verb is Verb.OPEN and operation.manner != "write"
        self.told = operation.manner if changes else operation.verb.value
        self.inode, self.view, self.steps, self.elsewhere = inode, view, steps, elsewhere
        self.bytes = 0
        self.synchronous = self.is_open_synchronous = False
        self.back: int | None = None
        self.flow: Flow | None = None
        self.open_file = ""

    @property
    def is_data(self) -> bool:
        """Whether it may move data into a file."""
        return self.verb in _MOVES


class Recorder:
    """Records the operations of one program.

    Args:
        watch: which files matter.
        namer: knows how far the data of each file has come.
        steps: the list of steps, which grows while the program runs.
    """

    def __init__(self, watch: Watch, namer: Namer, steps: list[str]) -> None:
        self._stage, self._size, self._namer, self._steps = watch.stage, watch.size, namer, steps
        self._own_names = re.compile(watch.own_names)
        self._root = os.stat(watch.stage)  # noqa: PTH116 - all of this room speaks of paths as text
        self._noted: list[_Noted] = []
        self._views: dict[tuple[_Name, ...], int] = {}
        self._flushing: dict[int, _Noted] = {}

    def note(self, notification: Notification, operation: Operation, call: Call) -> None:
        """Note an operation that is about to happen."""
        if operation.verb is Verb.READ or operation.manner in _ONLY_LOOKS:
            return
        self._note(notification, operation, call, self._inode(notification, operation, call))

    def note_elsewhere(self, notification: Notification, call: Call) -> bool:
        """Note what is about to happen to a file that does not lie on the stage, but could be renamed to there.

        Returns:
            Whether it is such a file, or the call flushes the stage's whole file system.
        """
        if call.verb is Verb.CLOSE:
            self._complete()  # afterwards there is no way to the file
        if call.descriptor is None or call.verb not in _FOLLOWED:
            return False
        try:
            status = os.stat(_open_file(notification, call))  # noqa: PTH116
        except OSError:
            return False
        flushes_all = call.name == "syncfs"
        if status.st_dev != self._root.st_dev or not (stat.S_ISREG(status.st_mode) or flushes_all):
            return False
        size = 0 if call.size is None else notification.arguments[call.size]
        operation = Operation(call.verb, call.name, "", size=min(status.st_size + size, self._size))
        self._note(notification, operation, call, status.st_ino, elsewhere=not flushes_all)
        return True

    def _note(
        self, notification: Notification, operation: Operation, call: Call, inode: int, *, elsewhere: bool = False
    ) -> None:
        self._complete()
        last = self._noted[-1] if self._noted else None
        goes_on = last is not None and last.is_data and operation.verb in _MOVES and last.inode == inode
        view = last.view if last is not None and goes_on else self._view()
        noted = _Noted(operation, call, inode, view, len(self._steps), elsewhere=elsewhere)
        if elsewhere and operation.verb in DATA_VERBS:
            noted.bytes = operation.size
        elif operation.verb in DATA_VERBS:
            noted.flow = self._namer.flow(operation)
        elif operation.verb is Verb.TRUNCATE:
            noted.bytes = notification.arguments[1]
        elif operation.verb in (Verb.SYNC, Verb.SYNC_ALL):
            self._flushing[notification.thread] = noted
        if noted.is_data:
            noted.open_file = _open_file(notification, call)
            known = last is not None and goes_on and last.open_file == noted.open_file
            noted.is_open_synchronous = (
                last.is_open_synchronous if last is not None and known else _is_open_synchronous(noted.open_file)
            )
            by_itself = call.name == "pwritev2" and notification.arguments[5] & _RWF_SYNCHRONOUS
            noted.synchronous = noted.is_open_synchronous or bool(by_itself)
        self._noted.append(noted)

    def came_back(self, thread: int, succeeded: bool) -> None:
        """Note that a thread's flush has come back, and is known to the thread from now on."""
        noted = self._flushing.pop(thread, None)
        if noted is not None and succeeded:
            noted.back = len(self._noted)

    def finish(self) -> dict[str, Any]:
        """Return everything for the wire, once the program has ended."""
        self._complete()
        end = self._view()
        operations: list[list[Any]] = []
        places: list[int] = []  # of each entry among the operations
        following = [*(noted.steps for noted in self._noted), len(self._steps)]
        came_in = self._came_in(end)
        for noted, until in zip(self._noted, following[1:], strict=True):
            if noted.elsewhere and noted.inode not in came_in:
                places.append(len(operations))
                continue
            made_a_step = until > noted.steps
            number = noted.steps if made_a_step else max(noted.steps - 1, 0)
            step = self._steps[number] if self._steps else ""  # what comes before the first one stands before that
            entry = [step, noted.told, noted.call, noted.inode, noted.bytes, noted.synchronous, noted.view, 0]
            if operations and noted.is_data and all(operations[-1][part] == entry[part] for part in _SAME):
                operations[-1] = entry
            else:
                operations.append(entry)
            places.append(len(operations) - 1)
        places.append(len(operations))
        for place, noted in zip(places, self._noted, strict=False):
            if noted.verb in (Verb.SYNC, Verb.SYNC_ALL) and (not noted.elsewhere or noted.inode in came_in):
                operations[place][7] = None if noted.back is None else places[noted.back] - place - 1
        return {"root": self._root.st_ino, "views": list(self._views), "operations": operations, "end": end}

    def _came_in(self, end: int) -> set[int]:
        """List the inodes that were elsewhere before they got a name here.

        The number of a file that is gone may have been given to one that was made here: that one is known before it gets
        another name.
        """
        views = list(self._views)
        here = [noted for noted in self._noted if not noted.elsewhere]
        if not here:
            return set()
        known = {inode for _, _, inode in views[here[0].view]}
        came_in: set[int] = set()
        for noted, view in zip(here, [*(noted.view for noted in here[1:]), end], strict=True):
            brings_in = noted.verb in (Verb.RENAME, Verb.LINK)
            new = {inode for _, _, inode in views[view]} - known
            if brings_in:
                new |= {noted.inode} - known - {0}
                came_in |= new
            known |= new if brings_in else new | {noted.inode}
        return came_in

    def _complete(self) -> None:
        """Fill in what the last operation has moved."""
        if not self._noted:
            return
        last = self._noted[-1]
        if last.flow is not None:
            last.bytes = last.flow.done
        elif last.elsewhere and last.is_data:
            with contextlib.suppress(OSError):  # closed meanwhile
                written = os.stat(last.open_file)  # noqa: PTH116
                last.bytes = min(written.st_size, self._size) if written.st_ino == last.inode else last.bytes
        elif last.verb is Verb.CONTROL:
            with contextlib.suppress(OSError):  # closed meanwhile
                cloned = os.stat(last.open_file)  # noqa: PTH116
                last.bytes = self._size if cloned.st_ino == last.inode and cloned.st_size >= self._size else 0

    def _view(self) -> int:
        names = tuple((path, kind, inode) for path, kind, _, inode in view_of(self._stage, self._own_names))
        return self._views.setdefault(names, len(self._views))

    def _inode(self, notification: Notification, operation: Operation, call: Call) -> int:
        """Return the inode of the file that an operation is about; 0 when it has none yet, or on another file system."""
        try:
            if call.descriptor is not None:
                status = os.stat(_open_file(notification, call))  # noqa: PTH116
            elif operation.path:
                opens_a_link = operation.verb is Verb.OPEN and operation.second
                status = os.stat(operation.second if opens_a_link else operation.path)  # noqa: PTH116
            else:
                return 0
        except OSError:
            return 0
        return status.st_ino if status.st_dev == self._root.st_dev else 0


def _open_file(notification: Notification, call: Call) -> str:
    """Return a path that leads to the file that a descriptor stands for, whether it has a name or not."""
    assert call.descriptor is not None
    return f"/proc/{notification.thread}/fd/{notification.arguments[call.descriptor] & 0xFFFFFFFF}"


def _is_open_synchronous(open_file: str) -> bool:
    """Tell whether each write through a descriptor reaches the disk before it returns (`O_SYNC`, `O_DSYNC`)."""
    try:
        lines = Path(open_file.replace("/fd/", "/fdinfo/")).read_text().splitlines()
    except OSError:
        return False
    flags = next((int(line.split()[1], 8) for line in lines if line.startswith("flags:")), 0)
    return bool(flags & _O_DSYNC)
