"""Which states a disk may hold when the power is lost, built from the record of one undisturbed run.

Method: ALICE (Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014) and CrashMonkey (Mohan et al.,
"Finding Crash-Consistency Bugs with Bounded Black-Box Crash Testing", OSDI 2018), cut down to what a copy of a file can
be bitten by. It promises what POSIX promises, and nothing that single file systems add:

* The names of one directory reach the disk in the order in which they were changed, and all of them when that
  directory, or everything, has been flushed. Names of different directories have no order among each other, and none
  with any file's data: a rename may be on the disk before the data of the file that it moves.
* The data of a file since its last flush may be there as a whole, by half, as zeros, or not at all.
* A flush counts when it has come back without an error, for what there was when it began.

What was on the disk when the run began is taken to be safe.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, product

from ContentionLibrary.checks.holding import Base, Content, Fate
from ContentionLibrary.history.disks import DiskOperation, Name, Recorded

_SYNC_EVERYTHING = ("sync", "syncfs")
_NO_SYNC = "sync_file_range"  # neither sizes nor names nor the disk's own cache (sync_file_range(2), "Warning")
_FLUSHES = ("sync", "sync all")
_DATA = ("write", "bulk copy", "splice", "ioctl")
_BRINGS_IN = ("rename", "link")
_COMBINATIONS = 512  # of one moment; a copy of one file has some ten

_Key = tuple[int, int]
"""A file or directory: its inode, and how often that number has been given to a new one."""


@dataclass(frozen=True)
class Change:
    """The names of one directory that one operation has changed: name and new owner, None for a name that went."""

    operation: str
    names: tuple[tuple[str, _Key | None], ...]


@dataclass
class _File:
    """What a file holds after a power loss at least, and now. `flushed` is the operation whose flush made that safe."""

    safe: Content
    now: Content
    flushed: int = 0
    written: int = 0  # the last operation that has left data to be flushed

    def write(self, content: Content, number: int, *, synchronous: bool) -> None:
        """Take note of what it holds after an operation. What is synchronous takes along nothing that was not."""
        self.now = content
        if not synchronous:
            self.written = number
        elif self.written <= self.flushed:
            self.flush(content, number)

    def empty(self) -> None:
        """Take note that nothing is left of it."""
        self.now, self.written = Content(Base.NOTHING), 0

    def flush(self, content: Content, began: int) -> None:
        """Take what it held when a flush began for safe, unless a flush that began later has come back before."""
        if began >= self.flushed:
            self.safe, self.flushed = content, began


@dataclass
class _Directory:
    """The names that are there after a power loss at least, and what has changed since. `flushed` counts changes."""

    safe: dict[str, _Key] = field(default_factory=dict)
    pending: list[Change] = field(default_factory=list)
    flushed: int = 0

    def after(self, count: int) -> dict[str, _Key]:
        names = dict(self.safe)
        for change in self.pending[:count]:
            for name, owner in change.names:
                if owner is None:
                    names.pop(name, None)
                else:
                    names[name] = owner
        return names

    def flush(self, changes: int) -> None:
        """Take the names after so many changes, counted from the begin, for safe."""
        count = max(0, changes - self.flushed)
        self.safe = self.after(count)
        del self.pending[:count]
        self.flushed += count


@dataclass(frozen=True)
class _Flush:
    """A flush, with what there was of files and directories when it began."""

    began: int
    files: tuple[tuple[_File, Content], ...]
    directories: tuple[tuple[_Directory, int], ...]

    def come_back(self) -> None:
        """Take note that it has done its work."""
        for file, content in self.files:
            file.flush(content, self.began)
        for directory, changes in self.directories:
            directory.flush(changes)


@dataclass(frozen=True)
class Found:
    """One thing that may be found under a name after a power loss.

    Args:
        content: what the file holds; None: there is no file.
        names_lost: changes of names on the way to it that had not reached the disk, by operation.
        names_kept: changes that had, without a flush.
        unflushed: the file had data that had not been flushed.
    """

    content: Content | None
    names_lost: tuple[str, ...]
    names_kept: tuple[str, ...]
    unflushed: bool

    @property
    def is_known(self) -> bool:
        """Whether it was seen what the file was written with."""
        return self.content is None or self.content.is_known


Layout = tuple[tuple[str, Content | None], ...]
"""A whole stage after a power loss: each path with its content, None for a directory."""


class Disk:
    """The disk at one moment of a recorded run. Made and moved on by `moments`."""

    def __init__(self, recorded: Recorded, source: str, destination: str, size: int, older: bool) -> None:
        self._recorded = recorded
        self._size = size
        self._bases = {source: Base.SOURCE} | ({destination: Base.OLDER} if older else {})
        self._root: _Key = (recorded.root, 0)
        self._generations: dict[int, int] = {}
        self._files: dict[_Key, _File] = {}
        self._directories: dict[_Key, _Directory] = {self._root: _Directory()}
        self._final: dict[_Key, int] = {}
        self._done = 0
        self._under_way: list[tuple[int, _Flush]] = []
        first = recorded.operations[0].view if recorded.operations else recorded.end
        self._shown = self._tree(recorded.views[first])
        for key, names in self._shown.items():
            self._directories.setdefault(key, _Directory()).safe = dict(names)
        for name in recorded.views[first]:
            if name.kind != "directory":
                content = Content(self._bases.get(name.path, Base.OTHER))
                self._files[self._key(name.inode)] = _File(content, content)

    def _key(self, inode: int) -> _Key:
        return inode, self._generations.get(inode, 0)

    def _tree(self, view: tuple[Name, ...]) -> dict[_Key, dict[str, _Key]]:
        """Return the names in each directory of a view."""
        owners = {"": self._root} | {name.path: self._key(name.inode) for name in view}
        tree: dict[_Key, dict[str, _Key]] = {self._root: {}}
        for name in view:
            if name.kind == "directory":
                tree.setdefault(self._key(name.inode), {})
        for name in view:
            parent, _, last = name.path.rpartition("/")
            if parent in owners:
                tree.setdefault(owners[parent], {})[last] = owners[name.path]
        return tree

    # -- moving on --------------------------------------------------------------------------------------------------

    def show(self, view: tuple[Name, ...], operation: str) -> None:
        """Take note of the names that an operation has left.

        An inode that had no name any more and comes back is another file: its number has been given away anew. One that
        comes in by another name, and was not seen when it was written, may hold anything.
        """
        tree = self._tree(view)
        for key in tree:
            self._directories.setdefault(key, _Directory())
        for key in tree.keys() | self._shown.keys():
            old, new = self._shown.get(key, {}), tree.get(key, {})
            changed = tuple(
                (name, new.get(name)) for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)
            )
            if changed:
                self._directories[key].pending.append(Change(operation, changed))
        comes_in = Content(Base.UNKNOWN if operation in _BRINGS_IN else Base.NOTHING)
        for owner in _owners(tree):
            if owner not in tree:
                self._files.setdefault(owner, _File(comes_in, comes_in))
        for inode, generation in _owners(self._shown) - _owners(tree):
            self._generations[inode] = generation + 1
        self._shown = tree

    def _file(self, key: _Key) -> _File:
        return self._files.setdefault(key, _File(Content(Base.NOTHING), Content(Base.NOTHING)))

    def do(self, operation: DiskOperation) -> None:
        """Take note of what an operation does to data, and to what is safe."""
        self._done += 1
        key = self._key(operation.inode)
        if operation.verb in _FLUSHES:
            self._begin(operation, key)
        elif operation.inode and operation.verb in _DATA:
            file = self._file(key)
            content = Content(file.now.base, max(file.now.new, operation.bytes))
            file.write(content, self._done, synchronous=operation.synchronous)
        elif operation.inode and (operation.verb == "empty" or (operation.verb == "truncate" and not operation.bytes)):
            self._file(key).empty()
        elif operation.inode and operation.verb == "truncate":
            file = self._file(key)
            file.now = Content(file.now.base, min(file.now.new, operation.bytes))

    def _begin(self, operation: DiskOperation, key: _Key) -> None:
        """Take note that a flush begins. One that fails, or never comes back, promises nothing."""
        if operation.back is None or operation.call == _NO_SYNC:
            return
        if operation.verb == "sync all" or operation.call in _SYNC_EVERYTHING:
            files, directories = list(self._files.values()), list(self._directories.values())
        elif not operation.inode:
            return
        elif key in self._directories:
            files, directories = [], [self._directories[key]]
        else:
            files, directories = [self._file(key)], []
        flush = _Flush(
            self._done,
            tuple((file, file.now) for file in files),
            tuple((directory, directory.flushed + len(directory.pending)) for directory in directories),
        )
        if operation.back:
            self._under_way.append((self._done + operation.back, flush))
        else:
            flush.come_back()

    @property
    def awaits_flush(self) -> bool:
        """Whether a flush comes back now that others have not waited for."""
        return any(until <= self._done for until, _ in self._under_way)

    def let_flush(self) -> None:
        """Let the flushes come back that do so before the next operation."""
        for until, flush in self._under_way:
            if until <= self._done:
                flush.come_back()
        self._under_way = [(until, flush) for until, flush in self._under_way if until > self._done]

    def learn(self, final: Mapping[_Key, int]) -> None:
        """Tell copies from other files, by how many bytes each has in the end."""
        self._final = dict(final)

    def amounts(self) -> dict[_Key, int]:
        """Return how many bytes were written into each file so far."""
        return {key: file.now.new for key, file in self._files.items()}

    # -- what may be found ----------------------------------------------------------------------------------------------

    def found_at(self, path: str) -> list[Found]:
        """Return all that may be found under a name if the power is lost now."""
        return list(dict.fromkeys(self._walk(self._root, path.split("/"), (), ())))

    def _walk(self, key: _Key, parts: list[str], lost: tuple[str, ...], kept: tuple[str, ...]) -> Iterator[Found]:
        directory = self._directories.get(key)
        if directory is None:
            yield Found(None, lost, kept, False)
            return
        for count in range(len(directory.pending) + 1):
            touched = [change.operation for change in directory.pending if parts[0] in dict(change.names)]
            reached = [c.operation for c in directory.pending[:count] if parts[0] in dict(c.names)]
            now_kept, now_lost = (*kept, *reached), (*lost, *touched[len(reached) :])
            owner = directory.after(count).get(parts[0])
            if owner is None:
                yield Found(None, now_lost, now_kept, False)
            elif len(parts) > 1:
                yield from self._walk(owner, parts[1:], now_lost, now_kept)
            else:
                file = self._file(owner)
                for content in file.now.survivors(file.safe):
                    yield Found(content, now_lost, now_kept, file.now != file.safe)

    def layouts(self) -> Iterator[Layout]:
        """Return whole stages that may be found if the power is lost now; unflushed data has the same fate everywhere."""
        keys = [key for key, directory in self._directories.items() if directory.pending]
        choices = [range(len(self._directories[key].pending) + 1) for key in keys]
        for counts in islice(product(*choices), _COMBINATIONS):
            names = {key: directory.after(0) for key, directory in self._directories.items()}
            names |= {key: self._directories[key].after(count) for key, count in zip(keys, counts, strict=True)}
            for fate in (*Fate, None):
                yield tuple(sorted(self._lay(self._root, "", names, fate), key=lambda laid: laid[0]))

    def _lay(
        self, key: _Key, path: str, names: Mapping[_Key, Mapping[str, _Key]], fate: Fate | None
    ) -> Iterator[tuple[str, Content | None]]:
        for name, owner in names.get(key, {}).items():
            below = f"{path}/{name}" if path else name
            if owner in self._directories:
                yield below, None
                yield from self._lay(owner, below, names, fate)
            else:
                yield below, self._fated(owner, fate)

    def _fated(self, key: _Key, fate: Fate | None) -> Content:
        """Return a file's content after a fate of its unflushed data; None: it is as it was last flushed."""
        file = self._file(key)
        survivors = file.now.survivors(file.safe)
        content = file.safe if fate is None else next((one for one in survivors[1:] if one.fate is fate), survivors[-1])
        own = 0 < self._final.get(key, 0) < self._size
        return Content(content.base, content.new, content.fate, own)


