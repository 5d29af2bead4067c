"""Those who hold locks: flock, POSIX record locks (fcntl) and open file description locks (OFD).

They are three kinds that know little of each other. A POSIX lock belongs to the process and is lost when the process
closes *any* descriptor of the file, also one that had only been opened for reading. So a reader that holds one locks
the descriptor that it reads from: `open_half` first, then `hold_lock` with the same handle.
"""

from __future__ import annotations

import dataclasses
import os
import signal

from ContentionLibrary.competitors.hands import Hands
from ContentionLibrary.competitors.operations.locks import Lock, acquire, release
from ContentionLibrary.competitors.report import Outcome
from ContentionLibrary.history.acts import Answer


def hold_lock(
    hands: Hands,
    path: str,
    *,
    kind: str = "flock",
    mode: str = "shared",
    handle: str = "file",
    start: int = 0,
    length: int = 0,
) -> Outcome:
    """Open a file, lock it, and keep the lock; waits for others to free it.

    Args:
        hands: the worker's.
        path: the file, which exists.
        kind: `flock`, `posix` or `ofd`.
        mode: `shared` (read) or `exclusive` (write).
        handle: name under which the file is kept. If this very path is kept under it, that open file is locked.
        start: first byte of the range; flock always locks the whole file.
        length: bytes of the range; 0 is up to the end, wherever that will be.
    """
    lock = Lock(kind, mode, start, length)
    if not hands.holds(handle, path):
        hands.hold(handle, _open(path, mode), path)
    descriptor, _ = hands.held(handle)
    if acquire(descriptor, lock, wait=False):
        return Outcome()
    acquire(descriptor, lock, wait=True)
    return Outcome(Answer.WAITED)


def bequeath_lock(hands: Hands, path: str, *, kind: str = "flock", mode: str = "exclusive") -> Outcome:
    """Hold a lock as `hold_lock` does, and start a child that inherits the open file, and with it the lock.

    flock and OFD locks belong to the open file, so such a lock lives on with the child when its holder dies. The child
    sleeps until somebody kills it. It is in a process group of its own, because a competitor's group dies with it.
    """
    outcome = hold_lock(hands, path, kind=kind, mode=mode)
    descriptor, _ = hands.held("file")
    settled, settling = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            os.closerange(0, descriptor)
            os.closerange(descriptor + 1, os.sysconf("SC_OPEN_MAX"))
            while True:
                signal.pause()
        finally:
            os._exit(1)
    os.close(settling)
    os.read(settled, 1)  # until the child has left our group and closed its end: whoever kills us now does not kill it
    os.close(settled)
    return dataclasses.replace(outcome, child=child)


def try_lock(
    hands: Hands, path: str, *, kind: str = "flock", mode: str = "exclusive", start: int = 0, length: int = 0
) -> Outcome:
    """See whether a lock is free, by taking it and giving it back at once; refused when somebody holds it."""
    descriptor = _open(path, mode)
    try:
        if acquire(descriptor, Lock(kind, mode, start, length), wait=False):
            return Outcome()
    finally:
        os.close(descriptor)
    return Outcome(Answer.REFUSED, f"the {kind} lock ({mode}) is held by somebody else: '{path}'", "EAGAIN")


def release_lock(hands: Hands, kind: str = "flock", handle: str = "file", start: int = 0, length: int = 0) -> Outcome:
    """Free a lock; the file stays open until `close_file`."""
    descriptor, _ = hands.held(handle)
    release(descriptor, Lock(kind, "shared", start, length))
    return Outcome()


def _open(path: str, mode: str) -> int:
    """Open for what the lock needs: a write lock by fcntl wants a descriptor open for writing."""
    return os.open(path, (os.O_RDONLY if mode == "shared" else os.O_RDWR) | getattr(os, "O_BINARY", 0))


OPERATIONS = (hold_lock, bequeath_lock, try_lock, release_lock)
