"""What commands cost from their start to their end: time, processor time, memory and descriptors of all processes."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from ContentionLibrary.history.copies import CopyEnded
from ContentionLibrary.scenario.settings import Size
from tests.benchmarks.onlooker import Onlooker, Peaks

_ALONE = 15  # copies
_COPY = (sys.executable, "-m", "ContentionLibrary.reference_copier")


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, and of the processors."""

    lasted: float
    used: float


def copies_alone(folder: Path) -> Cost:
    """Return what one small copy of the reference copier costs that nobody disturbs or observes."""
    source, target = folder / "source.bin", folder / "copy.bin"
    source.write_bytes(os.urandom(Size.QUICK.value.content))
    costs = [_cost([*_COPY, str(source), str(target)], folder, dict(os.environ)) for _ in range(_ALONE)]
    return Cost(statistics.median(one.lasted for one in costs), statistics.median(one.used for one in costs))


def watched(command: list[str], folder: Path) -> tuple[Cost, Peaks]:
    """Run a command to its end, and look on at all its processes."""
    with Onlooker() as onlooker:
        cost = _cost(command, folder, {**onlooker.environment, "XDG_STATE_HOME": str(folder / "state")})
    return cost, onlooker.peaks


def _cost(command: list[str], folder: Path, environment: dict[str, str]) -> Cost:
    """Run a command to its end; processor time is that of all processes that were waited for.

    Raises:
        RuntimeError: it has failed, and has cost something else than what is to be measured.
    """
    said = folder / "said.txt"
    began = time.monotonic()
    with said.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**environment, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        _, status, usage = os.wait4(process.pid, 0)
    lasted = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(
            f"{' '.join(command)} ended with exit code {process.returncode}:\n{said.read_text()[-2000:]}"
        )
    return Cost(lasted, usage.ru_utime + usage.ru_stime)


def copies_in(folder: Path) -> int:
    """Count the copies that a run has made, of the copier under test and of the controls."""
    kind = f'"{CopyEnded.__name__}"'
    return sum(line.count(kind) for path in folder.rglob("history.jsonl") for line in path.read_text().splitlines())
