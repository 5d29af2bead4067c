"""Names for steps that stay the same from run to run.

A name is made of what is done and of the part a file plays, never of random letters or process ids. The data of a file
is one group of which the first bytes, the quarters and the last bytes are steps, however many calls move it; what is
written into a file that should be complete is told in steps of its own. Equal operations that follow each other are one
step; what comes back later is numbered.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from ContentionLibrary.stepping.linux.calls import Verb
from ContentionLibrary.stepping.linux.operation import Operation
from ContentionLibrary.stepping.linux.paths import is_unnamed, without_deleted_mark
from ContentionLibrary.stepping.plan import Watch

_BLOCK = 4096
_SMALLEST_DIVIDED = 64 * 1024  # smaller files have no quarters worth a stop
_TAIL = 64 * 1024


@dataclass(frozen=True)
class Mark:
    """A position in the data of a file at which a stop is worth making."""

    position: int
    name: str


def marks_of(size: int, what: str, verb: str) -> tuple[Mark, ...]:
    """List the marks of a file of `size` bytes: first bytes, quarters, last bytes."""
    first = Mark(0, f"{verb} the first bytes of {what}")
    if size < _SMALLEST_DIVIDED:
        return (first,)
    quarters = [Mark(size * k // 4 // _BLOCK * _BLOCK, f"{verb} {what} from {k}/4 on") for k in (1, 2, 3)]
    tail = min(_TAIL, size // 8)
    return (first, *quarters, Mark((size - tail) // _BLOCK * _BLOCK, f"{verb} the last bytes of {what}"))


@dataclass
class Flow:
    """How far the data of one file has come.

    Data are late when the file should be complete: as many bytes as the source has were written, or the file has got
    another name or length after its first data.
    """

    marks: tuple[Mark, ...]
    total: int
    done: int = 0
    passed: int = 0  # number of marks that lie behind
    proven: bool = False  # the kernel can move data in bulk into this file
    writes: bool = True
    settled: bool = False  # the file has got another name or length after its first data
    late: int = 0  # calls that were late
    _late_was_last: bool = False  # of all that was due

    def is_quiet(self, size: int) -> bool:
        """Tell whether a call that moves `size` bytes comes to no mark, so that only the count changes."""
        if self.is_late:
            return False
        if self.passed == len(self.marks):
            return True
        return self.done < self.marks[self.passed].position and (
            self.done + size < self.total and size <= self.total // 4
        )

    @property
    def is_late(self) -> bool:
        """Whether what is written from now on comes late."""
        return self.writes and self.done > 0 and (self.settled or self.done >= self.total)

    def settle(self) -> None:
        """Note that the file has got another name or length: what has been written so far may be taken for all of it."""
        self.settled = self.done > 0
        self.late = 0

    def due_late(self) -> bool:
        """Count a late call; tell whether it has to be stopped: the first, second, fourth, eighth ... of them.

        Each may be the one that spoils the file, or mends it; but there may be thousands.
        """
        self.late += 1
        due = self.late & (self.late - 1) == 0
        self._late_was_last |= due
        return due

    def advance(self, size: int, *, divided: bool) -> None:
        """Count bytes that were moved.

        Args:
            size: how many.
            divided: the marks inside them were steps already, so they lie behind. Else they are still due.
        """
        self.done += size
        while divided and self.passed < len(self.marks) and self.marks[self.passed].position < self.done:
            self.passed += 1

    def due(self, size: int, *, whole: bool) -> Mark | None:
        """Return the mark at which a call that moves `size` bytes has to be stopped before it starts, and pass it.

        Several marks that lie between two calls are one stop, named by the last of them.

        Args:
            size: bytes that the call will move.
            whole: the call is not going to be divided; then the one that ends the file stands for the last bytes.
        """
        found = None
        while self.passed < len(self.marks) and self.marks[self.passed].position <= self.done:
            found = self.marks[self.passed]
            self.passed += 1
        if whole and self.done and self.passed < len(self.marks) and self.done + size >= self.total:
            found = self.marks[-1]
            self.passed = len(self.marks)
        if found is not None:
            self._late_was_last = False
        return found

    def fall_back(self) -> None:
        """Make what was due last due again: the call that was to move its bytes has failed."""
        if self._late_was_last:
            self.late -= 1
        else:
            self.passed = max(0, self.passed - 1)

    def within(self, size: int) -> list[Mark]:
        """Return the marks strictly inside a call that moves `size` bytes."""
        return [mark for mark in self.marks[self.passed :] if self.done < mark.position < self.done + size]


@dataclass
class Cast:
    """Which part each file plays. Files get their part when they are first seen, and keep it."""

    watch: Watch
    _parts: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        several = len(self.watch.destinations) > 1
        self._parts[self.watch.stage] = "the stage"
        for number, destination in enumerate(self.watch.destinations, 1):
            self._parts[destination] = f"destination {number}" if several else "the destination"
            directory = destination.rpartition("/")[0]
            self._parts.setdefault(
                directory, f"the directory of {self._parts[destination]}" if several else "the destination's directory"
            )
        for directory in [d.rpartition("/")[0] for d in self.watch.destinations]:
            self._parts.setdefault(directory.rpartition("/")[0], "the directory above")
        self._parts[self.watch.source] = "the source"

    def part(self, path: str, kind: str = "temporary file") -> str:
        """Return the part that a path plays, and give it one if it is new."""
        if is_unnamed(path):
            kind = "unnamed temporary file"
        elif without_deleted_mark(path) in self._parts and not os.path.lexists(path):
            path = without_deleted_mark(path)
        elif self._stands_for_another_source(path):
            kind = "copied file"
        if path not in self._parts:
            number = self._counts.get(kind, 0) + 1
            self._counts[kind] = number
            self._parts[path] = f"the {kind}" if number == 1 else f"{kind} {number}"
        return self._parts[path]

    def _stands_for_another_source(self, path: str) -> bool:
        """Tell whether a path is to a file beside the source what the destination is to the source: a folder is copied."""
        folder, _, name = path.rpartition("/")
        sources, _, source = self.watch.source.rpartition("/")
        in_place = any(folder == destination.rpartition("/")[0] for destination in self.watch.destinations)
        return in_place and folder != sources and name != source and os.path.lexists(f"{sources}/{name}")

    def lead(self, link: str, target: str) -> None:
        """Note that a name is a symbolic link: what happens to its target is told under the link's name."""
        self._parts[target] = self.part(link)


