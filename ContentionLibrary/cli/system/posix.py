"""Starting, stopping and ending Robot and pabot on POSIX systems."""

from __future__ import annotations

import platform
import resource
import shlex
import signal
import sys
from pathlib import Path
from typing import TypedDict

import psutil


class SessionOptions(TypedDict):
    """What `subprocess.Popen` is told so that the terminal's Ctrl-C reaches us alone."""

    start_new_session: bool


SESSION: SessionOptions = {"start_new_session": True}
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def interrupt(process: psutil.Process) -> None:
    """Ask Robot to stop as Ctrl-C does: it ends its keyword, cleans up and writes its output.

    Raises:
        psutil.NoSuchProcess: it has ended already.
    """
    process.send_signal(signal.SIGINT)


def freeze(process: psutil.Process) -> None:
    """Stop pabot from starting the next suites while its present ones end; it goes on reading their output no more.

    Raises:
        psutil.NoSuchProcess: it has ended already.
    """
    process.suspend()


def platform_name() -> str:
    """Name the system for reports."""
    return f"{platform.system()} {platform.release()} {platform.machine()}"


def peak_memory_of_children() -> int | None:
    """Bytes of the largest process among all that have ended below this one."""
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024  # the one system that counts bytes


def write_launcher(directory: Path, interpreter: str, working_directory: Path) -> tuple[str, ...]:
    """Write the command with which pabot, started in `directory`, starts a Robot.

    pabot splits its `--command` at blanks, so an interpreter below a folder with a blank cannot be named there; and its
    Robots would run where pabot runs, though the user's relative paths mean the user's folder.

    Args:
        directory: where pabot runs; the launcher is written there.
        interpreter: path of the Python that runs Robot.
        working_directory: the folder in which Robot is to run.

    Returns:
        Words without blanks.
    """
    words = shlex.join([interpreter, "-P", "-m", "robot"])
    (directory / "launch").write_text(f'cd {shlex.quote(str(working_directory))} && exec {words} "$@"\n')
    return ("/bin/sh", "./launch")
