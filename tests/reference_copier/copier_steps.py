"""Runs the copier in a process of its own and lets a test act before, or after, each single operation on files."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

if sys.platform == "win32":
    pytest.skip("the copier of POSIX systems, forked; tests/windows has the other one", allow_module_level=True)

import fcntl

from ContentionLibrary.reference_copier import command, linux

OPERATIONS = ("open", "write", "copy_file_range", "fchmod", "utime", "fsync", "close", "link", "rename", "unlink")
HANG = 30  # seconds after which a run is given up


class Ended(NamedTuple):
    """How a run ended, and every operation that it did."""

    code: int  # negative: the number of the signal that killed it
    output: str
    errors: str
    steps: tuple[str, ...]


Act = Callable[[int, str], None]
"""Called in the copier's process with the number and name of an operation, just before it."""


def run(arguments: Sequence[str | Path], act: Act | None = None, *, after: bool = False, limit: Any = None) -> Ended:
    """Run `contention-copy` with these arguments; `limit` is called in its process at the very beginning."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as steps:
        process = os.fork()
        if not process:
            _become_copier([str(word) for word in arguments], act, after, limit, (output, errors, steps))
        _, status = os.waitpid(process, 0)
        texts = []
        for file in (output, errors, steps):
            file.seek(0)
            texts.append(file.read().decode())
    return Ended(os.waitstatus_to_exitcode(status), texts[0], texts[1], tuple(texts[2].split("\n")[:-1]))


def _become_copier(arguments: list[str], act: Act | None, after: bool, limit: Any, files: tuple[Any, ...]) -> None:
    code = 99
    try:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        signal.alarm(HANG)
        output, errors, steps = (os.dup(os.dup(file.fileno())) for file in files)  # surely above 3
        for descriptor, target in ((output, 1), (errors, 2), (steps, 3)):
            os.dup2(descriptor, target)
        os.closerange(4, 1024)
        if limit is not None:
            limit()
        _Steps(act, after, 3).install()
        code = command.main(arguments)
    except BaseException:  # noqa: BLE001 - it is shown, and the exit code 99 tells
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
    finally:
        os._exit(code)


class _Steps:
    def __init__(self, act: Act | None, after: bool, log: int) -> None:
        self._act, self._after, self._log = act, after, log
        self._count = 0
        self._write = os.write
        self._busy = False

    def install(self) -> None:
        for name in OPERATIONS:
            setattr(os, name, self._stepped(name, getattr(os, name)))
        fcntl.flock = self._stepped("flock", fcntl.flock)
        linux._rename = self._stepped("renameat2", linux._rename)

    def _stepped(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def operation(*arguments: Any, **options: Any) -> Any:
            if self._busy or (name == "write" and arguments[0] <= 2):
                return original(*arguments, **options)
            number = self._count
            self._count += 1
            called = "unlock" if name == "flock" and arguments[1] == fcntl.LOCK_UN else name
            self._write(self._log, f"{called}\n".encode())
            if not self._after:
                self._tell(number, called)
            result = original(*arguments, **options)
            if self._after:
                self._tell(number, called)
            return result

        return operation

    def _tell(self, number: int, name: str) -> None:
        if self._act is not None:
            self._busy = True
            try:
                self._act(number, name)
            finally:
                self._busy = False


def at(step: int, deed: Callable[[], object]) -> Act:
    """Do something at one step only."""

    def act(number: int, _name: str) -> None:
        if number == step:
            deed()

    return act


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fail(number: int) -> Callable[[], None]:
    def deed() -> None:
        raise OSError(number, os.strerror(number))

    return deed


def be_signalled(number: int) -> Callable[[], None]:
    return lambda: os.kill(os.getpid(), number)


def without_unnamed_files() -> None:
    """Be on a file system that has no files without a name."""
    _refuse_open(os.O_TMPFILE)


def without_exchange() -> None:
    """Be on a file system that cannot exchange names or spare an existing one."""
    linux._rename = lambda *_: False


def _refuse_open(flag: int) -> None:
    original = os.open

    def refusing(path: Any, flags: int, *arguments: Any, **options: Any) -> int:
        if flags & flag == flag:
            raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))
        return original(path, flags, *arguments, **options)

    os.open = refusing


def over_smb() -> None:
    """Be on the kernel's mount of an SMB server, as `stage.smb_client` tells what it does otherwise."""
    without_unnamed_files()
    renamed = linux._rename
    linux._rename = lambda one, other, flags: flags != linux._RENAME_EXCHANGE and renamed(one, other, flags)
    flock, opened, write, link, copy = fcntl.flock, os.open, os.write, os.link, os.copy_file_range
    kinds: dict[int, int] = {}
    second_names: set[str] = set()

    def locking(descriptor: int, kind: int) -> None:
        mode = kind & ~fcntl.LOCK_NB
        changes = kinds.get(descriptor, fcntl.LOCK_UN) not in (mode, fcntl.LOCK_UN) and mode != fcntl.LOCK_UN
        try:
            flock(descriptor, kind)
        except BlockingIOError:
            changes = True
        if changes:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        kinds[descriptor] = mode

    def opening(path: Any, flags: int, *arguments: Any, **options: Any) -> int:
        if path in second_names and not flags & os.O_CREAT:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        descriptor = opened(path, flags, *arguments, **options)
        kinds.pop(descriptor, None)
        return descriptor

    def writing(descriptor: int, content: bytes) -> int:
        if kinds.get(descriptor) == fcntl.LOCK_SH:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return write(descriptor, content)

    def linking(source: Any, target: str, **options: Any) -> None:
        link(source, target, **options)
        second_names.add(target)

    def copying(source: int, target: int, count: int) -> int:
        if kinds.get(target) == fcntl.LOCK_SH:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        return copy(source, target, count)

    fcntl.flock, os.open, os.write, os.link, os.copy_file_range = locking, opening, writing, linking, copying


