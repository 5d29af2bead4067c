"""Waiting that has an end, and signals that are obeyed at moments of our choice."""

from __future__ import annotations

import time

from ContentionLibrary.reference_copier.failures import Stopped

TYPE_CHECKING = False  # importing typing only for this would cost each copy some milliseconds
if TYPE_CHECKING:
    import signal
    from collections.abc import Callable
    from types import FrameType

    Check = Callable[[], None]
    """Raises `Stopped` when a signal has asked us to end; called wherever everything can be taken back."""
else:
    Check = object
    try:
        import _signal as signal  # the public module turns its numbers into enums, whose import each copy would pay for
    except ImportError:  # this Python has another one below
        import signal

_OBEYED = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")


def name_of(number: int) -> str:
    """Return the name of a signal that is obeyed."""
    return next(name for name in _OBEYED if getattr(signal, name, None) == number)


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
            if number is not None and signal.getsignal(number) != signal.SIG_IGN:
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
