"""Ctrl-C and its relatives, noted instead of thrown: whoever waits looks here and ends in good order."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType
from typing import Self

from ContentionLibrary.cli.system import STOP_SIGNALS


class Stopped(Exception):  # noqa: N818 - somebody's wish, not an error
    """The user, or the system, wants the command to end.

    Args:
        signum: the signal that said so.
    """

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum

    @property
    def exit_code(self) -> int:
        """The code by which shells know a program that a signal has ended."""
        return 128 + self.signum

    @property
    def cause(self) -> str:
        """The signal in the user's words."""
        return "Ctrl-C" if self.signum == signal.SIGINT else signal.Signals(self.signum).name


class Interruption:
    """While it is entered, stop signals are counted and do nothing else."""

    def __init__(self) -> None:
        self._signals: list[int] = []
        self._before: dict[int, signal._HANDLER] = {}

    def __enter__(self) -> Self:
        for signum in STOP_SIGNALS:
            # nohup and the like have chosen for us.
            if signal.getsignal(signum) is not signal.SIG_IGN:
                self._before[signum] = signal.signal(signum, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for signum, handler in self._before.items():
            signal.signal(signum, handler)

    def _note(self, signum: int, frame: FrameType | None) -> None:
        self._signals.append(signum)

    @property
    def impatient(self) -> bool:
        """Whether it was asked for more than once."""
        return len(self._signals) > 1

    def check(self) -> None:
        """Raise Stopped if a stop signal has come."""
        if self._signals:
            raise Stopped(self._signals[0])
