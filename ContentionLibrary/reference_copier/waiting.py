"""Waiting that has an end, and signals that are obeyed at moments of our choice."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from types import FrameType

from ContentionLibrary.reference_copier.failures import Stopped

_OBEYED = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")

Check = Callable[[], None]
"""Raises `Stopped` when a signal has asked us to end; called wherever everything can be taken back."""


class Signals:
    """Remembers the first signal that asks us to end.

    The handler only takes note: an exception from a handler could come between a rename and the line that remembers it.
    """

    def __init__(self) -> None:
        self._number = 0

    def listen(self) -> None:
        """Begin to take note. What the caller has set to be ignored (`nohup`) stays ignored."""
        for name in _OBEYED:
            number = getattr(signal, name, None)  # Windows has no SIGHUP, and SIGBREAK is of Windows
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._note)
        for name in ("SIGPIPE", "SIGXFSZ"):
            if hasattr(signal, name):  # then the call fails with EPIPE or EFBIG, which can be told and cleaned up after
                signal.signal(getattr(signal, name), signal.SIG_IGN)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._number = self._number or number

    def check(self) -> None:
        """Obey.

        Raises:
            Stopped: a signal has come.
        """
        if self._number:
            raise Stopped(self._number)


class Patience:
    """A limit in seconds for all waiting of one kind, counted from now."""

    def __init__(self, seconds: float, check: Check) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds
        self._check = check

    def pause(self, seconds: float) -> bool:
        """Sleep shortly; returns False at once when the time is over.

        Raises:
            Stopped: a signal has come.
        """
        self._check()
        left = self._end - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(seconds, left))
        return True
