#!/usr/bin/env python3
"""Shows a fault of a file copier. It needs Python 3.9 or newer on Linux (x86_64), and the copier; nothing else.

It starts the copier under ptrace(2), stops it just before one system call, does there what another program on the same
machine may do at any moment, lets the copier go on, and compares what came of it with what was seen before. A system call
that moves more data than wanted is asked for less, which the kernel may do as well. All files are in a temporary directory.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import signal
import struct
import sys
import tempfile
from collections.abc import Callable
from typing import Any, BinaryIO, ClassVar

STORY: dict[str, Any] = json.loads("{}")

LETTERS = {
    "N": "the source",
    "O": "the older version",
    "R": "the rival's source",
    "C": "the changed source",
    "\0": "zeros",
}
CALLS = {  # number: name, argument with the descriptor, with the path, with the size
    0: ("read", 0, None, None),
    17: ("pread64", 0, None, None),
    1: ("write", 0, None, None),
    18: ("pwrite64", 0, None, None),
    20: ("writev", 0, None, None),
    40: ("sendfile", 0, None, 3),
    326: ("copy_file_range", 2, None, 4),
    275: ("splice", 2, None, 4),
    16: ("ioctl", 0, None, None),
    77: ("ftruncate", 0, None, None),
    285: ("fallocate", 0, None, None),
    74: ("fsync", 0, None, None),
    75: ("fdatasync", 0, None, None),
    91: ("fchmod", 0, None, None),
    93: ("fchown", 0, None, None),
    3: ("close", 0, None, None),
    73: ("flock", 0, None, None),
    2: ("open", None, 0, None),
    85: ("creat", None, 0, None),
    82: ("rename", None, 0, None),
    87: ("unlink", None, 0, None),
    90: ("chmod", None, 0, None),
    257: ("openat", None, 1, None),
    264: ("renameat", None, 1, None),
    316: ("renameat2", None, 1, None),
    263: ("unlinkat", None, 1, None),
    268: ("fchmodat", None, 1, None),
    260: ("fchownat", None, 1, None),
    280: ("utimensat", 0, 1, None),
}
DATA = {"read", "pread64", "write", "pwrite64", "writev", "sendfile", "copy_file_range", "splice"}
REGISTERS = (14, 13, 12, 7, 9, 8)  # where the arguments are in the kernel's struct user_regs_struct
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
PATIENCE = 60  # seconds for one round
HERE = 0xFFFFFF9C  # AT_FDCWD
CLONE_REQUESTS = (0x40049409, 0x4020940D)  # FICLONE, FICLONERANGE
TRACE_ME, CONTINUE, GET_REGISTERS, SET_REGISTERS, SYSCALL, SET_OPTIONS, DETACH = 0, 7, 12, 13, 24, 0x4200, 17
GET_SYSCALL = 0x420E
OPTIONS = 1 | 2 | 4 | 8 | 16 | 0x100000  # SYSGOOD, FORK, VFORK, CLONE, EXEC, EXITKILL
ALL = 0x40000000  # __WALL
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
LIBC.ptrace.restype = ctypes.c_long


def ptrace(request: int, pid: int, address: int | None = None, value: int | None = None) -> None:
    """Call ptrace; a process that has gone meanwhile is told by its end."""
    if LIBC.ptrace(request, pid, address, value) < 0 and ctypes.get_errno() != 3:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), f"ptrace request {request}")


class Copier:
    """One copier: free, or stopped before the wanted calls one after another."""

    ended: ClassVar[dict[int, int]] = {}  # how each process has ended, whoever has waited for it

    def __init__(self, command: list[str], environment: dict[str, str], wanted: list[Any], place: str) -> None:
        self.wanted, self.place, self.let_go = list(wanted), place, not wanted
        self.turns: dict[tuple[str, str], int] = {}
        self.held: int | None = None
        self.main = os.fork()
        if self.main == 0:
            nowhere = os.open(os.devnull, os.O_RDWR)
            for number in (0, 1, 2):
                os.dup2(nowhere, number)
            if wanted:
                LIBC.ptrace(TRACE_ME, 0, None, None)
                os.kill(os.getpid(), signal.SIGSTOP)
            try:
                os.execvpe(command[0], command, environment)
            finally:
                os._exit(127)
        Copier.ended.pop(self.main, None)  # of an earlier process with the same number
        if wanted:
            os.waitpid(self.main, ALL)
            ptrace(SET_OPTIONS, self.main, None, OPTIONS)
            ptrace(SYSCALL, self.main)

    def reach(self) -> bool:
        """Let it run to its next wanted call; tell whether it has come there."""
        if self.held is not None:
            self.resume(self.held)
            self.held = None
        while self.main not in Copier.ended:
            pid, status = os.waitpid(-1, ALL)
            if os.WIFEXITED(status) or os.WIFSIGNALED(status):
                Copier.ended[pid] = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
                continue
            number = os.WSTOPSIG(status)
            if number == signal.SIGTRAP | 0x80 and self.wanted and self.is_wanted(pid):
                self.held = pid
                self.wanted.pop(0)
                return True
            # The first stop of a new process, and ptrace's own events, are no signals for the program.
            news = status >> 16 or number in (signal.SIGTRAP, signal.SIGTRAP | 0x80, signal.SIGSTOP)
            self.resume(pid, 0 if news else number)
        return False

    def resume(self, pid: int, number: int = 0) -> None:
        """Let a stopped process go on, with a signal if it was to get one."""
        ptrace(DETACH if self.let_go else SYSCALL, pid, None, number)

    def leave(self) -> None:
        """Let it go on; it is stopped nowhere else if there is nothing more to wait for."""
        self.let_go = not self.wanted

    def end(self) -> int:
        """Let it run to its end; return its exit code, or the number of its signal below 0."""
        self.reach()
        return Copier.ended[self.main]

    def kill(self) -> None:
        """End it, if it has not ended."""
        if self.main not in Copier.ended:
            os.kill(self.main, signal.SIGKILL)
            self.end()

    def is_wanted(self, pid: int) -> bool:
        """Tell whether a stopped process is about to do the wanted call; ask a call for less that would go beyond it."""
        told = (ctypes.c_uint64 * 16)()
        ptrace(GET_SYSCALL, pid, ctypes.sizeof(told), ctypes.addressof(told))
        if told[0] & 0xFF != 1 or told[3] not in CALLS:
            return False  # a return from a call, or one that is not of interest
        name, descriptor, path, size = CALLS[told[3]]
        arguments, wanted = list(told[4:10]), self.wanted[0]
        if name != wanted["call"] or self.role(pid, name, arguments, descriptor, path) != wanted["role"]:
            return False
        if name not in DATA:
            turn = self.turns[name, wanted["role"]] = self.turns.get((name, wanted["role"]), 0) + 1
            return bool(turn == wanted["turn"])
        at = (
            arguments[3]
            if name in {"pread64", "pwrite64"}
            else int(of_descriptor(pid, arguments[descriptor or 0], "pos"))
        )
        bounds = [one["at"] for one in self.wanted if one["call"] == name and one["role"] == wanted["role"]]
        bound = next((bound for bound in bounds if bound > at), None)
        if bound is not None and size is not None and at + arguments[size] > bound:
            registers = (ctypes.c_uint64 * 27)()
            ptrace(GET_REGISTERS, pid, None, ctypes.addressof(registers))
            registers[REGISTERS[size]] = bound - at
            ptrace(SET_REGISTERS, pid, None, ctypes.addressof(registers))
        return bool(at >= wanted["at"])

    def role(self, pid: int, name: str, arguments: list[int], descriptor: int | None, path: int | None) -> str:
        """Tell which file a call is about: source, destination, another one beside that, its directory, or none."""
        reads_only = name in {"open", "openat"} and not arguments[(path or 0) + 1] & WRITES
        if name == "close":
            flags = of_descriptor(pid, arguments[0], "flags")
            reads_only = not flags or not int(flags, 8) & WRITES
        clones = name == "ioctl" and arguments[1] & 0xFFFFFFFF in CLONE_REQUESTS
        if path is not None and arguments[path]:
            about = named(pid, arguments, path)
        else:
            about = link(f"/proc/{pid}/fd/{arguments[descriptor or 0]}")
        if about == os.path.join(self.place, "source", "slide.bin"):
            return "source"
        if reads_only or (name == "ioctl" and not clones):
            return ""
        destination = os.path.join(self.place, "destination", "slide.bin")
        directory = os.path.dirname(destination)
        beside = "temporary" if os.path.dirname(about) == directory else ""
        return {destination: "destination", directory: "directory"}.get(about, beside)


def named(pid: int, arguments: list[int], path: int) -> str:
    """Return the file that a path in the arguments of a call means."""
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        memory.seek(arguments[path])
        text = os.fsdecode(memory.read(4096 - arguments[path] % 4096).split(b"\0")[0])
    start = arguments[0] & 0xFFFFFFFF
    base = f"/proc/{pid}/cwd" if path == 0 or start == HERE else f"/proc/{pid}/fd/{start}"
    return os.path.join(link(base), text)


def link(path: str) -> str:
    """Return where a link leads; empty if it is gone."""
    try:
        return os.readlink(path)
    except OSError:
        return ""


def of_descriptor(pid: int, number: int, what: str) -> str:
    """Return what the kernel says of an open file of a process; empty if there is no such file."""
    try:
        with open(f"/proc/{pid}/fdinfo/{number}") as told:
            lines = dict(line.split(":", 1) for line in told.read().splitlines() if ":" in line)
    except OSError:  # it is none
        return ""
    return str(lines[what]).strip()


def content(data: bytes, start: int = 0) -> list[list[Any]]:
    """Say what bytes are, as ranges: whose, from, to."""
    found, at = [], 0
    while at < len(data):
        letter = data[at : at + 1]
        end = len(data) - len(data[at:].lstrip(letter))
        found.append([chr(letter[0]), start + at, start + end])
        at = end
    return found


def words(seen: Any) -> str:
    """Say the same for people."""
    if not isinstance(seen, list):
        return "no file" if seen is None else str(seen)
    return ", ".join(f"bytes {a} to {b} of {LETTERS.get(who, 'somebody')}" for who, a, b in seen) or "an empty file"


def write(path: str, letter: str) -> None:
    """Make a file that holds nothing but one letter."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(letter.encode() * STORY["size"])


