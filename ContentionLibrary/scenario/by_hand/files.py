"""The test files of a test by hand: made, read again, and judged by who wrote them and how long they were meant to be."""

from __future__ import annotations

import shutil
from pathlib import Path

from ContentionLibrary.checks.readers import what_is_wrong
from ContentionLibrary.content.judge import judge_file
from ContentionLibrary.content.sighting import Kind, Sighting, Version
from ContentionLibrary.content.sizes import format_about, format_size
from ContentionLibrary.content.wording import describe
from ContentionLibrary.content.words import write_file
from ContentionLibrary.errors import SystemTrouble, UsageError
from ContentionLibrary.scenario.by_hand.outcomes import Outcome
from ContentionLibrary.scenario.by_hand.workplace import Workplace

WRITERS = range(1, 256)
_NOBODYS = (Kind.FOREIGN, Kind.TAIL)
_NAMES = {Version(writer): f"writer {writer}" for writer in WRITERS}


def version_of(writer: int) -> Version:
    """Return the content of a writer.

    Raises:
        UsageError: a writer's number is 1 to 255.
    """
    if writer not in WRITERS:
        raise UsageError(f"there is no writer {writer}: writers have the numbers 1 to 255")
    return Version(writer)


class Files:
    """Makes test files and remembers how long the content of each writer was meant to be.

    Args:
        workplace: where they are, unless a path is absolute.
    """

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._sizes: dict[Version, set[int]] = {}

    def expect(self, writer: int, size: int) -> Version:
        """Remember that a writer's content of this size is whole, and return that content."""
        version = version_of(writer)
        self._sizes.setdefault(version, set()).add(size)
        return version

    def create(self, path: Path, size: int, writer: int) -> None:
        """Make a test file, and the directories that lead to it if they are in the workplace.

        Raises:
            SystemTrouble: there is not room enough.
            UsageError: there is a file of this name, or no such writer, or it cannot be made there.
        """
        version = version_of(writer)
        if self._workplace.owns(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._see_room(path, size)
            write_file(path, version, size, exclusive=True)
        except FileExistsError as error:
            raise UsageError(
                f"'{self._workplace.told(path)}' is there already: a test file never replaces another file; "
                "let a writer do that, or choose another name"
            ) from error
        except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
            raise UsageError(
                f"no file can be made as '{self._workplace.told(path)}' ({error.strerror}): name a place where there can "
                "be one"
            ) from error
        except OSError as error:
            raise SystemTrouble(f"'{self._workplace.told(path)}' could not be written: {error.strerror}") from error
        self.expect(writer, size)

    def _see_room(self, path: Path, size: int) -> None:
        """See that there is room, so that a size which was mistyped does not fill somebody's disk first."""
        total, _, free = shutil.disk_usage(path.parent)
        if size > free and total:  # a file system without any space, as /proc, is no disk that could be full
            raise SystemTrouble(
                f"'{self._workplace.told(path)}' cannot be made: {format_size(size)} are wanted, and {format_about(free)} "
                f"are free in {path.parent}; choose a smaller size, or another place to work in"
            )

    def see(self, path: Path) -> Sighting | None:
        """Read a file and judge its content; None if there is no such file."""
        try:
            return judge_file(path)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def is_whole(self, sighting: Sighting) -> bool:
        """Tell whether somebody has seen all of one writer's content, up to a size that is known to be whole.

        Of a writer whose files were not made in this test, any size is taken for whole.
        """
        version = sighting.single_version
        if version is None:
            return False
        return sighting.start + sighting.size in self._sizes.get(version, {sighting.start + sighting.size})

    def outcome(self, sighting: Sighting) -> Outcome:
        """Return the word for a content that was read."""
        if self.is_whole(sighting):
            return Outcome.COMPLETED
        return Outcome[what_is_wrong(sighting)]

    def words(self, sighting: Sighting | None, size: int | None = None) -> str:
        """Say what somebody has seen, so that it completes "it holds ...".

        Args:
            sighting: what was seen; None where there was no file.
            size: bytes that there should be; by default the size that is known of the first writer seen.
        """
        if sighting is None:
            return "no file"
        if not sighting.spans and size is None:
            return "nothing (an empty file)"
        if sighting.spans and sighting.complete and all(span.kind in _NOBODYS for span in sighting.spans):
            return f"{format_size(sighting.size)} that no writer has written"
        return describe(sighting, _NAMES, self._meant(sighting) if size is None else size)

    def _meant(self, sighting: Sighting) -> int:
        end = sighting.start + sighting.size
        version = sighting.spans[0].version
        sizes = self._sizes.get(version, {end}) if version is not None else {end}
        return end if end in sizes else max(sizes)
