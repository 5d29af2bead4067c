"""Starting, stopping and ending Robot and pabot on Windows."""

from __future__ import annotations

import ctypes
import platform
import signal
import subprocess
import sys
from pathlib import Path
from typing import TypedDict

import psutil


class SessionOptions(TypedDict):
    """What `subprocess.Popen` is told so that the console's Ctrl-C reaches us alone."""

    creationflags: int


# The names exist on Windows only, where alone this file is imported.
SESSION: SessionOptions = {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def interrupt(process: psutil.Process) -> None:
    """Ask Robot to stop by Ctrl-Break, the one signal that another process group can be sent.

    Raises:
        psutil.NoSuchProcess: it has ended already.
    """
    process.send_signal(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGTERM))


def freeze(process: psutil.Process) -> None:
    """Stop pabot from starting the next suites while its present ones end.

    Raises:
        psutil.NoSuchProcess: it has ended already.
    """
    process.suspend()


def platform_name() -> str:
    """Name the system for reports: what Wine does is like Windows, and is not called so."""
    name = f"{platform.system()} {platform.release()} {platform.machine()}"
    if sys.platform == "win32":
        wine_version = getattr(ctypes.WinDLL("ntdll"), "wine_get_version", None)
        if wine_version is not None:
            wine_version.restype = ctypes.c_char_p
            return f"Windows API semantics (Wine {wine_version().decode()}), like {name}"
    return name


def peak_memory_of_children() -> int | None:
    """This system does not tell of processes that have ended."""
    return None


def write_launcher(directory: Path, interpreter: str, working_directory: Path) -> tuple[str, ...]:
    """Write the command with which pabot, started in `directory`, starts a Robot.

    pabot splits its `--command` at blanks, and would run its Robots in its own folder instead of the user's.

    Args:
        directory: where pabot runs; the launcher is written there.
        interpreter: path of the Python that runs Robot.
        working_directory: the folder in which Robot is to run.

    Returns:
        Words without blanks.
    """
    lines = f'@cd /d "{working_directory}"\n@"{interpreter}" -P -m robot %*\n'
    (directory / "launch.cmd").write_text(lines)
    return (".\\launch.cmd",)