_PHRASES: dict[tuple[Verb, str], str] = {
    (Verb.OPEN, "create"): "create {0}",
    (Verb.OPEN, "empty"): "open and empty {0}",
    (Verb.OPEN, "write"): "open {0} for writing",
    (Verb.OPEN, "unnamed"): "create an unnamed temporary file in {0}",
    (Verb.OPEN, "read only"): "open {0} for reading",
    (Verb.CONTROL, ""): "clone the source into {0}",
    (Verb.CONTROL, "range"): "clone a range into {0}",
    (Verb.CONTROL, "out"): "clone {0} elsewhere",
    (Verb.MAP, "read only"): "map {0} into memory",
    (Verb.TRUNCATE, ""): "set the length of {0}",
    (Verb.TRUNCATE, "empty"): "set the length of {0}",
    (Verb.ALLOCATE, ""): "reserve space for {0}",
    (Verb.SYNC, ""): "flush {0} to disk",
    (Verb.SYNC_ALL, ""): "flush everything to disk",
    (Verb.RENAME, ""): "rename {0} to {1}",
    (Verb.LINK, ""): "link {0} as {1}",
    (Verb.SYMLINK, ""): "make {0} a symbolic link",
    (Verb.UNLINK, ""): "delete {0}",
    (Verb.MKDIR, ""): "create {0}",
    (Verb.RMDIR, ""): "remove {0}",
    (Verb.MODE, ""): "set the permissions of {0}",
    (Verb.OWNER, ""): "set the owner of {0}",
    (Verb.TIMES, ""): "set the times of {0}",
    (Verb.XATTR, ""): "set an attribute of {0}",
    (Verb.LOCK, ""): "lock {0}",
    (Verb.LOCK, "unlock"): "unlock {0}",
    (Verb.CLOSE, ""): "close {0}",
}
_ABOUT_DIRECTORIES = (Verb.MKDIR, Verb.RMDIR)
_SETTLES = (Verb.RENAME, Verb.LINK, Verb.TRUNCATE)


class Namer:
    """Gives each operation of one program its step, and keeps count of the data of each file."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._cast = Cast(watch)
        self._flows: dict[tuple[str, str], Flow] = {}
        self._last = ""
        self._seen: dict[str, int] = {}

    def flow(self, operation: Operation) -> Flow:
        """Return the flow of data into (or, when it reads, out of) the operation's file."""
        verb = "read" if operation.verb is Verb.READ or operation.manner == "out" else "write"
        key = (verb, operation.path)
        if key not in self._flows:
            part = self._cast.part(operation.path)
            self._flows[key] = Flow(marks_of(self._watch.size, part, verb), self._watch.size, writes=verb == "write")
        return self._flows[key]

    def late_step(self, operation: Operation) -> str:
        """Return the name of the step that a late call is, which is never one with the call before it."""
        self.forget_last()
        return self.numbered(f"write on into {self._cast.part(operation.path)}")

    @property
    def bytes_written(self) -> int:
        """Bytes that were written into any file."""
        return sum(flow.done for flow in self._flows.values() if flow.writes)

    def known_flow(self, path: str) -> Flow | None:
        """Return the flow of data into a file, if any data has come yet."""
        return self._flows.get(("write", path))

    def step(self, operation: Operation) -> str:
        """Return the name of the step that an operation other than moving data is; empty when it is none of its own."""
        phrase = _PHRASES.get((operation.verb, operation.manner))
        if phrase is None:
            return ""
        if operation.manner == "read only" and operation.path != self._watch.source:
            return ""
        if operation.manner in ("create", "empty"):
            self._flows.pop(("write", operation.second or operation.path), None)
        kind = "directory" if operation.verb in _ABOUT_DIRECTORIES else "temporary file"
        if operation.verb is Verb.OPEN and operation.second:
            self._cast.lead(operation.path, operation.second)
        first = self._cast.part(operation.path, kind) if operation.path else ""
        second = self._cast.part(operation.second, kind) if operation.second else ""
        name = phrase.format(first, second)
        if operation.verb is Verb.RENAME:
            self._carry_over(operation.path, operation.second)
        if operation.verb in _SETTLES:
            flow = self.known_flow(operation.second) or self.known_flow(operation.path)
            if flow is not None:
                flow.settle()
        return self.numbered(name)

    def numbered(self, name: str) -> str:
        """Return the name with a number if it comes back later; empty when it only repeats the step before."""
        if name == self._last:
            return ""
        self._last = name
        self._seen[name] = self._seen.get(name, 0) + 1
        return name if self._seen[name] == 1 else f"{name} #{self._seen[name]}"

    def forget_last(self) -> None:
        """Take the same operation for a new step if it comes next: the one before it has failed."""
        self._last = ""

    def _carry_over(self, old: str, new: str) -> None:
        for verb in ("read", "write"):
            flow = self._flows.pop((verb, old), None)
            if flow is not None:
                self._flows[verb, new] = flow
