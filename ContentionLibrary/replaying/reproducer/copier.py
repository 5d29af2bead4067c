"""The part of a script that runs a copier under ptrace(2) and stops it before the calls of the story."""

from __future__ import annotations

import ctypes
import os
import signal
from typing import Any, ClassVar

CALLS = {  # name: its numbers (x86_64, aarch64), argument with the descriptor, with the path, with the size
    "read": (0, 63, 0, None, 2),
    "pread64": (17, 67, 0, None, 2),
    "write": (1, 64, 0, None, 2),
    "pwrite64": (18, 68, 0, None, 2),
    "writev": (20, 66, 0, None, None),
    "sendfile": (40, 71, 0, None, 3),
    "copy_file_range": (326, 285, 2, None, 4),
    "splice": (275, 76, 2, None, 4),
    "ioctl": (16, 29, 0, None, None),
    "ftruncate": (77, 46, 0, None, None),
    "fallocate": (285, 47, 0, None, None),
    "fsync": (74, 82, 0, None, None),
    "fdatasync": (75, 83, 0, None, None),
    "fchmod": (91, 52, 0, None, None),
    "fchown": (93, 55, 0, None, None),
    "close": (3, 57, 0, None, None),
    "flock": (73, 32, 0, None, None),
    "open": (2, None, None, 0, None),
    "creat": (85, None, None, 0, None),
    "rename": (82, None, None, 0, None),
    "unlink": (87, None, None, 0, None),
    "chmod": (90, None, None, 0, None),
    "openat": (257, 56, None, 1, None),
    "truncate": (76, 45, None, 0, None),
    "mkdir": (83, None, None, 0, None),
    "rmdir": (84, None, None, 0, None),
    "link": (86, None, None, 0, None),
    "symlink": (88, None, None, 1, None),
    "chown": (92, None, None, 0, None),
    "lchown": (94, None, None, 0, None),
    "mkdirat": (258, 34, None, 1, None),
    "linkat": (265, 37, None, 1, None),
    "symlinkat": (266, 36, None, 2, None),
    "fsetxattr": (190, 7, 0, None, None),
    "setxattr": (188, 5, None, 0, None),
    "renameat": (264, 38, None, 1, None),
    "renameat2": (316, 276, None, 1, None),
    "unlinkat": (263, 35, None, 1, None),
    "fchmodat": (268, 53, None, 1, None),
    "fchownat": (260, 54, None, 1, None),
    "utimensat": (280, 88, 0, 1, None),
}
DATA = {"read", "pread64", "write", "pwrite64", "writev", "sendfile", "copy_file_range", "splice"}
MACHINES = {
    # Which of the numbers of a call; where the arguments, the result and the next instruction are in the kernel's struct
    # of registers; where is what the result's register must hold for the call to be made again; bytes of its instruction
    "x86_64": (0, (14, 13, 12, 7, 9, 8), 10, 16, 15, 2),
    "aarch64": (1, (0, 1, 2, 3, 4, 5), 0, 32, 0, 4),
}
IS_ARM = os.uname().machine == "aarch64"
COLUMN, ARGUMENTS, RESULT, NEXT, TO_REPEAT, INSTRUCTION = MACHINES["aarch64" if IS_ARM else "x86_64"]
NAMES = {about[COLUMN]: name for name, about in CALLS.items()}
NO_CALL = 2**64 - 1
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
HERE = 0xFFFFFF9C  # AT_FDCWD
CLONE_REQUESTS = (0x40049409, 0x4020940D)  # FICLONE, FICLONERANGE
TRACE_ME, CONTINUE, SYSCALL, SET_OPTIONS, DETACH = 0, 7, 24, 0x4200, 17
GET_REGISTERS, SET_REGISTERS, GET_SYSCALL = 0x4204, 0x4205, 0x420E
GENERAL, NUMBER_OF_CALL = 1, 0x404  # sets of registers: NT_PRSTATUS, NT_ARM_SYSTEM_CALL
OPTIONS = 1 | 2 | 4 | 8 | 16 | 0x100000  # SYSGOOD, FORK, VFORK, CLONE, EXEC, EXITKILL
ALL = 0x40000000  # __WALL
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
LIBC.ptrace.restype = ctypes.c_long


