"""What whole categories cost: time, processor time, memory and descriptors of `contention run CATEGORY --size quick`.

The rivals of time are as many copies alone, one after the other, as the run has made with all its controls, each of a file
of the same size by the same copier; those of memory and descriptors are pabot with as many Robots, which only wait.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from ContentionLibrary.cli.catalogue import CATALOGUE
from tests.benchmarks.costs import Cost, copies_alone, copies_in, watched
from tests.benchmarks.onlooker import Peaks
from tests.benchmarks.rows import Row, row

PARTS = tuple(CATALOGUE)
MIB = 1 << 20
_WITH_OWN_SERVERS = ("NetworkStorage", "PlatformSpecific")
"""Categories that run servers and guests, whose memory and descriptors nobody has promised anything about."""
_IDLE = "*** Test Cases ***\nWait\n    Sleep    3 s\n"


def measure(*categories: str) -> list[Row]:
    """Measure the reference copier, in all categories if none is named."""
    if not sys.platform.startswith("linux"):
        return []
    with tempfile.TemporaryDirectory(prefix="contention-bench-") as directory:
        folder = Path(directory)
        alone = copies_alone(folder)
        idle = _idle_robots(folder)
        return [one for name in categories or PARTS for one in _category(name, folder / name, alone, idle)]


def _category(name: str, folder: Path, alone: Cost, idle: Peaks) -> list[Row]:
    command = [sys.executable, "-m", "ContentionLibrary", "run", name, "--size", "quick"]
    cost, peaks = watched([*command, "--outputdir", str(folder)], folder.parent)
    copies = copies_in(folder)
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


def _idle_robots(folder: Path) -> Peaks:
    suites = folder / "idle"
    suites.mkdir()
    processes = os.cpu_count() or 1
    for number in range(processes):
        (suites / f"idle_{number}.robot").write_text(_IDLE)
    command = [sys.executable, "-m", "pabot.pabot", "--no-pabotlib", "--processes", str(processes)]
    _, peaks = watched([*command, "--outputdir", str(folder / "idle-out"), str(suites)], folder)
    return peaks
