"""What a probe is, and the bench on which probes try things: a workspace with a ledger, as a scenario has it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ContentionLibrary.errors import ContentionError
from ContentionLibrary.history.copies import Way
from ContentionLibrary.processes.emptying import empty
from ContentionLibrary.processes.ledger import Ledger
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.processes.workspace import Workspace, open_workspace
from ContentionLibrary.stepping.control import SUPERVISORS


@dataclass(frozen=True)
class Answer:
    """What came of a probe.

    Args:
        able: whether the machine can do it.
        told: what was seen, or why it cannot.
        remedy: the one command, or the one change, that would make it able; empty when it is.
    """

    able: bool
    told: str
    remedy: str = ""


@dataclass(frozen=True)
class Bench:
    """Where probes try things; whatever they make is in the ledger first."""

    workspace: Workspace
    ledger: Ledger
    starter: Starter


@dataclass(frozen=True)
class Probe:
    """One ability of a machine.

    Args:
        name: as suites name it in tags such as `needs:exact-stepping`.
        subject: what is tried, in plain words.
        ask: tries it.
    """

    name: str
    subject: str
    ask: Callable[[Bench], Answer]

    def __call__(self, bench: Bench) -> Answer:
        """Try it; what the system refuses is an answer too."""
        try:
            return self.ask(bench)
        except (ContentionError, OSError, subprocess.TimeoutExpired) as reason:
            return Answer(False, str(reason))


@contextmanager
def open_bench(root: Path | None = None) -> Iterator[Bench]:
    """Make a bench; nothing of it is left, however the probes end.

    Args:
        root: where scenarios are to have their workspaces; None means the system's directory for temporary files.

    Raises:
        SystemTrouble: no directory can be made, or no process started.
    """
    workspace, ledger = open_workspace("doctor", root)
    roles = [SUPERVISORS[Way.EXACT]] if sys.platform == "linux" else []
    try:
        starter = Starter(workspace, ledger, roles)
    except ContentionError:
        ledger.close()
        empty(ledger.path)
        raise
    try:
        yield Bench(workspace, ledger, starter)
    finally:
        starter.stop()