def ptrace(request: int, pid: int, address: int | None = None, value: int | None = None) -> None:
    """Call ptrace; a process that has gone meanwhile is told by its end."""
    if LIBC.ptrace(request, pid, address, value) < 0 and ctypes.get_errno() != 3:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), f"ptrace request {request}")


class Area(ctypes.Structure):
    """Where registers are kept: struct iovec."""

    _fields_ = (("start", ctypes.c_void_p), ("size", ctypes.c_size_t))


def exchange(request: int, pid: int, kind: int, registers: Any) -> None:
    """Get or set a set of registers of a stopped process."""
    area = Area(ctypes.addressof(registers), ctypes.sizeof(registers))
    ptrace(request, pid, kind, ctypes.addressof(area))


def registers_of(pid: int) -> Any:
    """Return the registers of a stopped process; there are fewer on x86_64."""
    registers = (ctypes.c_uint64 * 34)()
    exchange(GET_REGISTERS, pid, GENERAL, registers)
    return registers


def prevent(pid: int) -> int:
    """Let the call at which a process stands not happen; return what its result's register holds if it is repeated."""
    registers = registers_of(pid)
    to_repeat = int(registers[TO_REPEAT])
    if IS_ARM:
        exchange(SET_REGISTERS, pid, NUMBER_OF_CALL, (ctypes.c_int * 1)(-1))
    else:
        registers[TO_REPEAT] = NO_CALL  # the number of the call
        exchange(SET_REGISTERS, pid, GENERAL, registers)
    return to_repeat