def names(root: Path) -> set[str]:
    """List everything below a directory."""
    return {str(path.relative_to(root)) for path in root.rglob("*")}


def lock_less() -> None:
    """Be on a file system without flock."""

    def refusing(_descriptor: int, _kind: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    fcntl.flock = refusing


NEW, OLD, OTHER = b"new " * 50_000, b"older" * 30_000, b"other!" * 20_000
NAMES = {NEW: "new", OLD: "old", OTHER: "other", None: "absent"}


class Stage(NamedTuple):
    """A directory with a source, and a directory of its own for each destination."""

    root: Path
    source: Path
    destinations: tuple[Path, ...]

    @property
    def command(self) -> list[Path]:
        return [self.source, *self.destinations]

    @property
    def state(self) -> list[str]:
        """Name what each destination holds; torn content has no name."""
        return [self.state_of(number) for number in range(len(self.destinations))]

    def state_of(self, number: int) -> str:
        path = self.destinations[number]
        content = path.read_bytes() if path.is_file() else None
        return NAMES.get(content, f"torn: {len(content or b'')} bytes")


def set_stage(root: Path, *older: bool) -> Stage:
    """Make a stage; `older` tells for each destination whether an older version is there."""
    root.mkdir()
    source = root / "source.bin"
    source.write_bytes(NEW)
    destinations = []
    for number, is_there in enumerate(older):
        directory = root / "to" / str(number)
        directory.mkdir(parents=True)
        destinations.append(directory / "file.bin")
        if is_there:
            destinations[-1].write_bytes(OLD)
    return Stage(root, source, tuple(destinations))


class Stages:
    """Makes a fresh stage for each run of a test, and removes the one before."""

    def __init__(self, root: Path, *older: bool) -> None:
        self._root, self._older, self._count = root, older, 0

    def fresh(self) -> Stage:
        if self._count:
            shutil.rmtree(self._root / str(self._count))
        self._count += 1
        return set_stage(self._root / str(self._count), *self._older)
