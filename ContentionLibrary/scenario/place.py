"""Where one run of a copier happens: a directory of its own with a source, a destination and nothing else."""

from __future__ import annotations

import os
import shutil
import threading
from dataclasses import dataclass
from pathlib import Path

from ContentionLibrary.content.judge import judge_file
from ContentionLibrary.content.sighting import Kind, Sighting, Version
from ContentionLibrary.content.words import write_file
from ContentionLibrary.history.events import Entry

FILE_NAME = "slide.bin"
SOURCE = f"source/{FILE_NAME}"
RIVAL_SOURCE = f"rival source/{FILE_NAME}"
DESTINATION = f"destination/{FILE_NAME}"


class Contents:
    """Makes each test content once and lends it to many runs.

    Args:
        directory: where the originals are kept, on the same file system as the runs.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._making = threading.Lock()
        directory.mkdir(exist_ok=True)

    def _original(self, version: Version, size: int) -> Path:
        path = self._directory / f"{version.writer}-{version.generation}-{size}"
        with self._making:
            if not path.exists():
                write_file(path, version, size)
        return path

    def lend(self, version: Version, size: int, path: Path) -> None:
        """Give a run a file that nobody is going to write into: the original itself, by one more name."""
        original = self._original(version, size)
        try:
            os.link(original, path)
        except OSError:  # another file system, or one without hard links
            shutil.copyfile(original, path)

    def compose(self, sighting: Sighting, size: int, path: Path) -> None:
        """Give a run a file that shows what a sighting tells: ranges of versions of `size` bytes, zeros, other bytes."""
        with path.open("wb") as file:
            for span in sighting.spans:
                length = span.end - span.start
                if span.version is None:
                    file.write((b"\0" if span.kind is Kind.ZERO else b"?") * length)
                    continue
                with self._original(span.version, size).open("rb") as original:
                    original.seek(span.start)
                    file.write(original.read(length))

    def copy(self, version: Version, size: int, path: Path) -> None:
        """Give a run a file of its own."""
        shutil.copyfile(self._original(version, size), path)


@dataclass(frozen=True)
class Place:
    """The directory of one run.

    Args:
        root: the directory; all below it is the stage of the run.
        source_root: where the source's directory is; another one only for copiers that need another file system.
    """

    root: Path
    source_root: Path

    @property
    def source(self) -> Path:
        """The file to be copied."""
        return self.source_root / SOURCE

    @property
    def rival_source(self) -> Path:
        """The file that a rival copies."""
        return self.source_root / RIVAL_SOURCE

    @property
    def destination(self) -> Path:
        """The file to be made."""
        return self.root / DESTINATION

    def make(self) -> None:
        """Create the empty directories."""
        for directory in (self.source.parent, self.rival_source.parent, self.destination.parent):
            directory.mkdir(parents=True, exist_ok=True)

    def entries(self) -> tuple[Entry, ...]:
        """List every name below the place, in order of their paths; the source's too if it lies elsewhere."""
        found = []
        waiting = [(str(root), str(root)) for root in {self.root, self.source_root}]
        while waiting:
            root, directory = waiting.pop()
            try:
                listed = list(os.scandir(directory))
            except (FileNotFoundError, NotADirectoryError, PermissionError):
                continue  # removed meanwhile, or made unreadable by the play itself
            for entry in listed:
                kind = _kind(entry)
                status = entry.stat(follow_symlinks=False) if _exists(entry) else None
                path = os.path.relpath(entry.path, root)
                found.append(Entry(path, kind, status.st_size if status else 0, status.st_ino if status else 0))
                if kind == "directory":
                    waiting.append((root, entry.path))
        return tuple(sorted(found, key=lambda entry: entry.path))

    def sighting(self) -> Sighting | None:
        """Read and judge the destination; None if there is no such file."""
        try:
            return judge_file(self.destination)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def remove(self) -> None:
        """Give the disk space back."""
        for root in {self.root, self.source_root}:
            shutil.rmtree(root)


def _exists(entry: os.DirEntry[str]) -> bool:
    return os.path.lexists(entry.path)


def _kind(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return "symlink"
    if entry.is_dir(follow_symlinks=False):
        return "directory"
    return "file" if entry.is_file(follow_symlinks=False) else "other"