class Copier:
    """One copier: free, or stopped before the wanted calls one after another."""

    ended: ClassVar[dict[int, int]] = {}  # how each process has ended, whoever has waited for it

    def __init__(self, command: list[str], environment: dict[str, str], wanted: list[Any], place: str) -> None:
        self.wanted, self.place, self.let_go = list(wanted), place, not wanted
        self.turns: dict[tuple[str, str], int] = {}
        self.counted: tuple[str, str] | None = None  # the last of these
        self.held: int | None = None
        self.members: set[int] = set()  # its processes and threads, as far as they were seen
        self.doomed = False
        self.main = os.fork()
        if self.main == 0:
            os.chdir(place)
            for ignored in (signal.SIGPIPE, signal.SIGXFSZ):  # by Python, and so they would be by the copier
                signal.signal(ignored, signal.SIG_DFL)
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
            pid, number = self.news()
            if number == signal.SIGTRAP | 0x80 and self.wanted and self.is_wanted(pid):
                self.held = pid
                self.wanted.pop(0)
                return True
            if number:
                self.resume(pid, self.signal_in(number))
        return False

    def news(self) -> tuple[int, int]:
        """Wait until one of its processes stops; return which, and at what: 0 if it has ended, else as ptrace tells."""
        pid, status = os.waitpid(-1, ALL)
        self.members.add(pid)
        if os.WIFSTOPPED(status):
            if self.doomed:
                os.kill(pid, signal.SIGKILL)
            return pid, status >> 8
        self.members.discard(pid)
        Copier.ended[pid] = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        return pid, 0

    def signal_in(self, number: int) -> int:
        """Return the signal that a program was to get when it stopped; 0 for what is ptrace's own news."""
        ours = (signal.SIGTRAP, signal.SIGTRAP | 0x80, signal.SIGSTOP)  # SIGSTOP: the first stop of a new process
        return 0 if number >> 8 or number in ours else number

    def resume(self, pid: int, number: int = 0) -> None:
        """Let a stopped process go on, with a signal if it was to get one."""
        ptrace(DETACH if self.let_go else SYSCALL, pid, None, number)

    def leave(self) -> None:
        """Let it go on; it is stopped nowhere else if there is nothing more to wait for."""
        self.let_go = not self.wanted

    def send(self, number: int, to_all: bool) -> None:
        """Send a signal to it where it stands; it gets it before the call happens."""
        self.skip(None)
        for pid in self.processes() if to_all else {self.main}:
            os.kill(pid, number)

    def processes(self) -> set[int]:
        """Return its processes: of the threads of one, only the first."""
        found = set()
        for member in self.members | {self.main}:
            try:
                with open(f"/proc/{member}/status") as told:
                    found.add(int(next(line for line in told if line.startswith("Tgid:")).split()[1]))
            except OSError:  # it has ended
                continue
        return found

    def fail(self, error: int) -> None:
        """Let the call at which it stands fail."""
        self.skip(-error)
        self.leave()

    def skip(self, result: int | None) -> None:
        """Do not let the call happen at which it stands: give it a result, or, without one, let it be done again."""
        assert self.held is not None
        to_repeat = prevent(self.held)
        ptrace(SYSCALL, self.held)
        while True:
            pid, status = os.waitpid(self.held, ALL)
            if not os.WIFSTOPPED(status):
                raise RuntimeError(f"process {pid} has ended at a call that was not to happen")
            if status >> 8 == signal.SIGTRAP | 0x80:
                break
            ptrace(SYSCALL, pid, None, self.signal_in(status >> 8))
        registers = registers_of(self.held)
        if result is None:
            registers[RESULT], registers[NEXT] = to_repeat, registers[NEXT] - INSTRUCTION
            if self.counted is not None:
                self.turns[self.counted] -= 1
        else:
            registers[RESULT] = result & NO_CALL
        exchange(SET_REGISTERS, self.held, GENERAL, registers)

    def be_killed(self, all_processes: bool) -> None:
        """Be killed where it stands; what survives gets its time to end."""
        self.doomed = all_processes
        for pid in self.processes() if all_processes else {self.main}:
            os.kill(pid, signal.SIGKILL)
        if self.held is not None and self.held != self.main:
            self.resume(self.held)
        self.held, self.let_go = None, False
        while True:
            try:
                pid, number = self.news()
            except ChildProcessError:  # all have ended
                return
            if number and not self.doomed:
                self.resume(pid, self.signal_in(number))

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
        name = NAMES.get(told[3])
        if told[0] & 0xFF != 1 or name is None:
            return False  # a return from a call, or one that is not of interest
        descriptor, path, size = CALLS[name][2:]
        arguments, wanted = list(told[4:10]), self.wanted[0]
        if name != wanted["call"] or self.role(pid, name, arguments, descriptor, path) != wanted["role"]:
            return False
        self.counted = None
        if name not in DATA:
            self.counted = name, wanted["role"]
            self.turns[self.counted] = self.turns.get(self.counted, 0) + 1
            return bool(self.turns[self.counted] == wanted["turn"])
        at = (
            arguments[3]
            if name in {"pread64", "pwrite64"}
            else int(of_descriptor(pid, arguments[descriptor or 0], "pos"))
        )
        bounds = [one["at"] for one in self.wanted if one["call"] == name and one["role"] == wanted["role"]]
        bound = next((bound for bound in bounds if bound > at), None)
        if bound is not None and size is not None and at + arguments[size] > bound:
            registers = registers_of(pid)
            registers[ARGUMENTS[size]] = bound - at
            exchange(SET_REGISTERS, pid, GENERAL, registers)
        return bool(at >= wanted["at"])

    def role(self, pid: int, name: str, arguments: list[int], descriptor: int | None, path: int | None) -> str:
        """Tell which file a call is about: source, destination, its directory, another file of the place, or none."""
        reads_only = name in {"open", "openat"} and not arguments[(path or 0) + 1] & WRITES
        if name == "close":
            flags = of_descriptor(pid, arguments[0], "flags")
            reads_only = not flags or not int(flags, 8) & WRITES
        clones = name == "ioctl" and arguments[1] & 0xFFFFFFFF in CLONE_REQUESTS
        if path is not None and arguments[path]:
            about = named(pid, name, arguments, path)
        else:
            about = link(f"/proc/{pid}/fd/{arguments[descriptor or 0]}")
        if about == os.path.join(self.place, "source", "slide.bin"):
            return "source"
        if reads_only or (name == "ioctl" and not clones):
            return ""
        destination = os.path.join(self.place, "destination", "slide.bin")
        directory = os.path.dirname(destination)
        others = "temporary" if about.startswith(self.place + "/") and not os.path.isdir(about) else ""
        return {destination: "destination", directory: "directory"}.get(about, others)


def named(pid: int, name: str, arguments: list[int], path: int) -> str:
    """Return the file that a path in the arguments of a call means."""
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        memory.seek(arguments[path])
        text = os.fsdecode(memory.read(4096 - arguments[path] % 4096).split(b"\0")[0])
    start = arguments[path - 1] & 0xFFFFFFFF if path and name != "symlink" else HERE
    base = f"/proc/{pid}/cwd" if start == HERE else f"/proc/{pid}/fd/{start}"
    return os.path.normpath(os.path.join(link(base), text))


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
