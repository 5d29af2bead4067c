"""Finds whatever a Robot of ours may leave behind: processes, files, kernel locks."""

from __future__ import annotations

import os
import shutil
import signal
import site
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ContentionLibrary.processes.ledger import DIRECTORY, TOKEN_VARIABLE, read_ledger
from tests.scenarios.robots import CHECKOUT, environment

NOBODY = 65534
_STEP = 0.01  # seconds between two looks
_GONE_WITHIN = 20.0  # seconds
_AT_WORK_WITHIN = 90.0  # seconds; three guests that boot at once take some twenty


def until(condition: Callable[[], object], what: Callable[[], str], seconds: float = _GONE_WITHIN) -> None:
    """Wait for a condition; fail with what there is instead when it does not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what()
        time.sleep(_STEP)


@cache
def python_for(user: int | None) -> str | None:
    """Return a Python with Robot that a user can run; ours may lie in a home directory that others cannot enter."""
    if user is None:
        return sys.executable
    for python in filter(None, (sys.executable, shutil.which("python3", path="/usr/bin:/usr/local/bin"))):
        try:
            ended = subprocess.run(
                [python, "-c", "import sys, robot, psutil, yaml, filelock; sys.exit(sys.version_info < (3, 11))"],
                user=user,
                group=user,
                extra_groups=[],
                cwd="/",
                env={**os.environ, "PYTHONPATH": _module_path()},
                stderr=subprocess.DEVNULL,
                check=False,
            )
        except PermissionError:
            continue
        if ended.returncode == 0:
            return python
    return None


def _module_path() -> str:
    return os.pathsep.join([str(CHECKOUT), *site.getsitepackages()])


@dataclass(frozen=True)
class Traces:
    """What was there in the middle of a scenario, to be looked for afterwards."""

    tokens: frozenset[str]
    places: frozenset[str]
    inodes: frozenset[int]


class Robot:
    """A Robot, or a pabot, in a home of its own, as a user of choice.

    Args:
        home: a directory of its own; the output lies in `out`, everything temporary in `tmp`.
        words: Robot's or pabot's command after the interpreter.
        user: its numeric user; None means ourselves.
    """

    def __init__(self, home: Path, words: list[str], user: int | None = None) -> None:
        self.home, self.temporary, self.output = home, home / "tmp", home / "out"
        for directory in (home, self.temporary, self.output, home / "state"):
            directory.mkdir(exist_ok=True)
            if user is not None:
                os.chown(directory, user, user)
        how = {} if user is None else {"user": user, "group": user, "extra_groups": []}
        python = python_for(user)
        assert python is not None
        own = {"PYTHONPATH": _module_path(), "HOME": str(home), "XDG_STATE_HOME": str(home / "state")}
        with (home / "console.txt").open("wb") as console:
            self.process = subprocess.Popen(
                [python, *words],
                cwd=home,
                env={**environment(self.temporary), **own},
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                **how,
            )

    @property
    def console(self) -> str:
        """All that it has printed."""
        return (self.home / "console.txt").read_text(errors="replace")

    # -- while it runs --------------------------------------------------------------------------------------------

    def ledgers(self) -> list[Path]:
        return list(self.temporary.glob("contention-*/ledgers/*.jsonl"))

    def copiers_at_work(self) -> int:
        """Count the scenarios in which a copier under control has been started, or the server or guest that it will need."""
        signs = ("log/*.err", "run/private/*", "guest/request")
        return len({path.parent for sign in signs for path in self.temporary.glob(f"contention-*/*/{sign}")})

    def wait_for_copiers(self, scenarios: int = 1) -> Traces:
        """Wait until copiers are at work, and return the traces to look for afterwards."""
        until(
            lambda: self.copiers_at_work() >= scenarios or self.process.poll() is not None,
            lambda: f"no copier at work: {self.console}",
            _AT_WORK_WITHIN,
        )
        assert self.process.poll() is None, f"it ended too early: {self.console}"
        tokens, places = set(), set()
        for path in self.ledgers():
            contents = read_ledger(path)
            tokens.add(contents.token)
            places |= {resource.facts["path"] for resource in contents.resources if resource.ender == DIRECTORY}
        assert tokens and places
        assert any(self.carriers(tokens)), "a scenario without processes"
        return Traces(frozenset(tokens), frozenset(places), self._inodes())

    def _inodes(self) -> frozenset[int]:
        found = set()
        for root in (self.temporary, self.home / "state"):
            for directory, _, names in os.walk(root):
                for name in names:
                    try:
                        found.add(os.lstat(os.path.join(directory, name)).st_ino)  # noqa: PTH118
                    except FileNotFoundError:
                        continue
        return frozenset(found)

    # -- afterwards -------------------------------------------------------------------------------------------------

    def carriers(self, tokens: frozenset[str] | set[str]) -> list[str]:
        """Return all processes that carry one of our tokens or know of our home, zombies aside."""
        marks = [f"TMPDIR={self.temporary}".encode()]
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdecimal():
                continue
            try:
                variables = (entry / "environ").read_bytes().split(b"\0")
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            token = next((one for one in variables if one.startswith(f"{TOKEN_VARIABLE}=".encode())), b"")
            if any(mark in variables for mark in marks) or any(one.encode() in token for one in tokens):
                found.append(f"{entry.name}: {words}")
        return found

    def files(self, traces: Traces | None) -> list[str]:
        """Return everything below the temporary root, and every workspace elsewhere that is still there."""
        below = [str(path) for path in self.temporary.rglob("*")]
        return below + [place for place in (traces.places if traces else ()) if os.path.lexists(place)]

    def nothing_is_left(self, traces: Traces | None = None) -> bool:
        """Wait until no process, file or lock is left."""
        tokens = traces.tokens if traces else frozenset()
        until(lambda: not self.carriers(tokens), lambda: f"still running: {self.carriers(tokens)}")
        until(lambda: not self.files(traces), lambda: f"still there: {self.files(traces)}")
        if traces:
            until(lambda: not locked(traces.inodes), lambda: f"still locked: {locked(traces.inodes)}")
        self.process.wait(1)
        return True


def locked(inodes: frozenset[int]) -> list[str]:
    """Return the kernel's locks on some files."""
    lines = Path("/proc/locks").read_text().splitlines()
    return [line for line in lines if int(line.split()[-3].rpartition(":")[2]) in inodes]


def stop_at_work(robots: Sequence[Robot]) -> None:
    """Stop each Robot as soon as a copier of its is at work, so that none comes to its end while another one is looked at."""
    waiting = list(robots)

    def all_stand() -> bool:
        for robot in [robot for robot in waiting if robot.copiers_at_work() or robot.process.poll() is not None]:
            robot.process.send_signal(signal.SIGSTOP)
            waiting.remove(robot)
        return not waiting

    until(all_stand, lambda: f"no copier at work: {[robot.console for robot in waiting]}", _AT_WORK_WITHIN)