def _owners(tree: Mapping[_Key, Mapping[str, _Key]]) -> set[_Key]:
    return {owner for names in tree.values() for owner in names.values()}


@dataclass(frozen=True)
class Moment:
    """A moment at which the power may be lost.

    Args:
        step: the step that the copier stood before; empty before its first one.
        over: the copier has ended.
        disk: what the disk may hold; valid until the next moment is asked for.
    """

    step: str
    over: bool
    disk: Disk


def moments(recorded: Recorded, source: str, destination: str, size: int, *, older: bool) -> Iterator[Moment]:
    """Go through a recorded run, moment by moment: before each operation and each late flush's return, and after the end.

    Args:
        recorded: the run.
        source: path of the source, relative to the stage; it may lie elsewhere.
        destination: path of the destination, relative to the stage.
        size: bytes of the source and of the older version.
        older: an older version was at the destination.
    """
    final: dict[_Key, int] = {}
    for moment in _moments(recorded, Disk(recorded, source, destination, size, older)):
        final = moment.disk.amounts()
    disk = Disk(recorded, source, destination, size, older)
    disk.learn(final)
    yield from _moments(recorded, disk)


def _moments(recorded: Recorded, disk: Disk) -> Iterator[Moment]:
    before, step = "", ""
    for operation in recorded.operations:
        step = operation.step
        disk.show(recorded.views[operation.view], before)
        yield from _flushes(disk, step)
        yield Moment(step, False, disk)
        disk.do(operation)
        before = _called(operation)
    disk.show(recorded.views[recorded.end], before)
    yield from _flushes(disk, step)
    yield Moment("", True, disk)


def _flushes(disk: Disk, step: str) -> Iterator[Moment]:
    """Stop once more before a flush comes back: what others have done meanwhile may have reached the disk before it."""
    if disk.awaits_flush:
        yield Moment(step, False, disk)
        disk.let_flush()


def _called(operation: DiskOperation) -> str:
    return (
        operation.verb if operation.verb in ("rename", "link", "unlink", "create", "mkdir", "rmdir") else operation.step
    )
