"""Which way of control is the best one here, found out by trying it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from ContentionLibrary.errors import HarnessError, NotPossibleHere, SystemTrouble, UsageError
from ContentionLibrary.history.copies import Way
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.stepping.control import SUPERVISORS, Controlled, Exit, Hold
from ContentionLibrary.stepping.plan import Plan, Program, Stop, Watch, to_wire

_WITHIN = 5.0  # seconds; it takes some ten milliseconds
_SIZE = 256 * 1024
_QUARTERS = 3
_COPY = (
    "import os, sys\n"
    "content = open(sys.argv[1], 'rb').read()\n"
    "target = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT)\n"
    "os.write(target, content)\n"
)


def best_way(starter: Starter, directory: Path | None = None) -> tuple[Way, str]:
    """Find out how exactly programs can be controlled here, by stepping a small copy in a temporary directory.

    Args:
        starter: starts the supervisor that is tried.
        directory: where the temporary directory is made; one that a ledger names, so that nothing of it can stay.

    Returns:
        The way, and why it is not a better one; an empty text with `Way.EXACT`.
    """
    if not sys.platform.startswith("linux"):
        return _without_exact(f"exact stepping needs Linux, this is {sys.platform}")
    with tempfile.TemporaryDirectory(prefix="contention-probe-", dir=directory) as stage:
        try:
            why_not = _try_exact(starter, Path(stage).resolve())
        except (NotPossibleHere, HarnessError, SystemTrouble, UsageError) as error:
            why_not = f"exact stepping was tried and does not work: {error}"
    return _without_exact(why_not) if why_not else (Way.EXACT, "")


def _try_exact(starter: Starter, stage: Path) -> str:
    """Hold a copy at each of its steps, divide its data, and fail it; return what did not work."""
    source, destination = stage / "source", stage / "destination"
    source.write_bytes(b"probe---" * (_SIZE // 8))
    command = (sys.executable, "-I", "-S", "-c", _COPY, str(source), str(destination))
    watch = Watch(str(stage), str(source), (str(destination),), _SIZE)
    request = to_wire(Program(command, str(stage)), watch, Plan(Stop.EVERYWHERE))
    child = starter.start(SUPERVISORS[Way.EXACT], request)
    controlled = Controlled(child.channel, command)
    try:
        positions = []
        while isinstance(happened := controlled.wait(_WITHIN), Hold):
            if "write" in happened.step:
                positions.append((happened.written, destination.stat().st_size))
            controlled.release(happened)
        if not isinstance(happened, Exit):
            return f"exact stepping was tried and did not end within {_WITHIN:g} s"
        controlled.finish()
        if controlled.limitations:
            return f"exact stepping was tried and has limits here: {'; '.join(controlled.limitations)}"
        if happened.code != 0 or len(positions) <= _QUARTERS or any(told != seen for told, seen in positions):
            return f"exact stepping was tried and went wrong: exit code {happened.code}, positions {positions}"
        return ""
    finally:
        starter.kill(child)


def _without_exact(reason: str) -> tuple[Way, str]:
    """Choose between the other ways."""
    try:
        import psutil  # noqa: F401, PLC0415 - only to see that it is there
    except ImportError:
        return Way.TIMED, f"{reason}; sampling needs the package psutil"
    return Way.SAMPLED, reason
