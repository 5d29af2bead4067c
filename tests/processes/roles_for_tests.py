"""A role that does what the tests of starters ask for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

prepared_by = []


def prepare():
    prepared_by.append(os.getpid())


def main(channel, request):
    while True:
        order = channel.receive()
        match order["do"]:
            case "tell":
                channel.send(_tell(request))
            case "break":
                raise ValueError("this was not expected")
            case "exit":
                sys.exit(order["code"])
            case "leave behind":
                channel.send({"pid": _leave_behind(order["how"])})
            case "be stubborn":
                channel.send({"pid": os.getpid()})
                time.sleep(1000)


def _tell(request):
    return {
        "pid": os.getpid(),
        "group": os.getpgid(0),
        "prepared by": prepared_by,
        "value": request.get("value"),
        "descriptors": sorted(int(name) for name in os.listdir("/proc/self/fd")),  # noqa: PTH208
        "signals": [str(signal.getsignal(getattr(signal, name))) for name in ("SIGINT", "SIGTERM", "SIGHUP")],
        "output": os.readlink("/proc/self/fd/1"),  # noqa: PTH115
    }


def _leave_behind(how):
    """Start a process that sleeps for ever and return its number; `how` says how it tries to get away."""
    command = ["sleep", "1000"]
    if how == "child":
        return subprocess.Popen(command).pid
    if how == "own session":
        return subprocess.Popen(command, start_new_session=True).pid
    reading, writing = os.pipe()
    if os.fork() == 0:
        if how in ("daemon", "daemon without token"):
            os.setsid()
        pid = os.fork()
        if pid == 0:
            os.close(writing)
            environment = {"PATH": os.environ["PATH"]} if how == "daemon without token" else os.environ
            os.execvpe(command[0], command, environment)
        os.write(writing, str(pid).encode())
        os._exit(0)
    os.wait()
    os.close(writing)
    pid = int(os.read(reading, 20))
    os.close(reading)
    return pid
