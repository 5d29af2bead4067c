"""Turns a reported system call into a file operation on the stage, or into nothing when it concerns no file there."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from ContentionLibrary.stepping.linux.calls import Call, Verb
from ContentionLibrary.stepping.linux.filter import FICLONERANGE
from ContentionLibrary.stepping.linux.memory import peek, read_vector
from ContentionLibrary.stepping.linux.paths import (
    descriptor_path,
    is_open_for_writing,
    link_target,
    path_argument,
    without_deleted_mark,
)
from ContentionLibrary.stepping.linux.seccomp import Notification
from ContentionLibrary.stepping.plan import NO_NAMES, Watch

_O_CREAT, _O_EXCL, _O_TRUNC, _O_TMPFILE, _O_PATH = 0o100, 0o200, 0o1000, 0o20000000, 0o10000000
_O_ACCMODE = 0o3
_AT_REMOVEDIR = 0x200
_LOCK_UN, _F_UNLCK = 8, 2
_MAP_SHARED = 1


@dataclass(frozen=True)
class Operation:
    """One operation on the stage.

    Args:
        verb: what it does.
        call: name of the system call.
        path: the file it is about.
        second: the other name of a rename or link; the file itself when a symbolic link is opened.
        size: bytes that the program asked to move.
        manner: what the verb alone does not say (`create`, `empty`, `unnamed`, `unlock`, `read only` ...; `out` when data
            of the source leave the stage).
        reads_source: it takes the source's data, or makes another name for it, or any symbolic link; told where the stage knows the source.
    """

    verb: Verb
    call: str
    path: str
    second: str = ""
    size: int = 0
    manner: str = ""
    reads_source: bool = False


class Stage:
    """The directories whose files are steps, with a memory of which descriptors lead there.

    Asking the kernel for a descriptor's path at each write would cost more than the report itself. The memory is
    emptied whenever a descriptor may have changed its meaning: at every open, close, dup2, dup3, close_range and exec
    of anyone, and when a file gets another name.

    `known` holds the paths by (thread, descriptor); an empty one leads elsewhere.

    Args:
        watch: which files matter.
        sees_reads: it is told which operations read the source.
    """

    def __init__(self, watch: Watch, *, sees_reads: bool) -> None:
        self.sees_reads = sees_reads
        directories = (watch.stage, *watch.elsewhere)
        # Who keeps files of his own in the working directory flushes that for them, and not for the copy.
        self._directories = directories if watch.own_names == NO_NAMES else watch.elsewhere
        self._source = {watch.source, os.path.realpath(watch.source)} if sees_reads else set()
        self._below = tuple(directory.rstrip("/") + "/" for directory in directories)
        self._own_names = re.compile(watch.own_names)
        self.known: dict[tuple[int, int], str] = {}

    def holds(self, path: str) -> bool:
        """Tell whether a path is the stage or below it, and nothing that the program keeps for itself."""
        if path in self._directories:
            return True
        below = next((below for below in self._below if path.startswith(below)), None)
        return below is not None and not any(
            map(self._own_names.match, without_deleted_mark(path).removeprefix(below).split("/"))
        )

    def is_source(self, path: str) -> bool:
        """Tell whether a path is the source, whose reading is seen."""
        return self.sees_reads and (path in self._source or without_deleted_mark(path) in self._source)

    def forget_descriptors(self) -> None:
        """Empty the memory of descriptors."""
        self.known.clear()

    def of_descriptor(self, thread: int, descriptor: int) -> str:
        """Return the path of a descriptor that leads to the stage, else an empty text."""
        key = (thread, descriptor)
        path = self.known.get(key)
        if path is None:
            path = descriptor_path(thread, descriptor)
            path = path if self.holds(path) else ""
            self.known[key] = path
        return path


def _signed(value: int) -> int:
    value &= 0xFFFFFFFF
    return value - (1 << 32) if value & 0x80000000 else value


def _open_flags(call: Call, notification: Notification) -> int:
    if call.flags is not None:
        return notification.arguments[call.flags]
    if call.name == "openat2":
        return int.from_bytes(peek(notification.thread, notification.arguments[2], 8), "little")
    return _O_CREAT | _O_TRUNC | 1  # creat and mknod


def _manner_of_open(path: str, flags: int) -> str:
    if flags & _O_PATH:
        return "look"
    if flags & _O_TMPFILE:
        return "unnamed"
    if not flags & (_O_ACCMODE | _O_CREAT | _O_TRUNC):
        return "read only"
    exists = os.path.lexists(path) if flags & os.O_NOFOLLOW else os.path.exists(path)  # noqa: PTH110 - hot
    if not exists:
        return "create" if flags & _O_CREAT else "write"
    if flags & _O_CREAT and flags & _O_EXCL:
        return "create"
    return "empty" if flags & _O_TRUNC else "write"


def _manner_of_length(length: int) -> str:
    return "" if length else "empty"


def _size(call: Call, notification: Notification) -> int:
    if call.size is not None:
        return notification.arguments[call.size]
    if call.name in ("writev", "pwritev", "pwritev2", "readv", "preadv", "preadv2"):
        vector = read_vector(notification.thread, notification.arguments[1], notification.arguments[2] & 0xFFFFFFFF)
        return sum(length for _, length in vector)
    return 0


def _descriptor_operation(call: Call, notification: Notification, stage: Stage) -> Operation | None:
    thread, arguments = notification.thread, notification.arguments
    verb, manner = call.verb, ""
    assert call.descriptor is not None
    descriptor = _signed(arguments[call.descriptor])
    path = stage.of_descriptor(thread, descriptor)
    origin = _origin(call, notification, stage)
    reads_source = stage.is_source(origin)
    if not path:
        return Operation(verb, call.name, origin, "", _size(call, notification), "out", True) if reads_source else None
    if verb is Verb.MAP and reads_source:
        manner = "read only"
    elif (verb is Verb.MAP and not arguments[3] & _MAP_SHARED) or (
        verb in (Verb.CLOSE, Verb.MAP) and not is_open_for_writing(thread, descriptor)
    ):
        return None
    if verb is Verb.LOCK:
        manner = "unlock" if arguments[1] & _LOCK_UN else ""
    elif verb is Verb.FCNTL:
        kind = int.from_bytes(peek(thread, arguments[2], 2), "little")
        verb, manner = Verb.LOCK, "unlock" if kind == _F_UNLCK else ""
    elif verb is Verb.CONTROL:
        manner = "range" if arguments[1] & 0xFFFFFFFF == FICLONERANGE else ""
    elif verb is Verb.TRUNCATE:
        manner = _manner_of_length(arguments[1])
    return Operation(verb, call.name, path, "", _size(call, notification), manner, reads_source)


def _origin(call: Call, notification: Notification, stage: Stage) -> str:
    """Return the path of the file whose data a call takes, if it lies on the stage and reads are seen."""
    if not stage.sees_reads:
        return ""
    thread, arguments = notification.thread, notification.arguments
    position = call.descriptor if call.verb in (Verb.READ, Verb.MAP) else call.origin
    if call.verb is Verb.CONTROL:
        given = arguments[2]
        cloned = (
            given if arguments[1] & 0xFFFFFFFF != FICLONERANGE else int.from_bytes(peek(thread, given, 8), "little")
        )
        return stage.of_descriptor(thread, _signed(cloned))
    return "" if position is None else stage.of_descriptor(thread, _signed(arguments[position]))


def _path_operation(call: Call, notification: Notification, stage: Stage) -> Operation | None:
    thread, arguments = notification.thread, notification.arguments
    assert call.path is not None
    directory = None if call.directory is None else arguments[call.directory]
    if call.path != 0 and not arguments[call.path]:  # utimensat(fd, NULL): the descriptor itself is meant
        path = stage.of_descriptor(thread, _signed(arguments[0]))
    else:
        path = path_argument(thread, directory, arguments[call.path])
    second = ""
    if call.second_path is not None:
        other = None if call.second_directory is None else arguments[call.second_directory]
        second = path_argument(thread, other, arguments[call.second_path])
    verb, manner = call.verb, ""
    if verb is Verb.OPEN:
        flags = _open_flags(call, notification)
        follows = not flags & (os.O_NOFOLLOW | _O_EXCL)
        second = link_target(path) if follows else ""
        if second and not stage.holds(path):
            path, second = second, ""
        manner = _manner_of_open(path, flags)
    elif verb is Verb.TRUNCATE:
        manner = _manner_of_length(arguments[1])
    if not stage.holds(path) and not stage.holds(second):
        return None
    if call.name == "unlinkat" and arguments[2] & _AT_REMOVEDIR:
        verb = Verb.RMDIR
    reads_source = verb is Verb.SYMLINK or (verb in (Verb.RENAME, Verb.LINK) and stage.is_source(path))
    return Operation(verb, call.name, path, second, 0, manner, reads_source)


def read_operation(call: Call, notification: Notification, stage: Stage) -> Operation | None:
    """Find out what a reported call is about to do.

    Returns:
        The operation, or None when it concerns no file on the stage.

    Raises:
        OSError: the caller is gone, or gave an address that is not its own (then the call fails by itself).
    """
    if call.verb is Verb.SYNC_ALL:
        return Operation(call.verb, call.name, "")
    if call.descriptor is not None:
        return _descriptor_operation(call, notification, stage)
    return _path_operation(call, notification, stage)
