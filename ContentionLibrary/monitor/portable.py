"""Reads with psutil: on every system, more slowly, and without locks, watches and kinds where the system does not tell."""

from __future__ import annotations

import contextlib
import os
import sys

import psutil

from ContentionLibrary.monitor.figures import Figure, Figures
from ContentionLibrary.monitor.surroundings import Surroundings

_GONE = (psutil.NoSuchProcess, psutil.ZombieProcess)


class PortableReader:
    """Reads the programs below a starter; see `figures.Reader`.

    Args:
        root: process id of the starter.
        surroundings: looks at the stage.
    """

    def __init__(self, root: int, surroundings: Surroundings) -> None:
        self._root = psutil.Process(root)
        self._surroundings = surroundings
        self._used: dict[tuple[int, float], float] = {}
        self._peak = 0.0

    def read(self, *, thoroughly: bool = False) -> Figures:
        """Read; see `Reader`."""
        told: Figures = dict.fromkeys(
            (Figure.PROCESSES, Figure.THREADS, Figure.DESCRIPTORS, Figure.MEMORY, Figure.HIDDEN), 0.0
        )
        for process in self._programs():
            with contextlib.suppress(*_GONE):
                self._add(process, told, thoroughly)
        told[Figure.CPU] = sum(self._used.values())
        if thoroughly:
            told[Figure.PEAK] = self._peak
            told |= self._surroundings.names()
        return told | self._surroundings.space()

    def close(self) -> None:
        """Hold nothing, so give up nothing."""

    def _programs(self) -> list[psutil.Process]:
        """Find the programs: what has a session of its own; on Windows, what our processes have started."""
        with contextlib.suppress(*_GONE):
            below = self._root.children(recursive=True)
            if sys.platform == "win32":
                ours = {process.pid for process in self._root.children()}
                return [process for process in below if process.pid not in ours]
            session = os.getsid(self._root.pid)
            return [process for process in below if _session(process.pid) not in (session, None)]
        return []

    def _add(self, process: psutil.Process, told: Figures, thoroughly: bool) -> None:
        with process.oneshot():
            if process.status() == psutil.STATUS_ZOMBIE:
                return
            told[Figure.PROCESSES] += 1
            try:
                told[Figure.THREADS] += process.num_threads()
                told[Figure.DESCRIPTORS] += _descriptors(process)
                memory = process.memory_info()
                times = process.cpu_times()
                told[Figure.MEMORY] += memory.rss
                self._peak = max(self._peak, getattr(memory, "peak_wset", memory.rss))
                self._used[process.pid, process.create_time()] = times.user + times.system
                if thoroughly and hasattr(process, "io_counters"):
                    counters = process.io_counters()
                    told[Figure.READ] = told.get(Figure.READ, 0) + counters.read_bytes
                    told[Figure.WRITTEN] = told.get(Figure.WRITTEN, 0) + counters.write_bytes
            except psutil.AccessDenied:
                told[Figure.HIDDEN] += 1


def _session(process: int) -> int | None:
    try:
        return os.getsid(process)
    except (ProcessLookupError, PermissionError):
        return None


def _descriptors(process: psutil.Process) -> int:
    """Count descriptors; on Windows these are handles."""
    count: int = getattr(process, "num_handles" if sys.platform == "win32" else "num_fds")()
    return count
