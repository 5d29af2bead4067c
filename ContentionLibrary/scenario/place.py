"""Where one run of a copier happens: a directory of its own with a source, a destination and nothing else."""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ContentionLibrary.content.judge import judge_file
from ContentionLibrary.content.sighting import Kind, Sighting, Version
from ContentionLibrary.content.words import write_file
from ContentionLibrary.history.looks import Content, Entry
from ContentionLibrary.stepping.plan import NO_NAMES

_CANNOT_BE = (errno.ENAMETOOLONG, errno.EINVAL)
"""What a file system says of names that it cannot have: nothing is there."""
FILE_NAME = "slide.bin"
SOURCE = f"source/{FILE_NAME}"
NEIGHBOUR_NAMES = ("neighbour.bin", "neighbour.part", "neighbour.tmp")
"""Other people's files beside the destination; some are named as temporary files often are."""
DESTINATION = f"destination/{FILE_NAME}"
MOVED = "elsewhere/moved"
"""Where a competitor moves the destination's directory to."""
DECOY = "elsewhere/decoy"
"""An empty directory that nobody has named to the copier."""


def destination_names(count: int) -> tuple[str, ...]:
    """Return where the destinations of a copy are, relative to its place: each in a directory of its own."""
    return (DESTINATION,) if count == 1 else tuple(f"destination {k}/{FILE_NAME}" for k in range(1, count + 1))


