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
from ContentionLibrary.processes.places import make_private, owner

_FILE = "turn.db"
_AT_ONCE = 2.0  # seconds; whoever waits longer wants to know for what
_IN_THE_END = 540.0  # seconds; less than the ten minutes that the suites give to each test


def turn_file() -> Path:
    """Return the lock's file: in the user's state directory, or in the temporary one where there is no home to write in.

    There it lies in a directory of the user's own: a file in the common one is refused by filelock if the user's number is
    the one that Linux gives to everybody whom it cannot name, as that of `nobody` is.

    Raises:
        SystemTrouble: somebody else has put something in its place.
    """
    try:
        state = state_folder()
        state.mkdir(parents=True, exist_ok=True)
        if os.access(state, os.W_OK | os.X_OK):
            return state / _FILE
    except (OSError, RuntimeError):
        pass
    own = Path(os.path.realpath(tempfile.gettempdir())) / f"contention-turn-{owner()}"
    make_private(own, 0o700)
    return own / _FILE


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
            SystemTrouble: others did not end in time, or the system does not let the file be locked.
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
        except OSError as error:
            lock.close()
            raise SystemTrouble(
                f"whose turn it is cannot be settled by {self._file}: {error}; set XDG_STATE_HOME to a directory of yours"
            ) from error
        self._lock = lock
        return self

    def give_back(self) -> None:
        """Let others go on; nothing happens if the turn was not taken."""
        if self._lock is not None:
            self._lock.release()
            self._lock.close()
            self._lock = None
