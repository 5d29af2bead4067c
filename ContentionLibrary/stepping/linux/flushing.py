"""Does the flushes of a recorded program in its place, so that we know when each has come back, and with which result.

A flush is done by a thread of ours while the program's other threads go on: what they do meanwhile happens before it
has come back, and must not count on it. On a fast disk that is too short to be seen, so a flush of a program that is not
alone with it is drawn out to what a busy disk takes.
"""

from __future__ import annotations

import ctypes
import errno
import os
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue

from ContentionLibrary.stepping.linux import tree
from ContentionLibrary.stepping.linux.calls import Call, Verb
from ContentionLibrary.stepping.linux.memory import CannotBorrow, borrowed
from ContentionLibrary.stepping.linux.seccomp import Listener, Notification

_LASTS = 0.05  # seconds at least, if others could go on meanwhile
_DRAWN_OUT = 40  # flushes of one program; who flushes after each block must still come to an end
_libc = ctypes.CDLL(None, use_errno=True)


class Flushes:
    """The flushes of one program that are under way.

    Args:
        listener: answers their callers.
        came_back: called when one has come back and its caller goes on: the caller, and whether all went well.
        limit: tells the scenario what could not be seen.
    """

    def __init__(
        self, listener: Listener, came_back: Callable[[int, bool], None], limit: Callable[[str], None]
    ) -> None:
        self._listener, self._came_back, self._limit = listener, came_back, limit
        self._over: SimpleQueue[tuple[Notification, int | Exception]] = SimpleQueue()
        self._bell = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._under_way: list[threading.Thread] = []
        self._drawn_out = 0

    def fileno(self) -> int:
        """Return a descriptor that is readable when one has come back."""
        return self._bell

    def begin(self, notification: Notification, call: Call) -> None:
        """Begin to do a flush; its caller waits for our answer."""
        lasts = 0.0
        if self._drawn_out < _DRAWN_OUT and not tree.is_alone():
            self._drawn_out += 1
            lasts = _LASTS
        worker = threading.Thread(target=self._do, args=(notification, call, lasts), daemon=True)
        self._under_way = [one for one in self._under_way if one.is_alive()] + [worker]
        worker.start()

    def _do(self, notification: Notification, call: Call, lasts: float) -> None:
        until = time.monotonic() + lasts
        result: int | Exception = 0
        try:
            _flush(notification, call)
        except CannotBorrow as refused:
            result = refused
        except OSError as error:
            result = error.errno or errno.EIO
        except Exception as broken:  # noqa: BLE001 - raised where it is heard, else the copier would hang for our fault
            result = broken
        time.sleep(max(0.0, until - time.monotonic()))
        self._over.put((notification, result))
        os.eventfd_write(self._bell, 1)

    def serve(self) -> None:
        """Let the callers go on whose flush has come back."""
        try:
            os.eventfd_read(self._bell)
        except BlockingIOError:
            return
        while True:
            try:
                notification, result = self._over.get_nowait()
            except Empty:
                return
            if isinstance(result, Exception) and not isinstance(result, CannotBorrow):
                raise result
            if isinstance(result, CannotBorrow):
                self._limit(f"whether its flushes succeed could not be seen: {result}")
                waits = self._listener.let_go(notification.id)
            elif result:
                waits = self._listener.fail(notification.id, result)
            else:
                waits = self._listener.succeed(notification.id, 0)
            if waits:
                self._came_back(notification.thread, result == 0 or isinstance(result, CannotBorrow))

    def close(self) -> None:
        """Give everything up; a flush that hangs in the kernel is left to it."""
        patience = time.monotonic() + 2 * _LASTS
        for worker in self._under_way:
            worker.join(max(0.0, patience - time.monotonic()))
        if not any(worker.is_alive() for worker in self._under_way):
            os.close(self._bell)


def is_flush(call: Call) -> bool:
    """Tell whether a call is a flush. `sync_file_range` takes neither sizes nor names to the disk, and promises nothing."""
    return call.verb in (Verb.SYNC, Verb.SYNC_ALL) and call.name != "sync_file_range"


def _flush(notification: Notification, call: Call) -> None:
    """Flush what a program's call is about.

    Raises:
        CannotBorrow: the system does not let us; nothing was done.
        OSError: the call fails.
    """
    if call.descriptor is None:
        os.sync()
        return
    with borrowed(notification.thread, notification.arguments[call.descriptor] & 0xFFFFFFFF) as (file,):
        if call.name == "syncfs":
            if _libc.syncfs(file) < 0:
                number = ctypes.get_errno()
                raise OSError(number, os.strerror(number))
        elif call.name == "fdatasync":
            os.fdatasync(file)
        else:
            os.fsync(file)