def renamed(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Return the same destinations with another last part; the same ones if that is empty."""
    return tuple(f"{path.rpartition('/')[0]}/{name}" for path in names) if name else names


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
        """Give a run a file that nobody is going to write into: the original itself, by one more name.

        Windows cannot take away one name of a file while somebody has it open by another one, so there it is a copy.
        """
        original = self._original(version, size)
        if sys.platform == "win32":
            shutil.copyfile(original, path)
            return
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
class View:
    """How copiers see a directory that we see elsewhere.

    Args:
        ours: where it is for us.
        theirs: where it is for them; empty if they see it at the root of their own world.
    """

    ours: str
    theirs: str = ""

    def told(self, path: str) -> str:
        """Return how a copier is told of a path of ours."""
        return self.theirs + path.removeprefix(self.ours) if path.startswith(self.ours) else path


@dataclass(frozen=True)
class Arrangement:
    """What stands in the place of a run besides a source and, perhaps, an older version.

    Args:
        own_source: the competitors are going to write into the source, so it must not be shared between runs.
        rivals: how many further sources there are.
        twins: all sources have one time stamp, as they have one size.
        neighbours: there are other files beside the destination.
        decoy: competitors are going to move things about, so there is a directory besides that nobody has named.
        elsewhere: below which directory a destination's own one lies, if not in the place; by its number from 0.
        stage: the directory in which the place is made; None for the scenario's own.
        within: the process whose namespaces the copiers enter; what lies elsewhere is seen through it. 0 for none.
        view: how the copiers see what lies elsewhere; None if as we do.
        size: bytes of every content; None for the play's.
        name: how the file is called at the destination; empty for as everywhere.
    """

    own_source: bool = False
    rivals: int = 0
    twins: bool = False
    neighbours: bool = False
    decoy: bool = False
    elsewhere: Mapping[int, Path] = field(default_factory=dict)
    stage: Path | None = None
    within: int = 0
    size: int | None = None
    view: View | None = None
    name: str = ""

    @property
    def wants_all_contents(self) -> bool:
        """Whether what became of every file is a question in the end, and not of the destinations alone."""
        return self.neighbours or self.decoy


@dataclass(frozen=True)
class FileState:
    """What tells without reading a file that it is still the same one, and was not written."""

    inode: int
    size: int
    changed: int


@dataclass(frozen=True)
class Place:
    """The directory of one run.

    Args:
        root: the directory; all below it is the stage of the run.
        source_root: where the source's directory is; another one only for copiers that need another file system.
        names: the destinations, relative to where their directories are.
        elsewhere: for each destination by its number from 0 whose directory lies on another file system: below what.
        own_names: regular expression of the names of files that the copier keeps for itself: they are not looked at.
    """

    root: Path
    source_root: Path
    names: tuple[str, ...] = (DESTINATION,)
    elsewhere: Mapping[int, Path] = field(default_factory=dict)
    own_names: str = NO_NAMES

    @property
    def source(self) -> Path:
        """The file to be copied."""
        return self.source_root / SOURCE

    def rival_source(self, number: int = 1) -> Path:
        """Return the file that a rival copies; rivals are numbered from 1."""
        return self.source_root / f"rival source {number}" / FILE_NAME

    @property
    def destination(self) -> Path:
        """The file to be made; the first one of several."""
        return self.destinations[0]

    @property
    def destinations(self) -> tuple[Path, ...]:
        """The files to be made."""
        return tuple(self.elsewhere.get(number, self.root) / name for number, name in enumerate(self.names))

    @property
    def roots(self) -> tuple[Path, ...]:
        """The directories below which everything of the run is, the place itself first."""
        return tuple(dict.fromkeys((self.root, self.source_root, *self.elsewhere.values())))

    @property
    def neighbours(self) -> tuple[Path, ...]:
        """Other people's files beside the destination, where a play has them."""
        return tuple(self.destination.parent / name for name in NEIGHBOUR_NAMES)

    def make(self) -> None:
        """Create the empty directories; also the place itself, in which the copiers run, if all files lie elsewhere."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.source.parent.mkdir(parents=True, exist_ok=True)
        self._make_destinations()

    def _make_destinations(self) -> None:
        """Create the directories of the destinations, on each file system in the order of their inodes.

        A copier that goes by inode (which is how two with the same targets agree on an order) then takes the same
        steps in every run, whichever inode the file system had free.
        """
        by_root: dict[Path, list[Path]] = {}
        for number, path in enumerate(self.destinations):
            by_root.setdefault(self.elsewhere.get(number, self.root), []).append(path.parent)
        for root, directories in by_root.items():
            root.mkdir(parents=True, exist_ok=True)
            made = [root / f"directory {number}" for number in range(len(directories))]
            for directory in made:
                directory.mkdir()
            made.sort(key=lambda directory: directory.stat().st_ino)
            for directory, wanted in zip(made, directories, strict=True):
                directory.rename(wanted)

    def make_way(self) -> None:
        """Undo what may keep a destination from being made: no directory, one that is read-only, or one at its name."""
        for path in self.destinations:
            if path.parent.is_symlink() or path.parent.is_file():
                path.parent.unlink()
            path.parent.mkdir(exist_ok=True)
            if not os.access(path.parent, os.W_OK):
                path.parent.chmod(0o755)
            if _is_directory(path):
                shutil.rmtree(path)

    def make_decoy(self) -> None:
        """Create the directory that nobody names to the copier."""
        (self.root / DECOY).mkdir(parents=True)

    def entries(self, *, elsewhere: bool = True) -> tuple[Entry, ...]:
        """List every name below the place, in order of their paths.

        Args:
            elsewhere: also of what lies elsewhere.
        """
        roots = self.roots if elsewhere else dict.fromkeys((self.root, self.source_root))
        return entries_below(*roots, own_names=self.own_names)

    def source_states(self) -> dict[Path, FileState]:
        """Return how each source that is there is now, those of rivals too."""
        found = {}
        for path in (self.source, *self.source_root.glob(f"rival source */{FILE_NAME}")):
            try:
                status = path.lstat()
            except (FileNotFoundError, NotADirectoryError, PermissionError):
                continue
            if stat.S_ISREG(status.st_mode):
                found[path] = FileState(status.st_ino, status.st_size, status.st_mtime_ns)
        return found

    def sighting(self) -> Sighting | None:
        """Read and judge the destination; None if there is no such file."""
        return self.sightings()[0]

    def sightings(self) -> tuple[Sighting | None, ...]:
        """Read and judge every destination; None for one where there is no such file."""
        return tuple(_sighting(path) for path in self.destinations)

    def contents(self) -> tuple[Content, ...]:
        """Read and judge every file below the root, in order of their paths."""
        found = []
        for entry in self.entries():
            path = self.root / entry.path
            if entry.kind == "file" and path.is_file():
                found.append(Content(entry.path, judge_file(path)))
        return tuple(found)

    def remove(self) -> None:
        """Give the disk space back."""
        self.make_way()
        for root in self.roots:
            shutil.rmtree(root)


def entries_below(*roots: Path, own_names: str) -> tuple[Entry, ...]:
    """List every name below some directories, in order of their paths relative to these.

    Args:
        roots: the directories.
        own_names: regular expression of names that are left out.
    """
    left_out = re.compile(own_names)
    found = []
    waiting = [(str(root), str(root)) for root in roots]
    while waiting:
        root, directory = waiting.pop()
        try:
            listed = list(os.scandir(directory))
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            continue  # removed meanwhile, or made unreadable by the play itself
        for entry in listed:
            if left_out.match(entry.name):
                continue
            kind = _kind(entry)
            status = _status(entry)
            path = os.path.relpath(entry.path, root).replace(os.sep, "/")  # as histories of all systems have it
            found.append(Entry(path, kind, status.st_size if status else 0, status.st_ino if status else 0))
            if kind == "directory":
                waiting.append((root, entry.path))
    return tuple(sorted(found, key=lambda entry: entry.path))


def _sighting(path: Path) -> Sighting | None:
    try:
        return judge_file(path)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        if error.errno in _CANNOT_BE:
            return None
        raise


def _is_directory(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        if error.errno in _CANNOT_BE:
            return False
        raise


def _status(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return entry.stat(follow_symlinks=False)
    except FileNotFoundError:  # removed since it was listed: copiers may be at work
        return None


def _kind(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return "symlink"
    if entry.is_dir(follow_symlinks=False):
        return "directory"
    return "file" if entry.is_file(follow_symlinks=False) else "other"
