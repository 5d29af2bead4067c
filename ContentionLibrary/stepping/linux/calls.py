"""The system calls that change a file system, with their numbers and where their arguments say which file is meant.

Numbers: Linux `asm/unistd_64.h` (x86-64) and `asm-generic/unistd.h` (aarch64); None where an architecture has no such
call.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verb(StrEnum):
    """What a call does, as far as a step's name needs it."""

    OPEN = "open"
    READ = "read"
    WRITE = "write"
    BULK = "bulk copy"
    SPLICE = "splice"
    CONTROL = "ioctl"
    TRUNCATE = "truncate"
    ALLOCATE = "allocate"
    SYNC = "sync"
    SYNC_ALL = "sync all"
    RENAME = "rename"
    LINK = "link"
    SYMLINK = "symlink"
    UNLINK = "unlink"
    MKDIR = "mkdir"
    RMDIR = "rmdir"
    MODE = "mode"
    OWNER = "owner"
    TIMES = "times"
    XATTR = "xattr"
    LOCK = "lock"
    FCNTL = "fcntl"
    CLOSE = "close"
    DESCRIPTORS = "descriptors"
    MAP = "map"
    EXEC = "exec"
    UNSEEN = "unseen"


DATA_VERBS = (Verb.WRITE, Verb.BULK, Verb.SPLICE)
"""What moves the data of a file."""


@dataclass(frozen=True)
class Call:
    """One system call: its verb and the positions of the arguments that matter (None: it has no such argument)."""

    name: str
    verb: Verb
    x86_64: int | None
    aarch64: int | None
    descriptor: int | None = None
    directory: int | None = None
    path: int | None = None
    second_directory: int | None = None
    second_path: int | None = None
    size: int | None = None
    flags: int | None = None
    origin: int | None = None  # descriptor from which the data come


def _on_descriptor(
    name: str,
    verb: Verb,
    x86: int | None,
    arm: int | None,
    *,
    fd: int = 0,
    size: int | None = None,
    origin: int | None = None,
) -> Call:
    return Call(name, verb, x86, arm, descriptor=fd, size=size, origin=origin)


def _on_path(
    name: str, verb: Verb, x86: int | None, arm: int | None, *, path: int = 0, flags: int | None = None
) -> Call:
    return Call(name, verb, x86, arm, path=path, flags=flags)


def _at(name: str, verb: Verb, x86: int | None, arm: int | None, flags: int | None = None) -> Call:
    return Call(name, verb, x86, arm, directory=0, path=1, flags=flags)


