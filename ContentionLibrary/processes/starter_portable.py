"""The program of a starter on systems that cannot fork: each child is a Python of its own.

It starts children slower (about 50 ms), and there is no way to adopt the children of the children: what must be ended is found
by the ledger's token, and on Windows all are bound to the starter besides. Everything else is as in `starter_posix`.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ContentionLibrary.processes import table
from ContentionLibrary.processes.channel import Channel, ChannelClosed, Message
from ContentionLibrary.processes.launching import command
from ContentionLibrary.processes.link_portable import join
from ContentionLibrary.processes.table import Identity
from ContentionLibrary.processes.watching import Farewell, Watch, end_everything


def main(port: int, ledger: str) -> None:
    """Serve one scenario until it is told to stop or Robot is gone.

    Args:
        port: loopback port at which Robot waits; the secret that it expects comes through standard input.
        ledger: the ledger's file, which is emptied in the end, whatever the end is.
    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    starter = _Starter(Path(ledger))
    try:
        starter.serve(Channel(join(port, sys.stdin.readline().strip())))
    except (ChannelClosed, ConnectionError):  # Robot is gone
        pass
    finally:
        starter.end_everything()


class _Starter:
    """The state of a starter: its children."""

    def __init__(self, ledger: Path) -> None:
        self._ledger = ledger
        self._ended = False
        self._children: dict[int, subprocess.Popen[bytes]] = {}
        self._bound = _bind()

    def serve(self, channel: Channel) -> None:
        """Do what Robot asks for, until there is no Robot or nothing more to do.

        Raises:
            ChannelClosed: Robot is gone.
        """
        setup = channel.receive()
        if setup is None:
            return
        masters = [Identity.from_wire(each) for each in setup["masters"]]
        watch = Watch(Identity.from_wire(setup["robot"]), masters, setup["grace"])
        channel.send({"ready": os.getpid()})
        while not watch.robot_gone():
            request = channel.receive(watch.patience)
            self._reap()
            if request is None:
                continue
            if request["do"] == "stop":
                channel.send(self._stop(request["grace"]).to_wire())
                return
            channel.send(self._answer(request))

    def _answer(self, request: Message) -> Message:
        if request["do"] == "start":
            return self._start(request)
        if request["do"] == "import":
            return {"imported": request["module"]}  # each child imports for itself
        found = self._children.get(request["pid"])
        if request["do"] == "kill":
            if found and found.poll() is None:
                found.kill()
            return {"killed": found is not None}
        try:
            return {"status": found.wait(request["timeout"]) if found else None}
        except subprocess.TimeoutExpired:
            return {"status": None}

    def _start(self, request: Message) -> Message:
        try:
            process = subprocess.Popen(
                command("ContentionLibrary.processes.child_portable"),
                stdin=subprocess.PIPE,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except OSError as error:
            return {"error": f"cannot start a process: {error}"}
        self._children[process.pid] = process
        if process.stdin:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.close()
        return {"pid": process.pid}

    def _reap(self) -> bool:
        """Collect the ended children; returns False when none is left."""
        return any([process.poll() is None for process in self._children.values()])  # noqa: C419 - poll each

    def _stop(self, grace: float) -> Farewell:
        """End everything; whoever is still there after the time of grace is a survivor and reported."""
        deadline = time.monotonic() + grace
        while self._reap() and time.monotonic() < deadline:
            time.sleep(0.005)
        return self.end_everything()

    def end_everything(self) -> Farewell:
        """Kill what is left and empty the ledger, once."""
        if self._ended:
            return Farewell((), (), ())
        self._ended = True
        _let_go_of_log()
        return end_everything(self._ledger, table.describe, lambda: self._reap() or bool(self._bound()), self._bound)


def _bind() -> Callable[[], list[Identity]]:
    """Let everything that is started from now on end with this process, where the system offers that.

    Returns:
        A function that finds all that is bound so.
    """
    if sys.platform == "win32":
        from ContentionLibrary.processes.bond_windows import Bond  # noqa: PLC0415 - Windows only

        bond = Bond()
        return lambda: [identity for number in bond.others() if (identity := table.identity_of(number))]
    return list


def _let_go_of_log() -> None:
    """Write nowhere from now on: on Windows the workspace could not be removed while we have our log in it open."""
    if sys.platform == "win32":
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for descriptor in (1, 2):
            os.dup2(nowhere, descriptor)
        os.close(nowhere)
