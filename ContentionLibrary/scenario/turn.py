"""Whose turn it is on this machine: ordinary scenarios run side by side, those that measure the machine run alone.

Method: a shared/exclusive lock across processes (`filelock.ReadWriteLock`), which the system frees when its holder dies. It holds
between terminals, IDEs and jobs of one user, beyond what pabot arranges for one run. The lock's file stays: taking it
away would let a waiting process hold a lock that nobody else sees.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Self

from filelock import ReadWriteLock, Timeout

from ContentionLibrary.errors import SystemTrouble
from ContentionLibrary.locations import state_folder

_AT_ONCE = 2.0  # seconds; whoever waits longer wants to know for what
_IN_THE_END = 540.0  # seconds; less than the ten minutes that the suites give to each test


def turn_file() -> Path:
    """Return the lock's file: in the user's state directory, or in the temporary one if there is no home."""
    try:
        state = state_folder()
        state.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        user = os.getuid() if hasattr(os, "getuid") else os.getlogin()
        return Path(tempfile.gettempdir()) / f"contention-turn-{user}.db"
    return state / "turn.db"


class Turn:
    """A scenario's turn, from `take` to `give_back`.

    Args:
        alone: nobody else may run meanwhile.
        file: the lock's file; the user's own by default.
    """

    def __init__(self, *, alone: bool, file: Path | None = None) -> None:
        self._alone = alone
        self._file = file or turn_file()
        self._lock: ReadWriteLock | None = None

    def take(self, tell: Callable[[str], None], timeout: float = _IN_THE_END) -> Self:
        """Wait for the turn.

        Args:
            tell: is told what is waited for, if it is not there at once.
            timeout: seconds.

        Raises:
            SystemTrouble: others did not end in time.
        """
        lock = ReadWriteLock(self._file, is_singleton=False)
        whom = "all scenarios of other runs" if self._alone else "a scenario of another run that must run alone"
        acquire = lock.acquire_write if self._alone else lock.acquire_read
        try:
            try:
                acquire(timeout=min(_AT_ONCE, timeout))
            except Timeout:
                tell(f"Waiting for the end of {whom} ...")
                acquire(timeout=max(0.0, timeout - _AT_ONCE))
        except Timeout as error:
            lock.close()
            raise SystemTrouble(
                f"{whom} did not end within {timeout:g} s (lock: {self._file}): wait for that run, or end it"
            ) from error
        self._lock = lock
        return self

    def give_back(self) -> None:
        """Let others go on; nothing happens if the turn was not taken."""
        if self._lock is not None:
            self._lock.release()
            self._lock.close()
            self._lock = None
