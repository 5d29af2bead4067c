"""Plays one program on a small stage: start it under control, walk through its holds, look at what it left."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ContentionLibrary.history.copies import Way
from ContentionLibrary.processes.starter import Child, Starter
from ContentionLibrary.stepping.control import SUPERVISORS, Controlled, Exit, Hold
from ContentionLibrary.stepping.plan import Plan, Program, Stop, Watch, to_wire

LIMIT = 20.0  # seconds after which anything here counts as hung


@dataclass
class Play:
    """A stage with a source file, and the programs that were run on it."""

    starter: Starter
    stage: Path
    logs: Path
    size: int
    destinations: tuple[Path, ...] = ()
    way: Way = Way.EXACT
    role: str = ""
    child: Child | None = None

    def __post_init__(self) -> None:
        self.source.write_bytes(os.urandom(self.size))
        self.destinations = self.destinations or (self.stage / "target" / "copy.bin",)
        for destination in self.destinations:
            destination.parent.mkdir(exist_ok=True)

    @property
    def source(self) -> Path:
        return self.stage / "source.bin"

    @property
    def destination(self) -> Path:
        return self.destinations[0]

    def reset(self) -> None:
        """Take away what earlier runs have made."""
        for directory in {destination.parent for destination in self.destinations}:
            for file in directory.iterdir():
                file.unlink()

    def watch(self) -> Watch:
        return Watch(str(self.stage), str(self.source), tuple(map(str, self.destinations)), self.size)

    def request(self, command: tuple[str, ...], plan: Plan, **program: Any) -> dict[str, object]:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.logs), "LC_ALL": "C"}
        given = {
            "environment": environment,
            "directory": str(self.stage),
            "errors": str(self.logs / "errors"),
            **program,
        }
        return to_wire(Program(command, **given), self.watch(), plan)

    @contextmanager
    def running(self, *command: str, plan: Plan | None = None, **program: Any) -> Iterator[Controlled]:
        """Run a program under control and make sure that it is gone afterwards."""
        (self.logs / "errors").unlink(missing_ok=True)
        request = self.request(tuple(map(str, command)), plan or Plan(Stop.EVERYWHERE), **program)
        self.child = self.starter.start(self.role or SUPERVISORS[self.way], request)
        controlled = Controlled(self.child.channel, tuple(command))
        try:
            yield controlled
        finally:
            self.starter.kill(self.child)

    def run(
        self,
        *command: str,
        plan: Plan | None = None,
        at_hold: Callable[[Controlled, Hold], object] | None = None,
        **program: Any,
    ) -> Ran:
        """Run a program to its end; each hold is released unless `at_hold` returns True."""
        holds: list[Hold] = []
        with self.running(*command, plan=plan, **program) as controlled:
            while True:
                happened = controlled.wait(LIMIT)
                assert happened is not None, f"{command[0]} hung after {[hold.step for hold in holds]}"
                if isinstance(happened, Exit):
                    break
                holds.append(happened)
                if at_hold is None or not at_hold(controlled, happened):
                    controlled.release(happened)
            gone = controlled.finish()
        return Ran(happened, holds, gone, controlled.limitations, self.errors())

    def errors(self) -> str:
        """Return what the last program wrote to its standard error."""
        file = self.logs / "errors"
        return file.read_text(errors="replace") if file.exists() else ""

    def is_whole(self, destination: Path | None = None) -> bool:
        return digest(destination or self.destination) == digest(self.source)


@dataclass(frozen=True)
class Ran:
    """How a program ended, and what was seen of it."""

    exit: Exit
    holds: list[Hold]
    gone: tuple[str, ...]
    limitations: list[str]
    errors: str

    @property
    def steps(self) -> list[str]:
        return list(self.exit.steps)


def digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def wait_until(what: Callable[[], bool], within: float = 5.0) -> bool:
    """Wait for a condition; tell whether it came true in time."""
    deadline = time.monotonic() + within
    while not what():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.002)
    return True
