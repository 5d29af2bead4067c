"""The program of a starter on POSIX: it forks a scenario's children, and outlives Robot to clean up.

It imports the role modules once, so that a child costs a fork and no more. It stays small and
single-threaded, because only then is forking safe. On Linux it is a child subreaper: whatever its descendants
leave behind becomes its own child, so that nothing can hide from it by ending its parent or beginning a
session of its own.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import os
import signal
import socket
import sys
import time
import traceback
from pathlib import Path
from types import FrameType
from typing import NoReturn

from ContentionLibrary.processes import table
from ContentionLibrary.processes.channel import Channel, ChannelClosed, Message, readable
from ContentionLibrary.processes.role import play
from ContentionLibrary.processes.table import Identity
from ContentionLibrary.processes.watching import Farewell, Watch, end_everything

_PR_SET_CHILD_SUBREAPER = 36
_IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that a terminal, pabot or a CI system sends to everybody: who cleans up must not obey them."""


def main(control: int, ledger: str) -> None:
    """Serve one scenario until it is told to stop or Robot is gone.

    Args:
        control: descriptor of the socket to Robot.
        ledger: the ledger's file, which is emptied in the end, whatever the end is.
    """
    for number in _IGNORED:
        signal.signal(number, signal.SIG_IGN)
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    starter = _Starter(socket.socket(fileno=control), Path(ledger))
    try:
        starter.serve()
    except ChannelClosed:  # Robot is gone
        pass
    finally:
        starter.end_everything()


class _Starter:
    """The state of a starter: its children, and what it must hide from them."""

    def __init__(self, connection: socket.socket, ledger: Path) -> None:
        self._connection = connection
        self._channel = Channel(connection)
        self._ledger = ledger
        self._ended = False
        self._watch: Watch | None = None
        self._roles: dict[int, str] = {}
        self._endings: dict[int, int] = {}
        self._alarm_read, self._alarm_write = os.pipe()
        os.set_blocking(self._alarm_read, False)
        os.set_blocking(self._alarm_write, False)
        signal.set_wakeup_fd(self._alarm_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _wake)

    def serve(self) -> None:
        """Do what Robot asks for, until there is no Robot or nothing more to do.

        Raises:
            ChannelClosed: Robot is gone.
        """
        self._set_up()
        while self._watch and not self._watch.robot_gone():
            awake = self._sleep([self._connection.fileno(), *self._watch.descriptors], self._watch.patience)
            self._reap()
            if self._connection.fileno() in awake and not self._obey():
                return

    def _set_up(self) -> None:
        """Hear from Robot what it wants, and import the roles."""
        setup = self._channel.receive()
        if setup is None:
            return
        if broken := _import(setup["roles"]):
            self._channel.send(broken)
            return
        masters = [Identity.from_wire(each) for each in setup["masters"]]
        self._watch = Watch(Identity.from_wire(setup["robot"]), masters, setup["grace"])
        gc.freeze()  # what all children share is looked through by none of them, and so copied for none
        self._channel.send({"ready": os.getpid()})

    def _sleep(self, sources: list[int], timeout: float) -> set[int]:
        """Wait for one of these descriptors, or the end of a child, or the time."""
        awake = readable([*sources, self._alarm_read], timeout)
        if self._alarm_read in awake:
            os.read(self._alarm_read, 4096)
        return awake

    def _obey(self) -> bool:
        """Do what Robot has asked for; returns False when the end has come."""
        while True:
            request = self._channel.receive(0)
            if request is None:
                return True
            if request["do"] == "stop":
                self._stop(request["grace"])
                return False
            self._answer(request)

    def _answer(self, request: Message) -> None:
        if request["do"] == "start":
            self._start(request["request"])
        elif request["do"] == "import":
            self._channel.send(_import([request["module"]]) or {"imported": request["module"]})
        elif request["do"] == "kill":
            pid = request["pid"]
            if pid in self._roles:  # not yet reaped, so the number is still its own
                os.killpg(pid, signal.SIGKILL)
            self._channel.send({"killed": pid in self._roles})
        else:
            self._channel.send({"status": self._ending(request["pid"], request["timeout"])})

    def _start(self, request: Message) -> None:
        ours, theirs = socket.socketpair()
        try:
            pid = os.fork()
        except OSError as error:
            ours.close()
            theirs.close()
            self._channel.send({"error": f"cannot start a process: {error}"})
            return
        if pid == 0:
            ours.close()
            self._become(theirs, request)
        theirs.close()
        with contextlib.suppress(PermissionError, ProcessLookupError):
            os.setpgid(pid, pid)  # here and in the child, so that the group exists whoever comes first
        self._roles[pid] = request["role"]
        reply = b'{"pid":%d}\n' % pid
        try:
            socket.send_fds(self._connection, [reply], [ours.fileno()])
        except OSError as error:
            raise ChannelClosed(str(error)) from error
        finally:
            ours.close()

    def _become(self, connection: socket.socket, request: Message) -> NoReturn:
        """Be the child: drop what belongs to the starter, play the role, and end."""
        code = 1
        try:
            os.setpgid(0, 0)
            signal.set_wakeup_fd(-1)
            for number in (*_IGNORED, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            for descriptor in (self._connection.fileno(), self._alarm_read, self._alarm_write):
                os.close(descriptor)
            if self._watch:
                self._watch.close()
            code = play(Channel(connection), request)
        finally:
            os._exit(code)

    def _reap(self) -> bool:
        """Collect the ended children, adopted ones too; returns False when there are no children at all."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return False
            if pid == 0:
                return True
            if self._roles.pop(pid, None):
                self._endings[pid] = os.waitstatus_to_exitcode(status)

    def _ending(self, pid: int, timeout: float) -> int | None:
        """Return how a child of ours ended, once it did."""
        deadline = time.monotonic() + timeout
        while pid not in self._endings and time.monotonic() < deadline and pid in self._roles:
            self._sleep([], 0.05)
            self._reap()
        return self._endings.get(pid)

    def _stop(self, grace: float) -> None:
        """End everything; whoever is still there after the time of grace is a survivor and reported."""
        deadline = time.monotonic() + grace
        while self._reap() and (left := deadline - time.monotonic()) > 0:
            self._sleep([], left)
        self._channel.send(self.end_everything().to_wire())

    def end_everything(self) -> Farewell:
        """Kill what is left and empty the ledger, once."""
        if self._ended:
            return Farewell((), (), ())
        self._ended = True
        return end_everything(self._ledger, self._describe, self._reap)

    def _describe(self, who: Identity) -> str:
        role = self._roles.get(who.pid)
        return f"{who.pid} {role}" if role else table.describe(who)


def _import(modules: list[str]) -> Message | None:
    """Import what children are going to need, and let it `prepare` what they share; returns what went wrong, if anything."""
    try:
        for module in modules:
            getattr(importlib.import_module(module), "prepare", _nothing)()
    except ImportError:
        return {"error": traceback.format_exc()}
    return None


def _nothing() -> None:
    """Prepare nothing: most roles have nothing to share but their code."""


def _wake(number: int, frame: FrameType | None) -> None:
    """Exist: only a signal with a handler wakes the one who waits."""
