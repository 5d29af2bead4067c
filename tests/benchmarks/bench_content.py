"""What making and judging test files costs, beside reading them and beside one SHA-256."""

from __future__ import annotations

import hashlib
import random
import tempfile
from pathlib import Path

from ContentionLibrary.content.judge import judge_file
from ContentionLibrary.content.sighting import Version
from ContentionLibrary.content.words import PIECE, blocks, write_file
from tests.benchmarks.rows import Row, best_of, row

A, B = Version(1, 3), Version(2, 700)
MIB = 1 << 20
RUN = 16 << 10


def measure() -> list[Row]:
    """Measure on the temporary directory's file system, with warm caches."""
    with tempfile.TemporaryDirectory() as folder:
        return _measure(Path(folder))


def _measure(folder: Path) -> list[Row]:
    small, large, mixed, foreign = (folder / name for name in ("small", "large", "mixed", "foreign"))
    write_file(small, A, 4 * MIB)
    rows = [
        row(
            "make a file of 278 MiB",
            best_of(2, lambda: write_file(large, A, 278 * MIB)),
            "s",
            rival="write zeros",
            rival_value=best_of(2, lambda: _write_zeros(folder / "zeros", 278 * MIB)),
            at_most=0.5,
        ),
        row("judge a clean file of 4 MiB", best_of(5, lambda: judge_file(small)) * 1000, "ms", at_most=2),
        row(
            "judge a clean file of 278 MiB",
            best_of(3, lambda: judge_file(large)),
            "s",
            rival="SHA-256 of it",
            rival_value=best_of(1, lambda: _digest(large)),
            at_most=0.5,
        ),
    ]
    with mixed.open("wb") as file:
        for number in range(278 * MIB // RUN):
            file.writelines(blocks((A, B)[number % 2], RUN, start=number * RUN))
    ranges = len(judge_file(mixed, limit=10**6).spans)
    with foreign.open("wb") as file:
        file.write(random.Random(1).randbytes(32 * MIB))
    return [
        *rows,
        row(
            f"judge a mixture of {ranges} ranges in 278 MiB",
            best_of(2, lambda: judge_file(mixed, limit=10**6)),
            "s",
            at_most=3,
        ),
        row("judge that mixture, list cut off", best_of(2, lambda: judge_file(mixed)), "s", at_most=0.5),
        row("judge 32 MiB of foreign bytes", best_of(1, lambda: judge_file(foreign)), "s", at_most=3),
    ]


def _write_zeros(path: Path, size: int) -> None:
    block = bytes(PIECE)
    with path.open("wb", buffering=0) as file:
        for _ in range(size // PIECE):
            file.write(block)


def _digest(path: Path) -> None:
    with path.open("rb") as file:
        hashlib.file_digest(file, "sha256")
