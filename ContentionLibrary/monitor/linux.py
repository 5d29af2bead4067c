"""Reads /proc directly: a look at 50 processes has to cost less than a millisecond, which psutil does not reach.

Files of /proc are kept open: one read, without open and close, and a process that has got the number of another can never
be taken for it (the read fails with ESRCH). What is slow (the kind of each descriptor, counters of bytes, the kernel's peak)
is read when the number of descriptors has changed, or when it is asked for. See proc(5) for the fields.

Who has started whom is read again only when anybody on the machine has started a process or a thread since the last look:
the kernel tells the newest number that it has given.

What a program cannot do without is memory of its own (anonymous, or shared memory, files of memory too); pages of files that it
has mapped are no burden, because the system takes them back when it wants. The kernel keeps one peak of all of them together. So
whenever that has risen since the last thorough look, what the pages of files were at the end of that time, or at its beginning,
is taken off; what is seen of its own memory at a look counts as it is. So no peak of a program that maps no files is missed. Of
one that does, pages that were mapped and given back, all between two looks, are taken for memory; and memory that was taken and
given back between two looks is not seen while it is less than the pages that had been mapped before.

A child that lives less than the time between two looks may not be seen by itself. Its processor time is in what its parent
has waited for, its memory in the peak that `wait4` tells of the main process and all that it has waited for.
"""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass, field

from ContentionLibrary.monitor.descriptors import content, kinds_of, memory_files_of
from ContentionLibrary.monitor.figures import Figure, Figures
from ContentionLibrary.monitor.locks import locks_of
from ContentionLibrary.monitor.surroundings import FileId, Surroundings

_STATE, _PARENT, _SESSION, _USED, _THREADS, _PAGES = 0, 1, 3, 11, 17, 21  # in /proc/PID/stat, after the name
_TICKS, _PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
_GONE = (FileNotFoundError, ProcessLookupError)
_OWN, _SHARED = "own memory", "shared memory"
_COUNTERS: tuple[tuple[str, dict[bytes, str], int], ...] = (
    ("io", {b"rchar:": Figure.READ, b"wchar:": Figure.WRITTEN}, 1),
    ("status", {b"VmHWM:": Figure.PEAK, b"RssAnon:": _OWN, b"RssShmem:": _SHARED, b"RssFile:": Figure.MAPPED}, 1024),
    ("smaps_rollup", {b"Pss:": Figure.SHARED_OUT}, 1024),
)
_ROUND = 4
"""Looks in which all that is quick is read of a program: its whole line, its descriptors, its memory, its descriptors again.

Each look meets a quarter of the programs at each of these. How much memory one ever had is kept by the kernel.
"""
_MEMORY = 2
_IMPRECISE = 1 << 20
"""Bytes by which the kernel's counts of pages, which it keeps for each processor, may be wrong for a moment."""


@dataclass(slots=True)
class _Process:
    """A process that is looked at. `listing`, its directory of descriptors, is -1 when it may not be opened.

    It is `ours` until it has a session of its own.
    """

    number: int
    about: int
    children: int
    memory: int
    listing: int
    ours: bool = True
    hidden: bool = False
    parent: int = 0
    used: tuple[int, int] = (0, 0)  # ticks: its own, and of the children that it has waited for
    threads: int = 1
    pages: int = 0
    descriptors: int = -1
    kinds: dict[str, int] = field(default_factory=dict)
    files: set[FileId] = field(default_factory=set)
    counters: dict[str, int] = field(default_factory=dict)
    peak: int = 0  # what the kernel has kept when it had last risen, seen at a thorough look
    mapped: int = 0  # pages of files, and shared memory, at the last thorough look
    shared: int = 0
    most: int = 0  # the most that it has had of its own

    def close(self) -> None:
        for descriptor in (self.about, self.children, self.memory, self.listing):
            if descriptor >= 0:
                os.close(descriptor)


