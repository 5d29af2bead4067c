"""What a run takes of the machine while it lasts: memory and descriptors of all its processes but those under test.

Whoever has inherited a mark in the environment belongs to the run, whatever session or parent it has. A process that runs
under the filter of stepping is a copier, or was started by one, and does not count: what it takes is its own affair.
"""

from __future__ import annotations

import os
import threading
import uuid
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

INTERVAL = 0.25  # seconds; a look at fifty processes takes some milliseconds
_MARK = "CONTENTION_BENCHMARK"
_UNDER_TEST = "Seccomp:\t2"


@dataclass
class Peaks:
    """The most of each figure that was seen at one moment, summed over all processes."""

    processes: int = 0
    resident: int = 0  # bytes; a page that several processes share counts for each
    proportional: int = 0  # bytes; it counts once
    descriptors: int = 0


class Onlooker:
    """Looks at a run from beside it, in a thread, while the block lasts.

    Attributes:
        environment: with which the run has to be started.
        peaks: what was seen.
    """

    def __init__(self) -> None:
        mark = uuid.uuid4().hex
        self.environment = {**os.environ, _MARK: mark}
        self.peaks = Peaks()
        self._mark = f"{_MARK}={mark}".encode()
        self._known: dict[str, bool] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _look_on(self) -> None:
        while not self._over.wait(INTERVAL):
            now = Peaks()
            for number in self._members():
                self._add(Path("/proc") / number, now)
            for name, value in vars(now).items():
                setattr(self.peaks, name, max(getattr(self.peaks, name), value))

    def _members(self) -> list[str]:
        numbers = [name for name in os.listdir("/proc") if name.isdecimal()]  # noqa: PTH208 - names, not paths
        self._known = {number: self._known[number] for number in numbers if number in self._known}
        for number in numbers:
            if number not in self._known:
                self._known[number] = self._mark in _content(Path("/proc") / number / "environ").split(b"\0")
        return [number for number in numbers if self._known[number]]

    @staticmethod
    def _add(process: Path, now: Peaks) -> None:
        if _UNDER_TEST.encode() in _content(process / "status"):
            return
        sizes = dict(line.split(b":", 1) for line in _content(process / "smaps_rollup").splitlines()[1:])
        if not sizes:
            return  # it has ended, or has just begun
        now.processes += 1
        now.resident += int(sizes[b"Rss"].split()[0]) * 1024
        now.proportional += int(sizes[b"Pss"].split()[0]) * 1024
        try:
            now.descriptors += sum(1 for _ in (process / "fd").iterdir())
        except OSError:
            return


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