class Others:
    """What others do to the files, and what they see."""

    def __init__(self, place: str) -> None:
        self.files: dict[str, BinaryIO] = {}
        self.destination, self.source = f"{place}/destination/slide.bin", f"{place}/source/slide.bin"

    def lock(self, who: str, kind: str, mode: int) -> None:
        """Take a shared lock of one kind on the whole file that somebody has open, or give it back."""
        file = self.files[who]
        if kind == "flock":
            fcntl.flock(file, mode)
        elif kind == "posix":
            fcntl.lockf(file, mode)
        else:
            code = fcntl.F_RDLCK if mode == fcntl.LOCK_SH else fcntl.F_UNLCK
            fcntl.fcntl(file, 37, struct.pack("hhqqi4x", code, 0, 0, 0, 0))  # F_OFD_SETLK

    def act(self, who: str, what: str, target: str = "", start: int = 0) -> Any:
        """Do it; return what was seen, None for no file, or 'done'."""
        try:
            if what == "read":
                with open(self.destination, "rb") as file:
                    return content(file.read())
            if what == "open and read the first half":
                self.files[who] = open(self.destination, "rb")
                return content(self.files[who].read(os.path.getsize(self.destination) // 2))
            if what == "read the second half":
                self.files[who].seek(start)
                return content(self.files[who].read(), start)
            if what in {"lock", "unlock"}:
                self.lock(who, target.split(" ", maxsplit=1)[0], fcntl.LOCK_SH if what == "lock" else fcntl.LOCK_UN)
            elif what == "delete the destination":
                os.unlink(self.destination)
            elif what == "delete the source":
                os.unlink(self.source)
            elif what == "cut the source to half":
                os.truncate(self.source, STORY["size"] // 2)
            elif what == "replace the source by another file":
                write(self.source + ".new", "C")
                os.replace(self.source + ".new", self.source)
            elif what == "rewrite the source in place":
                with open(self.source, "r+b") as file:
                    file.write(b"C" * STORY["size"])
        except FileNotFoundError:
            return None
        return "done"

    def close(self) -> None:
        """Close what they have open."""
        for file in self.files.values():
            file.close()


def play(place: str, tell: Callable[[str], None]) -> bool:
    """Play the story once; tell whether everything was seen as it was before."""
    others, same = Others(place), True
    copiers: dict[str, Copier] = {}
    write(others.source, "N")
    write(f"{place}/rival source 1/slide.bin", "R")
    os.makedirs(os.path.dirname(others.destination))
    if STORY["older"]:
        write(others.destination, "O")
        earlier = os.stat(others.source).st_mtime - 36000
        os.utime(others.destination, (earlier, earlier))

    def compare(what: str, seen: object, before: object) -> bool:
        tell(f"  {what}: {words(seen)}" + ("" if seen == before else f"   (before: {words(before)})"))
        return seen == before

    signal.alarm(PATIENCE)
    try:
        for one in STORY["actions"]:
            who = one["who"]
            if one["do"] == "start":
                command = [word.replace("{place}", place) for word in one["command"]]
                environment = {**os.environ, "LC_ALL": "C.UTF-8", **STORY["environment"]}
                tell(f"  start {who}: {' '.join(command)}")
                copiers[who] = Copier(command, environment, one["wanted"], place)
            elif one["do"] == "reach":
                there = copiers[who].reach()
                tell(f"  {who} {'stands before its step' if there else 'never came to its step'} '{one['step']}'")
                if not there:
                    same = False
                    break
            elif one["do"] == "leave":
                copiers[who].leave()
            elif one["do"] == "act":
                same &= compare(
                    f"{who}: {one['what']}", others.act(who, one["what"], one["target"], one["start"]), one["seen"]
                )
            elif one["do"] == "end":
                same &= compare(f"exit code of {who}", copiers[who].end(), one["code"])
            elif one["do"] == "look":
                same &= compare("the destination in the end", others.act(who, "read"), one["seen"])
    except TimeoutError:
        tell(f"  not over after {PATIENCE} s")
        same = False
    finally:
        signal.alarm(0)
        for copier in copiers.values():
            copier.kill()
    others.close()
    return same


def give_up(*_: object) -> None:
    """End a round that takes too long."""
    raise TimeoutError


def main() -> int:
    """Play the story ten times, or as often as the first argument says."""
    if sys.platform != "linux" or os.uname().machine != "x86_64":
        print("This script knows Linux on x86_64 only.")
        return 2
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    print(STORY["title"], "", STORY["seen"], "", f"It means: {STORY['meaning']}", "", sep="\n")
    signal.signal(signal.SIGALRM, give_up)
    hits = 0
    for number in range(times):
        with tempfile.TemporaryDirectory(prefix="reproduce-") as place:
            hits += play(os.path.realpath(place), print if number == 0 else lambda line: None)
    print(f"REPRODUCED in {hits} of {times}")
    return 0 if hits == times else 1


if __name__ == "__main__":
    sys.exit(main())
