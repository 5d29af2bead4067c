"""What whole jobs take at standard size, as users run them, against the times and the memory that they are promised.

The rival is as many copies alone, one after the other, as the job has made with all its controls: small ones, where the job
copies files of up to 64 MiB.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.costs import Cost, copies_alone, copies_in, watched
from tests.benchmarks.rows import Row, row

_MB = 10**6
_RESULTS = ("--outputdir", "{folder}")
_SUITES = Path(__file__).parents[2] / "suites"
_LOCAL = ("FileBlocking", "RaceConditions", "RecoveryCleanup", "ResourceExhaustion", "PerformanceUnderContention")


@dataclass(frozen=True)
class _Job:
    """One job.

    Args:
        name: how it is called.
        command: what is run, with `{folder}` for where its results go.
        at_most: seconds that it may take.
        memory: bytes that our processes may have at one moment, pages that they share counted once; 0 for any number.
    """

    name: str
    command: tuple[str, ...]
    at_most: float
    memory: int = 0


def _robot(*categories: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "robot", *_RESULTS, *(str(_SUITES / category) for category in categories))


def _contention(*categories: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "ContentionLibrary", "run", *categories, "--forget", *_RESULTS)


_JOBS = (
    _Job("robot FileBlocking", _robot("FileBlocking"), 20, 150 * _MB),
    _Job("robot RaceConditions RecoveryCleanup", _robot("RaceConditions", "RecoveryCleanup"), 60),
    _Job("contention run, the 24 of the local categories", _contention(*_LOCAL), 180, 200 * _MB),
    _Job("contention run NetworkStorage PlatformSpecific", _contention("NetworkStorage", "PlatformSpecific"), 360),
)


def measure() -> list[Row]:
    """Measure the reference copier."""
    if not sys.platform.startswith("linux"):
        return []
    with tempfile.TemporaryDirectory(prefix="contention-bench-") as directory:
        folder = Path(directory)
        alone = copies_alone(folder)
        return [one for number, job in enumerate(_JOBS) for one in _rows(job, folder / str(number), alone)]


def _rows(job: _Job, folder: Path, alone: Cost) -> list[Row]:
    command = [word.format(folder=folder) for word in job.command]
    cost, peaks = watched(command, folder.parent)
    copies = copies_in(folder)
    return [
        row(
            f"{job.name}: time",
            cost.lasted,
            "s",
            rival=f"{copies} small copies alone",
            rival_value=copies * alone.lasted,
            at_most=job.at_most,
        ),
        row(
            f"{job.name}: memory of {peaks.processes} processes of ours",
            peaks.proportional / _MB,
            "MB PSS",
            at_most=job.memory / _MB or None,
        ),
    ]
