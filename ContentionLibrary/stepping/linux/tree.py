"""The processes of a program: who belongs to it, whether all are asleep, and how they are ended.

The supervisor adopts orphans, so whatever descends from it belongs to the program.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Collection
from pathlib import Path

_AWAKE = "RD"  # running, or in a disk operation that ends by itself


def _read(path: str) -> bytes:
    """Read a file of /proc that may be gone; half the cost of `open` and `read`, and this is hot."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return b""
    try:
        return os.read(descriptor, 1 << 16)
    except OSError:
        return b""  # ended meanwhile
    finally:
        os.close(descriptor)


def open_account(process: int) -> int:
    """Open what the kernel keeps of a process's reading and writing; -1 where it keeps nothing, or does not let us look.

    Once the process has ended, the file belongs to root: only who has opened it before can read it then.
    """
    try:
        return os.open(f"/proc/{process}/io", os.O_RDONLY)
    except OSError:
        return -1


def bytes_moved(account: int) -> tuple[int, int]:
    """Return how many bytes a process that has ended, and is not yet waited for, has read and written; zeros if unknown.

    The kernel adds to it what its children did that it has waited for. A shared mapping counts once for each page that
    was made dirty.
    """
    try:
        told = dict(line.split(b": ") for line in os.pread(account, 1 << 12, 0).splitlines())
    except OSError:
        return 0, 0
    return int(told[b"rchar"]), max(int(told[b"wchar"]), int(told[b"write_bytes"]))


def _threads(process: int) -> list[str]:
    try:
        return os.listdir(f"/proc/{process}/task")  # noqa: PTH208 - hot
    except OSError:
        return []  # ended meanwhile


def _children(process: int, thread: str) -> list[int]:
    return [int(child) for child in _read(f"/proc/{process}/task/{thread}/children").split()]


def _state(process: int, thread: str | int) -> str:
    rest = _read(f"/proc/{process}/task/{thread}/stat").rpartition(b") ")[2]
    return chr(rest[0]) if rest else "X"


def _own_children() -> list[int]:
    return _children(os.getpid(), str(os.getpid()))


def descendants() -> list[int]:
    """List the living processes below the calling process, parents before children.

    A process whose parent ends while we look moves from a list that we have yet to read to our own, which we have read:
    so look again until our own list shows nobody new.
    """
    while True:
        seen: list[int] = []
        waiting = _own_children()
        while waiting:
            process = waiting.pop(0)
            seen.append(process)
            for thread in _threads(process):
                waiting += _children(process, thread)
        if set(_own_children()) <= set(seen):
            return [process for process in dict.fromkeys(seen) if _state(process, process) not in "ZX"]


def describe(process: int) -> str:
    """Return `pid name` for a message."""
    try:
        return f"{process} {Path(f'/proc/{process}/comm').read_text().strip()}"
    except OSError:
        return str(process)


def all_asleep(held: Collection[int]) -> bool:
    """Tell whether every thread of the program sleeps. `held` are threads that wait for our answer."""
    waiting = _own_children()
    while waiting:
        process = waiting.pop()
        for thread in _threads(process):
            if int(thread) not in held and _state(process, thread) in _AWAKE:
                return False
            waiting += _children(process, thread)
    return True


def is_alone() -> bool:
    """Tell whether the program has one thread in one process."""
    processes = descendants()
    return len(processes) == 1 and len(_threads(processes[0])) == 1


def send(processes: list[int], number: int) -> None:
    """Send a signal to each process that is still there."""
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, number)


def kill_all(deadline: float) -> list[int]:
    """Kill every process of the program at one moment; return those that do not die before the deadline.

    All are stopped first: a helper that notices the death of its parent must not get a chance to go on, because a power
    failure or an out-of-memory kill of the whole group would not give it one either.

    Args:
        deadline: moment of the monotonic clock. Only a process that the kernel cannot wake (a dead mount) lasts.
    """
    while remaining := descendants():
        send(remaining, signal.SIGSTOP)
        send(remaining, signal.SIGKILL)
        if time.monotonic() > deadline:
            return remaining
        time.sleep(0.0003)
    return []


def reap(keep: int | None) -> None:
    """Collect ended orphans. `keep` is the main process, whose end is collected by its own path."""
    while True:
        try:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if ended is None or ended.si_pid == keep:
            return
        os.waitpid(ended.si_pid, 0)
