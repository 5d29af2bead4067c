"""What a run was asked for: which copier, how large, where; and what the three sizes mean."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from ContentionLibrary.copiers.profile import Profile
from ContentionLibrary.errors import UsageError
from ContentionLibrary.history import cast
from ContentionLibrary.processes.table import Identity

MIB = 1 << 20


@dataclass(frozen=True)
class Scale:
    """How much of everything a size means.

    Args:
        content: bytes of each test file.
        fresh: the same for plays that need a fresh run for each step; which steps there are does not depend on it.
        stay: seconds that a reader keeps its lock.
        rounds: how often a free race is run.
        cycles: how many copies are made one after another, in each of three ways, to see whether anything grows with
            their number.
        sizes: bytes of the files with which is seen whether memory grows with the size; at least five, so that a line
            through them has an interval.
        crowds: how many competitors there are beside a copier whose memory is measured.
        paces: the same where its speed is measured.
        timed: bytes of a file whose copy is timed: long enough to be timed, and short enough to be copied often.
        contestants: how many copiers want the same again and again.
    """

    content: int
    fresh: int
    stay: float
    rounds: int
    cycles: int = 67
    sizes: tuple[int, ...] = tuple(MIB * size for size in (16, 24, 32, 48, 64))
    crowds: tuple[int, ...] = (0, 1, 3, 5, 10)
    paces: tuple[int, ...] = (1, 3, 5, 10)
    timed: int = 16 * MIB
    contestants: int = 5


class Size(Enum):
    """The three sizes of the catalogue. FULL is the size of a real slide image."""

    QUICK = Scale(
        *(4 * MIB, 4 * MIB, 2.0, 3, 14),
        sizes=tuple(MIB * size for size in (4, 8, 12, 16, 20)),
        crowds=(0, 1, 3, 5),
        paces=(1, 3),
        contestants=3,
    )
    STANDARD = Scale(64 * MIB, 8 * MIB, 10.0, 3, paces=(1, 3, 10))
    FULL = Scale(
        278 * MIB, 278 * MIB, 10.0, 3, sizes=tuple(MIB * size for size in (16, 64, 128, 200, 278)), timed=64 * MIB
    )


def parse_size_name(text: str) -> Size:
    """Turn `quick`, `standard` or `full` into a size.

    Raises:
        UsageError: it is none of them.
    """
    try:
        return Size[text.strip().upper()]
    except KeyError:
        known = ", ".join(size.name.lower() for size in Size)
        raise UsageError(f"setting SIZE: '{text}' is no size; write one of: {known}") from None


def size_in_keys(size: Size) -> str:
    """Return how a size stands in the keys of findings: by its name, and not at all if it is quick."""
    return "" if size is Size.QUICK else size.name.lower()


@dataclass(frozen=True)
class Settings:
    """All that a user can choose.

    Args:
        profile: the copier under test.
        size: how large everything is.
        workspace_root: directory below which the scenario makes its workspace; None for the system's own.
        output: directory for the history and the verdict; None keeps them in memory.
        masters: processes that must not be outlived, the outermost first (`contention run`, pabot): when one is gone, this
            process is ended.
        forgets: whether nothing is to be kept for later runs.
        replay_options: what `contention replay` must be told to find copier and suite; nothing if they came along with us.
    """

    profile: Profile
    size: Size = Size.STANDARD
    workspace_root: Path | None = None
    output: Path | None = None
    masters: tuple[Identity, ...] = ()
    forgets: bool = False
    replay_options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Subject:
    """Whose behaviour a play shows: the copier under test, or a control copier that was made to have a fault."""

    name: str
    profile: Profile
    scale: Scale


UNDER_TEST = cast.UNDER_TEST
CONTROL_SCALE = Scale(
    *(MIB, MIB, 0.8, 3, 10),
    sizes=tuple(MIB * size for size in (2, 4, 6, 8, 10)),
    crowds=(0, 1, 3, 5),
    paces=(1, 3),
    timed=8 * MIB,
    contestants=3,
)
"""A fault that a control copier was made to have shows in a small file as well."""
