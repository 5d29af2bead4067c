"""What whole categories cost: time, processor time, memory and descriptors of `contention run CATEGORY --size quick`.

The rivals of time are as many copies alone, one after the other, as the run has made with all its controls, each of a file
of the same size by the same copier; those of memory and descriptors are pabot with as many Robots, which only wait.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from ContentionLibrary.cli.catalogue import CATALOGUE
from ContentionLibrary.history.copies import CopyEnded
from ContentionLibrary.scenario.settings import Size
from tests.benchmarks.onlooker import Onlooker, Peaks
from tests.benchmarks.rows import Row, row

PARTS = tuple(CATALOGUE)
MIB = 1 << 20
_ALONE = 15  # copies
_COPY = (sys.executable, "-m", "ContentionLibrary.reference_copier")
_WITH_OWN_SERVERS = ("NetworkStorage", "PlatformSpecific")
"""Categories that run servers and guests, whose memory and descriptors nobody has promised anything about."""
_IDLE = "*** Test Cases ***\nWait\n    Sleep    3 s\n"


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, and of the processors."""

    lasted: float
    used: float


def measure(*categories: str) -> list[Row]:
    """Measure the reference copier, in all categories if none is named."""
    if not sys.platform.startswith("linux"):
        return []
    with tempfile.TemporaryDirectory(prefix="contention-bench-") as directory:
        folder = Path(directory)
        alone = _copies_alone(folder)
        idle = _idle_robots(folder)
        return [one for name in categories or PARTS for one in _category(name, folder / name, alone, idle)]


def _category(name: str, folder: Path, alone: Cost, idle: Peaks) -> list[Row]:
    command = [sys.executable, "-m", "ContentionLibrary", "run", name, "--size", "quick"]
    cost, peaks = _watched([*command, "--outputdir", str(folder)], folder.parent)
    copies = _copies_in(folder)
    many = f"{copies} copies alone"
    demanded = name not in _WITH_OWN_SERVERS
    robots = "pabot with idle Robots"
    return [
        row(f"{name}: time", cost.lasted, "s", rival=many, rival_value=copies * alone.lasted),
        row(f"{name}: processor time", cost.used, "s", rival=many, rival_value=copies * alone.used),
        row(
            f"{name}: memory of {peaks.processes} processes of ours",
            peaks.proportional / MIB,
            "MiB PSS",
            rival=robots,
            rival_value=idle.proportional / MIB,
            at_most=200 if demanded else None,
        ),
        row(
            f"{name}: the same, shared pages for each",
            peaks.resident / MIB,
            "MiB RSS",
            rival=robots,
            rival_value=idle.resident / MIB,
        ),
        row(
            f"{name}: descriptors of ours",
            peaks.descriptors,
            "",
            rival=robots,
            rival_value=idle.descriptors,
            at_most=300 if demanded else None,
        ),
    ]


def _copies_alone(folder: Path) -> Cost:
    source, target = folder / "source.bin", folder / "copy.bin"
    source.write_bytes(os.urandom(Size.QUICK.value.content))
    costs = [_cost([*_COPY, str(source), str(target)], folder, dict(os.environ)) for _ in range(_ALONE)]
    return Cost(statistics.median(one.lasted for one in costs), statistics.median(one.used for one in costs))


def _idle_robots(folder: Path) -> Peaks:
    suites = folder / "idle"
    suites.mkdir()
    processes = os.cpu_count() or 1
    for number in range(processes):
        (suites / f"idle_{number}.robot").write_text(_IDLE)
    command = [sys.executable, "-m", "pabot.pabot", "--no-pabotlib", "--processes", str(processes)]
    _, peaks = _watched([*command, "--outputdir", str(folder / "idle-out"), str(suites)], folder)
    return peaks


def _watched(command: list[str], folder: Path) -> tuple[Cost, Peaks]:
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


def _copies_in(folder: Path) -> int:
    """Count the copies that a run has made, of the copier under test and of the controls."""
    kind = f'"{CopyEnded.__name__}"'
    return sum(line.count(kind) for path in folder.rglob("history.jsonl") for line in path.read_text().splitlines())
