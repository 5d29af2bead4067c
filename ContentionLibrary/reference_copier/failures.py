"""How the copier says no: exit codes, and one exception that is one line for the user."""

from __future__ import annotations

import errno
import os

TYPE_CHECKING = False  # importing typing only for this would cost each copy some milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    Warn = Callable[[str], None]
    """Is told one sentence that a user should know although it changes nothing about the outcome."""
else:
    Warn = object

NOTHING_CHANGED = "nothing was changed"
NO_MEMORY = os.strerror(errno.ENOMEM)


class ExitCode:
    """What the program's exit code means. A run that a signal ended has 128 plus the number of the signal."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    BUSY = 75  # EX_TEMPFAIL of sysexits.h: try again later


class Refusal(Exception):  # noqa: N818 - not always an error: to give way to a rival is right
    """The copy is not made.

    Args:
        code: the exit code.
        file: the file that the trouble is about, as the user knows it.
        what: what happened to it.
        state: what the user finds now, or what to do.
    """

    def __init__(self, code: int, file: str, what: str, state: str = NOTHING_CHANGED) -> None:
        super().__init__(file, what, state)
        self.code = code
        self.file = file
        self.what = what
        self.state = state

    def __str__(self) -> str:
        return one_line(f"{self.file}: {self.what}; {self.state}")


class Stopped(Exception):  # noqa: N818 - a wish, not an error
    """A signal asks the program to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def one_line(text: str) -> str:
    """Make a text printable on one line whatever is in it: file names may hold line ends and undecodable bytes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def reason(error: OSError) -> str:
    """Return the system's own words for an error."""
    return error.strerror or str(error)


def close_quietly(descriptor: int) -> None:
    """Close a descriptor that was only read from, or whose content is not wanted: no failure of it matters to anybody."""
    try:
        os.close(descriptor)
    except OSError:
        pass


class blaming:  # noqa: N801 - it is written where a function would be
    """Turns an error of the system, or want of memory, in a block into a refusal that names a file.

    Args:
        file: the file that the block is about.
        state: what the user finds when it has failed.
    """

    def __init__(self, file: str, state: str = NOTHING_CHANGED) -> None:
        self._file = file
        self._state = state

    def __enter__(self) -> None:
        return

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, OSError):
            raise Refusal(ExitCode.FAILED, self._file, reason(error), self._state) from error
        if isinstance(error, MemoryError):
            raise Refusal(ExitCode.FAILED, self._file, NO_MEMORY, self._state) from error
