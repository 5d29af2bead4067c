"""Robot and pabot as our children: started apart from the terminal, and ended with everything they have started.

pabot gives each Robot a session of its own and leaves them all behind when it is terminated itself, so ending it
means: stop pabot first, ask every Robot to end as Ctrl-C would, wait, and only then kill what is still there.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from ContentionLibrary.cli.system import SESSION, freeze, interrupt

GRACE = 10.0  # seconds for Robot to end its scenario and clean up
LAST_GRACE = 10.0  # seconds for what cleans up after a Robot that is gone
_POLL = 0.05  # seconds

# Options from the environment would change what is run behind the back of what was asked for.
_NOT_INHERITED = {"ROBOT_OPTIONS", "REBOT_OPTIONS"}


@contextmanager
def child(
    command: list[str], *, working_directory: Path, console: Path, robots_below: bool, impatient: Callable[[], bool]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command beside us; at the end of the block it is over, if need be by force.

    Args:
        command: program and arguments.
        working_directory: where it runs.
        console: file to which its output and errors are appended.
        robots_below: whether the Robots are its children (pabot) or it is the Robot itself.
        impatient: asked while waiting for a good end; true means to kill at once.
    """
    with console.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=working_directory,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=_environment(os.environ),
            **SESSION,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            _end(process, robots_below, impatient)


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in ours.items() if name not in _NOT_INHERITED}


def _end(process: subprocess.Popen[bytes], robots_below: bool, impatient: Callable[[], bool]) -> None:
    try:
        top = psutil.Process(process.pid)
        if robots_below:
            freeze(top)
        robots = top.children() if robots_below else [top]
        family = _Family(top)
    except psutil.NoSuchProcess:
        process.wait()
        return
    for robot in robots:
        if _alive(robot):
            interrupt(robot)
    family.wait_for(robots, GRACE, impatient)
    _kill([top, *robots])
    family.wait_for(family.members, LAST_GRACE, impatient)
    _kill(family.members)
    process.wait()


class _Family:
    """A process and all its descendants, also those that have lost their parents since they were first seen."""

    def __init__(self, top: psutil.Process) -> None:
        self._members = {top}
        self._look()

    @property
    def members(self) -> list[psutil.Process]:
        return list(self._members)

    def _look(self) -> None:
        for member in self.members:
            try:
                self._members.update(member.children(recursive=True))
            except psutil.NoSuchProcess:
                continue

    def wait_for(self, processes: list[psutil.Process], seconds: float, impatient: Callable[[], bool]) -> None:
        """Wait until the processes have ended, the time is over, or the user does not want to wait."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not impatient():
            self._look()
            if not any(_alive(process) for process in processes):
                return
            time.sleep(_POLL)


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        if _alive(process):
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