def raise_own_limit() -> None:
    """Let this process hold as many descriptors as it may: four for each process that it looks at."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class LinuxReader:
    """Reads the programs below a starter: all its descendants that have a session of their own, unlike our processes.

    Args:
        root: process id of the starter.
        surroundings: looks at the stage.
    """

    def __init__(self, root: int, surroundings: Surroundings) -> None:
        self._root = root
        self._session = os.getsid(root)
        self._known: dict[int, _Process] = {}
        self._surroundings = surroundings
        self._ended = 0  # ticks of programs whose supervisor has ended
        self._peak = 0
        self._looks = 0
        self._opened: set[FileId] = set()
        self._opened_changed = True
        self._by_kind: Figures = {}
        self._locks = os.open("/proc/locks", os.O_RDONLY)
        self._load = os.open("/proc/loadavg", os.O_RDONLY)
        self._newest = b""

    def read(self, *, thoroughly: bool = False) -> Figures:
        """Read; see `Reader`."""
        self._looks += 1
        programs = self._programs(thoroughly)
        used = self._used(programs)
        told: Figures = {
            Figure.PROCESSES: len(programs),
            Figure.THREADS: sum(one.threads for one in programs),
            Figure.DESCRIPTORS: sum(max(one.descriptors, 0) for one in programs),
            Figure.MEMORY: sum(one.pages for one in programs) * _PAGE,
            Figure.CPU: used / _TICKS,
            Figure.HIDDEN: sum(one.hidden for one in programs),
        }
        if thoroughly:
            for one in programs:
                self._count_slowly(one)
            for kind in (Figure.READ, Figure.WRITTEN):
                told[kind] = sum(one.counters.get(kind, 0) for one in programs)
            if all(Figure.SHARED_OUT in one.counters for one in programs):
                told[Figure.SHARED_OUT] = sum(one.counters[Figure.SHARED_OUT] for one in programs)
            self._peak = max([self._peak, *(one.counters.get(Figure.PEAK, 0) for one in programs)])
            told[Figure.PEAK] = self._peak
            told[Figure.PEAKS] = sum(one.most for one in programs) + self._kept_in_files(programs)
            told[Figure.MAPPED] = max((one.mapped for one in programs), default=0)
            told |= self._surroundings.names()
        told |= self._surroundings.space()
        if self._opened_changed or thoroughly:
            # A lock that a child has inherited is told under the number of who took it, and its file may have no name left.
            self._opened = self._surroundings.files.union(*(one.files for one in programs))
            self._opened_changed = False
            for kind in (Figure.FILES, Figure.PIPES, Figure.SOCKETS, Figure.OTHERS, Figure.WATCHES):
                self._by_kind[kind] = sum(one.kinds.get(kind, 0) for one in programs)
        locks = locks_of(self._locks, {one.number for one in programs}, self._opened)
        waiting = sum(lock.waits for lock in locks)
        return told | self._by_kind | {Figure.LOCKS: len(locks) - waiting, Figure.WAITING: waiting}

    def close(self) -> None:
        """Close all files of /proc."""
        for one in self._known.values():
            one.close()
        self._known.clear()
        os.close(self._locks)
        os.close(self._load)

    # -- who there is -------------------------------------------------------------------------------------------

    def _programs(self, thoroughly: bool) -> list[_Process]:
        """Find all programs, and read what is due of them."""
        before, self._newest = self._newest, os.pread(self._load, 128, 0).rpartition(b" ")[2]
        anew = thoroughly or self._newest != before
        seen: dict[int, _Process] = {}
        waiting = self._children_of(self._root, self._root) if anew else list(self._known)
        while waiting:
            number = waiting.pop()
            if number in seen:
                continue
            one = self._known.get(number) or self._meet(number)
            if one is None or not self._read_what_is_due(one, thoroughly):
                continue
            seen[number] = one
            if anew:
                waiting += self._children(one)
        for number in self._known.keys() - seen.keys():
            gone = self._known.pop(number)
            self._opened_changed = True
            if gone.ours:
                self._ended += gone.used[1]
            gone.close()
        self._known = seen
        return [one for one in seen.values() if not one.ours]

    def _meet(self, number: int) -> _Process | None:
        opened: list[int] = []
        try:
            for name in ("stat", f"task/{number}/children", "statm"):
                opened.append(os.open(f"/proc/{number}/{name}", os.O_RDONLY))
            try:
                listing = os.open(f"/proc/{number}/fd", os.O_RDONLY)
            except PermissionError:  # another user's: all else may be read
                listing = -1
        except _GONE:
            for descriptor in opened:
                os.close(descriptor)
            return None
        about, children, memory = opened
        return _Process(number, about, children, memory, listing)

    def _read_what_is_due(self, one: _Process, thoroughly: bool) -> bool:
        """Read a process; False when it has ended. Processes of ours are looked at whole: one may become a program."""
        turn = (self._looks + one.number) % _ROUND
        if thoroughly or one.ours or not turn:
            there = self._look_at(one)
        elif turn == _MEMORY or one.hidden:
            there = self._glance_at(one) or self._look_at(one)
        else:
            there = True
        if there and not one.ours and (thoroughly or one.descriptors < 0 or turn % 2):
            self._count_descriptors(one, thoroughly)
            return bool(one.descriptors) or self._look_at(one)  # who has ended has none
        return there

    @staticmethod
    def _glance_at(one: _Process) -> bool:
        """Read only the memory of a program, at a third of the cost; False when its whole line is wanted instead."""
        try:
            one.pages = int(os.pread(one.memory, 128, 0).split(b" ", 2)[1])
        except ProcessLookupError:
            return False
        return one.pages > 0  # nothing at all: it has just ended

    def _look_at(self, one: _Process) -> bool:
        """Read the line of a process; False when it has ended."""
        try:
            line = os.pread(one.about, 2048, 0)
        except ProcessLookupError:
            return False
        fields = line[line.rfind(b")") + 2 :].split(b" ", _PAGES + 1)
        one.ours = int(fields[_SESSION]) == self._session
        one.parent = int(fields[_PARENT])
        own = int(fields[_USED]) + int(fields[_USED + 1])
        one.used = own, int(fields[_USED + 2]) + int(fields[_USED + 3])
        one.threads = int(fields[_THREADS])
        one.pages = int(fields[_PAGES])
        # A program whose first thread has ended shows as a zombie while its other threads still work.
        return fields[_STATE] not in (b"Z", b"X") or one.threads > 1

    def _children(self, one: _Process) -> list[int]:
        try:
            found = [int(child) for child in os.pread(one.children, 1 << 16, 0).split()]
            if one.threads > 1:
                for thread in os.listdir(f"/proc/{one.number}/task"):  # noqa: PTH208 - hot
                    if thread != str(one.number):
                        found += self._children_of(one.number, int(thread))
        except _GONE:
            return []
        return found

    @staticmethod
    def _children_of(process: int, thread: int) -> list[int]:
        return [int(child) for child in content(f"/proc/{process}/task/{thread}/children").split()]

    def _used(self, programs: list[_Process]) -> int:
        """Sum the ticks of programs: of the living, and of those that were waited for by each other and by supervisors."""
        supervisors = {one.parent for one in programs} & {one.number for one in self._known.values() if one.ours}
        waited_for = sum(one.used[1] for one in self._known.values() if one.ours and one.number in supervisors)
        return self._ended + waited_for + sum(sum(one.used) for one in programs)

    # -- what they hold ------------------------------------------------------------------------------------------

    def _count_descriptors(self, one: _Process, thoroughly: bool) -> None:
        """Count descriptors; their kinds as well if their number has changed."""
        if one.listing < 0:
            one.hidden = True
            return
        try:
            # Before kernel 6.2 the size is 0.
            count = os.fstat(one.listing).st_size or len(os.listdir(f"/proc/{one.number}/fd"))  # noqa: PTH208
            if count != one.descriptors or thoroughly:
                one.kinds, one.files = kinds_of(one.number)
                self._opened_changed = True
            one.descriptors = count
        except _GONE:
            one.descriptors, one.kinds, one.files = 0, {}, set()
        except PermissionError:
            one.hidden = True

    def _count_slowly(self, one: _Process) -> None:
        """Read the counters of bytes, the peak that the kernel keeps, and the proportional memory where it may be read."""
        for name, figures, scale in _COUNTERS:
            for line in content(f"/proc/{one.number}/{name}").splitlines():
                word, *rest = line.split()
                if word in figures:
                    one.counters[figures[word]] = int(rest[0]) * scale
        _weigh(one)

    @staticmethod
    def _kept_in_files(programs: list[_Process]) -> int:
        """Return the bytes of files of memory that are in nobody's pages; one that several have open counts once."""
        files = {file: size for one in programs for file, size in memory_files_of(one.number).items()}
        return max(0, sum(files.values()) - sum(one.shared for one in programs))


def _weigh(one: _Process) -> None:
    """Tell how much memory of its own a process has had until now at most; see above."""
    peak, mapped = one.counters.get(Figure.PEAK, 0), one.counters.get(Figure.MAPPED, 0)
    one.shared = one.counters.get(_SHARED, 0)
    if peak < one.peak - _IMPRECISE:  # another program has taken its place
        one.peak = one.mapped = one.most = 0
    if peak > one.peak + (_IMPRECISE if one.peak else 0):
        one.most = max(one.most, peak - max(mapped, one.mapped))
        one.peak = peak
    one.most = max(one.most, one.counters.get(_OWN, 0) + one.shared)
    one.mapped = mapped
