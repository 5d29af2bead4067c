"""All processes of a program, on any system: suspended, resumed and ended together.

Who belongs to it is found by parentage, and remembered, because a process whose parent has ended cannot be found
that way any more.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time

import psutil

FINDS_ORPHANS = sys.platform.startswith("linux")
"""Whether processes are found also after their parent has ended."""

_GONE = (psutil.NoSuchProcess, psutil.ZombieProcess)
_AT_REST = (psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)


class Family:
    """The process tree below a main process.

    Args:
        main: process id of the main process, which leads a session and process group of its own (POSIX).
    """

    def __init__(self, main: int) -> None:
        self._main = main
        self._known: dict[int, psutil.Process] = {}
        with contextlib.suppress(*_GONE):
            self._known[main] = psutil.Process(main)

    def members(self) -> list[psutil.Process]:
        """Find all living members, the main process included while it lives."""
        # On Linux we adopt orphans (`starting.guard_process`), so all that belongs to the program descends from us.
        roots = [psutil.Process()] if FINDS_ORPHANS else list(self._known.values())
        for process in roots:
            with contextlib.suppress(*_GONE):
                for child in process.children(recursive=True):
                    self._known.setdefault(child.pid, child)
        self._known = {number: process for number, process in self._known.items() if _lives(process)}
        return list(self._known.values())

    def survivors(self) -> list[psutil.Process]:
        """Find the members other than the main process."""
        return [process for process in self.members() if process.pid != self._main]

    def suspend(self, within: float) -> bool:
        """Suspend everybody; tell whether all are at rest.

        Args:
            within: seconds that they get to come to rest: a call that is under way may have to end first.
        """
        if sys.platform != "win32":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._main, signal.SIGSTOP)  # all at one moment; the rest one by one
        deadline = time.monotonic() + within
        seen: set[int] = set()
        while True:
            members = self.members()
            for process in members:
                if process.pid not in seen:
                    with contextlib.suppress(*_GONE):
                        process.suspend()
            news = {process.pid for process in members} - seen
            seen |= news
            if not news and all(_rests(process) for process in members):
                return True
            if time.monotonic() > deadline:
                return False

    def resume(self) -> None:
        """Let everybody go on."""
        for process in self.members():
            with contextlib.suppress(*_GONE):
                process.resume()

    def send(self, number: int) -> None:
        """Send a signal to everybody."""
        for process in self.members():
            with contextlib.suppress(*_GONE):
                process.send_signal(number)

    def send_main(self, number: int) -> None:
        """Send a signal to the main process only; Windows knows only one, by which a process ends at once."""
        with contextlib.suppress(*_GONE):
            if self._main in self._known:
                if sys.platform == "win32":
                    self._known[self._main].kill()
                else:
                    self._known[self._main].send_signal(number)

    def kill(self, within: float) -> list[psutil.Process]:
        """Kill everybody at one moment; return those that are still there after `within` seconds."""
        self.suspend(0.0)
        deadline = time.monotonic() + within
        while members := self.members():
            for process in members:
                with contextlib.suppress(*_GONE):
                    process.kill()
            if time.monotonic() > deadline:
                return members
            time.sleep(0.0005)
        return []


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except _GONE:
        return False


def _rests(process: psutil.Process) -> bool:
    try:
        return process.status() in _AT_REST
    except _GONE:
        return True


def describe(process: psutil.Process) -> str:
    """Return `pid name` for a message."""
    try:
        return f"{process.pid} {process.name()}"
    except _GONE:
        return str(process.pid)