CALLS: tuple[Call, ...] = (
    _on_path("open", Verb.OPEN, 2, None, flags=1),
    _at("openat", Verb.OPEN, 257, 56, flags=2),
    _at("openat2", Verb.OPEN, 437, 437),
    _on_path("creat", Verb.OPEN, 85, None),
    _on_descriptor("read", Verb.READ, 0, 63, size=2),
    _on_descriptor("pread64", Verb.READ, 17, 67, size=2),
    _on_descriptor("readv", Verb.READ, 19, 65),
    _on_descriptor("preadv", Verb.READ, 295, 69),
    _on_descriptor("preadv2", Verb.READ, 327, 286),
    _on_descriptor("write", Verb.WRITE, 1, 64, size=2),
    _on_descriptor("pwrite64", Verb.WRITE, 18, 68, size=2),
    _on_descriptor("writev", Verb.WRITE, 20, 66),
    _on_descriptor("pwritev", Verb.WRITE, 296, 70),
    _on_descriptor("pwritev2", Verb.WRITE, 328, 287),
    _on_descriptor("sendfile", Verb.BULK, 40, 71, size=3, origin=1),
    _on_descriptor("copy_file_range", Verb.BULK, 326, 285, fd=2, size=4, origin=0),
    _on_descriptor("splice", Verb.SPLICE, 275, 76, fd=2, size=4, origin=0),
    _on_descriptor("ioctl", Verb.CONTROL, 16, 29),
    _on_path("truncate", Verb.TRUNCATE, 76, 45),
    _on_descriptor("ftruncate", Verb.TRUNCATE, 77, 46),
    _on_descriptor("fallocate", Verb.ALLOCATE, 285, 47),
    _on_descriptor("fsync", Verb.SYNC, 74, 82),
    _on_descriptor("fdatasync", Verb.SYNC, 75, 83),
    _on_descriptor("sync_file_range", Verb.SYNC, 277, 84),
    _on_descriptor("syncfs", Verb.SYNC, 306, 267),
    Call("sync", Verb.SYNC_ALL, 162, 81),
    Call("rename", Verb.RENAME, 82, None, path=0, second_path=1),
    Call("renameat", Verb.RENAME, 264, 38, directory=0, path=1, second_directory=2, second_path=3),
    Call("renameat2", Verb.RENAME, 316, 276, directory=0, path=1, second_directory=2, second_path=3),
    Call("link", Verb.LINK, 86, None, path=0, second_path=1),
    Call("linkat", Verb.LINK, 265, 37, directory=0, path=1, second_directory=2, second_path=3),
    _on_path("symlink", Verb.SYMLINK, 88, None, path=1),
    Call("symlinkat", Verb.SYMLINK, 266, 36, directory=1, path=2),
    _on_path("unlink", Verb.UNLINK, 87, None),
    _at("unlinkat", Verb.UNLINK, 263, 35, flags=2),
    _on_path("mkdir", Verb.MKDIR, 83, None),
    _at("mkdirat", Verb.MKDIR, 258, 34),
    _on_path("mknod", Verb.OPEN, 133, None),
    _at("mknodat", Verb.OPEN, 259, 33),
    _on_path("rmdir", Verb.RMDIR, 84, None),
    _on_path("chmod", Verb.MODE, 90, None),
    _on_descriptor("fchmod", Verb.MODE, 91, 52),
    _at("fchmodat", Verb.MODE, 268, 53),
    _at("fchmodat2", Verb.MODE, 452, 452),
    _on_path("chown", Verb.OWNER, 92, None),
    _on_path("lchown", Verb.OWNER, 94, None),
    _on_descriptor("fchown", Verb.OWNER, 93, 55),
    _at("fchownat", Verb.OWNER, 260, 54),
    _on_path("utime", Verb.TIMES, 132, None),
    _on_path("utimes", Verb.TIMES, 235, None),
    _at("futimesat", Verb.TIMES, 261, None),
    _at("utimensat", Verb.TIMES, 280, 88),
    _on_path("setxattr", Verb.XATTR, 188, 5),
    _on_path("lsetxattr", Verb.XATTR, 189, 6),
    _on_descriptor("fsetxattr", Verb.XATTR, 190, 7),
    _on_path("removexattr", Verb.XATTR, 197, 14),
    _on_path("lremovexattr", Verb.XATTR, 198, 15),
    _on_descriptor("fremovexattr", Verb.XATTR, 199, 16),
    _on_descriptor("flock", Verb.LOCK, 73, 32),
    _on_descriptor("fcntl", Verb.FCNTL, 72, 25),
    _on_descriptor("close", Verb.CLOSE, 3, 57),
    Call("close_range", Verb.DESCRIPTORS, 436, 436),
    Call("dup2", Verb.DESCRIPTORS, 33, None),
    Call("dup3", Verb.DESCRIPTORS, 292, 24),
    _on_descriptor("mmap", Verb.MAP, 9, 222, fd=4, size=1),
    Call("execve", Verb.EXEC, 59, 221),
    Call("execveat", Verb.EXEC, 322, 281),
    Call("io_uring_setup", Verb.UNSEEN, 425, 425),
    Call("io_setup", Verb.UNSEEN, 206, 0),
)
"""Every call that a filter may report. What an architecture lacks is left out of its filter."""

UNSEEN_WAYS = {"io_uring_setup": "io_uring", "io_setup": "asynchronous I/O (io_submit)"}
"""What begins with a call after which the kernel moves data in the program's place, unseen: by the name of that call."""
