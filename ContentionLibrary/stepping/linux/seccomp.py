"""The kernel's interface: installing a filter that reports system calls, receiving reports, answering them.

Source: seccomp(2), seccomp_unotify(2), linux/seccomp.h. Only constants and thin calls; deciding is the supervisor's.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import select
import struct
from dataclasses import dataclass

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.stepping.linux.architecture import Architecture

_PR_SET_NO_NEW_PRIVS = 38
_SET_MODE_FILTER = 1
_FLAG_NEW_LISTENER = 1 << 3
_FLAG_WAIT_KILLABLE_RECV = 1 << 5  # kernel 5.19: ordinary signals no longer interrupt a call that we have received
_RECV = 0xC0502100
_SEND = 0xC0182101
_ID_VALID = 0x40082102
_SET_FLAGS = 0x40082104  # kernel 6.6
_SYNC_WAKE_UP = 1  # hand the processor straight to the other side: lowers the cost of each report
_CONTINUE = 1
_ERESTARTNOINTR = 513
_NOTIFICATION = struct.Struct("<QIIiIQ6Q")
_RESPONSE = struct.Struct("<QqiI")
_ZEROS = bytes(_NOTIFICATION.size)

_ioctl, _unpack, _pack = fcntl.ioctl, _NOTIFICATION.unpack, _RESPONSE.pack  # hot
_libc = ctypes.CDLL(None, use_errno=True)


class _Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte), ("k", ctypes.c_uint)]


class FilterProgram(ctypes.Structure):
    """A filter as the kernel takes it."""

    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.POINTER(_Instruction))]


@dataclass(frozen=True, slots=True)
class Notification:
    """One system call that waits for our answer. `thread` is the caller's thread id."""

    id: int
    thread: int
    number: int
    architecture: int
    arguments: tuple[int, ...]


def compiled(program: list[tuple[int, int, int, int]]) -> FilterProgram:
    """Bring instructions into the kernel's form."""
    return FilterProgram(len(program), (_Instruction * len(program))(*[_Instruction(*one) for one in program]))


def install_filter(program: FilterProgram, architecture: Architecture) -> int:
    """Install the filter on the calling process and all that it will start; return the listener's descriptor.

    Meant for a child between fork and exec. A privileged process keeps its right to start set-user-id programs;
    an ordinary one gives that up, as the kernel demands.

    Raises:
        NotPossibleHere: the kernel refuses, e.g. because a container forbids it or another filter listens already.
    """

    def attempt(flags: int) -> tuple[int, int]:
        result = _libc.syscall(architecture.seccomp, _SET_MODE_FILTER, flags, ctypes.byref(program))
        return result, ctypes.get_errno() if result < 0 else 0

    flags = _FLAG_NEW_LISTENER | _FLAG_WAIT_KILLABLE_RECV
    listener, error = attempt(flags)
    if error == errno.EACCES:
        _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        listener, error = attempt(flags)
    if error == errno.EINVAL:
        listener, error = attempt(_FLAG_NEW_LISTENER)
    if error:
        reason = {
            errno.EBUSY: "another supervisor listens to this process tree already",
            errno.EPERM: "a container or policy forbids it",
            errno.EACCES: "a container or policy forbids it",
            errno.ENOSYS: "the kernel has no seccomp",
            errno.EINVAL: "the kernel is older than 5.0",
        }.get(error, "")
        raise NotPossibleHere(f"seccomp notification cannot be installed ({os.strerror(error)}): {reason}")
    return listener


def prefer_synchronous_wake_up(listener: int) -> None:
    """Ask for the cheaper hand-over between the two processes where the kernel has it (6.6 and newer)."""
    _libc.ioctl(listener, ctypes.c_ulong(_SET_FLAGS), ctypes.c_ulong(_SYNC_WAKE_UP))


class Listener:
    """Receives and answers notifications.

    Args:
        descriptor: what `install_filter` returned, passed on to this process.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._poller = select.poll()
        self._poller.register(descriptor, select.POLLIN)

    def has_report(self) -> bool:
        """Tell whether somebody waits for an answer whose report was not received yet."""
        return any(events & select.POLLIN for _, events in self._poller.poll(0))

    def receive(self) -> tuple[int, ...] | None:
        """Take the next report: id, thread, flags, number, architecture, instruction pointer, and the six arguments.

        Returns:
            The bare fields, because this is the hot path; None when the caller has died or been interrupted meanwhile.
        """
        try:
            return _unpack(_ioctl(self.descriptor, _RECV, _ZEROS))  # the kernel refuses a buffer that is not zeroed
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.EINTR):
                return None
            raise

    def _answer(self, response: bytes) -> bool:
        try:
            _ioctl(self.descriptor, _SEND, response)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.EINPROGRESS):  # the caller was killed while it waited
                return False
            raise
        return True

    def let_go(self, identity: int) -> bool:
        """Let the call happen as if nobody had asked. False when its caller is gone."""
        return self._answer(_pack(identity, 0, 0, _CONTINUE))

    def fail(self, identity: int, number: int) -> bool:
        """Make the call fail with an errno without happening. False when its caller is gone."""
        return self._answer(_pack(identity, 0, -number, 0))

    def succeed(self, identity: int, value: int) -> bool:
        """Make the call return `value` without happening: we have done its work. False when its caller is gone."""
        return self._answer(_pack(identity, value, 0, 0))

    def restart(self, identity: int) -> bool:
        """Let a pending signal be handled first; the call comes again after it. False when its caller is gone.

        Only for a caller that has a signal to handle: nobody else understands the kernel's own `ERESTARTNOINTR`.
        """
        return self._answer(_pack(identity, 0, -_ERESTARTNOINTR, 0))

    def is_waiting(self, identity: int) -> bool:
        """Tell whether the caller still waits for this answer."""
        try:
            fcntl.ioctl(self.descriptor, _ID_VALID, struct.pack("<Q", identity))
        except OSError:
            return False
        return True
