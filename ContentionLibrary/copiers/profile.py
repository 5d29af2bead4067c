"""What is known of a copier before it is run: its command, its claims, and how to understand its end."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from ContentionLibrary.checks.levels import STRICT, Level
from ContentionLibrary.copiers.placeholders import DESTINATION_PATH, DESTINATION_UNC, DESTINATION_URL


class SourceOn(StrEnum):
    """Where the source must lie for the copier to copy at all: `mv` only renames on one file system."""

    SAME = "same filesystem"
    OTHER = "other filesystem"


@dataclass(frozen=True)
class ExitCodes:
    """Which exit codes mean success, and which mean that the copier refused because somebody else was busy."""

    success: tuple[int, ...] = (0,)
    busy: tuple[int, ...] = ()


@dataclass(frozen=True)
class OnSignal:
    """How a copier ends when it gets a signal, if not by the signal itself or with 128 and its number.

    Args:
        signal: its name without SIG.
        codes: the exit codes; none when it goes on as if nothing had happened.
    """

    signal: str
    codes: tuple[int, ...]


@dataclass(frozen=True)
class Requirement:
    """A program that must be found, and what brings it.

    Args:
        program: its name.
        package: the system's package of it.
        install: the command that installs it, where that is no package of the system.
    """

    program: str
    package: str = ""
    install: str = ""

    @property
    def remedy(self) -> str:
        """The one command that brings the program."""
        return self.install or f"apt install {self.package or self.program}"


@dataclass(frozen=True)
class Profile:
    """One copier.

    Args:
        name: how it is called in reports; the file's name below the folder of profiles.
        command: the program and its arguments, with placeholders; never run by a shell.
        description: one line.
        environment: variables that are set for it, with placeholders, in order.
        time_limit: seconds after which a run counts as hung.
        claims: the levels that it claims; the strict level where it claims nothing.
        temporary_files: glob patterns of the hidden names that it uses while it works.
        own_files: glob patterns of the names of files that it keeps for itself, such as a log: they are no part of a copy.
        exit_codes: what its exit codes mean.
        on_signal: how it ends when it gets a signal, where that is not the usual way.
        requires: the program that must be installed.
        folder_command: copies all files of a folder into another one in one process, with placeholders; empty if it cannot.
        recover: the command to be run after a kill, with placeholders; empty when a new copy is enough.
        notes: documented behaviour, and the reasons for verdicts that surprise.
        source_on: where the source must lie.
        consumes_source: the source is gone after a success.
        several_destinations: one run can copy to several destinations.
        one_at_a_time: only one copy runs on a machine at a time, whatever it copies; others are refused, or wait.
        replaces: it replaces an older version; False when it refuses a destination that is there already.
        keeps_throughput: the part of the uncontended work per second that all copies together keep under contention.
        version_command: prints its version.
        known_failures: scenarios that it is known to fail, by id, each with the reason.
        path: the file that it was read from; None when it was given as a command.
    """

    name: str
    command: tuple[str, ...]
    description: str = ""
    environment: tuple[tuple[str, str], ...] = ()
    time_limit: float = 60.0
    claims: tuple[Level, ...] = ()
    temporary_files: tuple[str, ...] = ()
    own_files: tuple[str, ...] = ()
    exit_codes: ExitCodes = ExitCodes()
    on_signal: tuple[OnSignal, ...] = ()
    requires: Requirement | None = None
    folder_command: tuple[str, ...] = ()
    recover: tuple[str, ...] = ()
    notes: str = ""
    source_on: SourceOn = SourceOn.SAME
    consumes_source: bool = False
    several_destinations: bool = False
    one_at_a_time: bool = False
    replaces: bool = True
    keeps_throughput: float = 0.5
    version_command: tuple[str, ...] = ()
    known_failures: tuple[tuple[str, str], ...] = ()
    path: Path | None = field(default=None, compare=False)

    @property
    def by_unc(self) -> bool:
        """Whether it is a client of file servers: its command takes the destination as a path of a share."""
        return any(f"{{{DESTINATION_UNC}}}" in word for word in self.command)

    @property
    def connects(self) -> bool:
        """Whether it connects to an SSH server by itself: its command takes the destination as a URL, or as a path there."""
        return any(f"{{{way}}}" in word for way in (DESTINATION_URL, DESTINATION_PATH) for word in self.command)

    @property
    def own_names(self) -> str:
        """A regular expression of `own_files`: it matches the whole name of a file or folder; one that never does for none."""
        return "|".join(map(fnmatch.translate, self.own_files)) or "(?!)"

    @property
    def contract(self) -> dict[str, Level]:
        """What is demanded of it, letter by letter: its claim, else the strict level."""
        return STRICT | {level.letter: level for level in self.claims}
