"""Reading what a held program points to, and borrowing its open files.

Source: process_vm_readv(2), pidfd_getfd(2) (kernel 5.6). Both are allowed for our own children, also where Yama
restricts tracing to descendants. A borrowed descriptor shares the program's file offset.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_PIDFD_GETFD = 438  # the same number on x86-64 and aarch64
_PAGE = 4096
_PATH_MAX = 4096
_FORBIDDEN = (errno.EPERM, errno.EACCES, errno.ENOSYS)

_libc = ctypes.CDLL(None, use_errno=True)


class _IoVector(ctypes.Structure):
    _fields_ = [("address", ctypes.c_void_p), ("length", ctypes.c_size_t)]


_Pointer = ctypes.POINTER(_IoVector)
_TRANSFER: tuple[type, ...] = (ctypes.c_int, _Pointer, ctypes.c_ulong, _Pointer, ctypes.c_ulong, ctypes.c_ulong)
for _function in (_libc.process_vm_readv, _libc.process_vm_writev):
    _function.argtypes = _TRANSFER
    _function.restype = ctypes.c_ssize_t


def _transfer(
    function: Callable[..., int], thread: int, address: int, buffer: ctypes.Array[ctypes.c_char], size: int
) -> int:
    here = _IoVector(ctypes.addressof(buffer), size)
    there = _IoVector(address, size)
    done = function(thread, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
    if done < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return done


def peek(thread: int, address: int, size: int) -> bytes:
    """Read `size` bytes of a thread's memory.

    Raises:
        OSError: the thread is gone or the address is not mapped.
    """
    buffer = ctypes.create_string_buffer(size)
    done = _transfer(_libc.process_vm_readv, thread, address, buffer, size)
    return buffer.raw[:done]


def poke(thread: int, address: int, content: bytes) -> None:
    """Write into a thread's memory, as the kernel does when a call returns a new file offset."""
    buffer = ctypes.create_string_buffer(content, len(content))
    _transfer(_libc.process_vm_writev, thread, address, buffer, len(content))


def read_path(thread: int, address: int) -> str:
    """Read a path argument; names that are not UTF-8 survive (surrogate escapes)."""
    found = bytearray()
    while b"\0" not in found and len(found) < _PATH_MAX:
        to_page_end = _PAGE - (address + len(found)) % _PAGE  # the next page may not be mapped
        found += peek(thread, address + len(found), to_page_end if found else min(to_page_end, 256))
    return os.fsdecode(bytes(found).partition(b"\0")[0])


def read_offset(thread: int, address: int) -> int | None:
    """Read the file offset that an argument points to; None for a null pointer."""
    if not address:
        return None
    offset: int = struct.unpack("<q", peek(thread, address, 8))[0]
    return offset


def read_vector(thread: int, address: int, count: int) -> list[tuple[int, int]]:
    """Read an array of (address, length), the argument of `writev` and its kin."""
    return list(struct.iter_unpack("<QQ", peek(thread, address, 16 * count))) if count else []


class CannotBorrow(Exception):  # noqa: N818 - a fact about this machine or program, not an error of ours
    """The system does not let us work in the program's place: a policy, a container, a program that protects itself."""


def process_of(thread: int) -> int:
    """Return the process that a thread belongs to.

    Raises:
        OSError: the thread is gone.
    """
    for line in Path(f"/proc/{thread}/status").read_text().splitlines():
        if line.startswith("Tgid:"):
            return int(line.split()[1])
    raise ProcessLookupError(thread)


@contextmanager
def borrowed(thread: int, *descriptors: int) -> Iterator[list[int]]:
    """Lend us duplicates of a program's descriptors, for as long as the block lasts.

    Raises:
        CannotBorrow: the system forbids it.
        OSError: the thread is gone or has no such descriptor.
    """
    taken: list[int] = []
    process = os.pidfd_open(process_of(thread))
    try:
        for descriptor in descriptors:
            duplicate = _libc.syscall(_PIDFD_GETFD, process, descriptor, 0)
            if duplicate < 0:
                error = ctypes.get_errno()
                if error in _FORBIDDEN:
                    raise CannotBorrow(f"its open files cannot be borrowed ({os.strerror(error)})")
                raise OSError(error, os.strerror(error))
            taken.append(duplicate)
        yield taken
    finally:
        for descriptor in [*taken, process]:
            os.close(descriptor)
