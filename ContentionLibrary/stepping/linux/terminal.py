"""A terminal of its own for a program: what it says there is kept in a file, and whoever sits there says no.

Source: pty(7), termios(3). The program gets the far end as input, output and errors, and as its controlling terminal.
"""

from __future__ import annotations

import os
import termios

_ANSWERS = b"n\n" * 16
"""Typed ahead: a program that asks whether to go on is told no, as often as it may ask."""
_BLOCK = 1 << 16
_OUTPUT, _LOCAL = 1, 3  # places in what tcgetattr returns


class Terminal:
    """One terminal.

    Args:
        log: file that gets all that is said there.
    """

    def __init__(self, log: str) -> None:
        self._ours, self._theirs = os.openpty()
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        modes = termios.tcgetattr(self._theirs)
        modes[_LOCAL] &= ~termios.ECHO  # what is typed ahead would stand in the log as if the program had said it
        modes[_OUTPUT] &= ~termios.OPOST
        termios.tcsetattr(self._theirs, termios.TCSANOW, modes)
        os.set_blocking(self._ours, False)
        os.write(self._ours, _ANSWERS)

    def fileno(self) -> int:
        """Return our end, to be polled: readable when something was said, hung up when nobody is there any more."""
        return self._ours

    def become(self, user: int) -> None:
        """Be the program's side: the calling process, which leads a session without terminal, gets this one.

        Args:
            user: whose terminal it is to be.
        """
        name = os.ttyname(self._theirs)
        os.fchown(self._theirs, user, -1)
        os.close(os.open(name, os.O_RDWR))  # the first terminal that such a process opens becomes its own
        for target in (0, 1, 2):
            os.dup2(self._theirs, target)
        for descriptor in {self._ours, self._theirs, self._log} - {0, 1, 2}:
            os.close(descriptor)

    def was_started(self) -> None:
        """Be our side: let go of the far end, so that it ends with the program."""
        os.close(self._theirs)

    def keep_words(self) -> bool:
        """Write down what was said; returns whether more may follow."""
        while True:
            try:
                said = os.read(self._ours, _BLOCK)
            except BlockingIOError:
                return True
            except OSError:  # EIO: nobody has it open any more
                return False
            if not said:
                return False
            os.write(self._log, said)

    def close(self) -> None:
        """Give our end up; whoever is still there is hung up."""
        os.close(self._ours)
        os.close(self._log)
