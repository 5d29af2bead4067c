"""How the copier says no: exit codes, and one exception that is one line for the user."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum

Warn = Callable[[str], None]
"""Is told one sentence that a user should know although it changes nothing about the outcome."""

NOTHING_CHANGED = "nothing was changed"
NO_MEMORY = os.strerror(errno.ENOMEM)


class ExitCode(IntEnum):
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

    def __init__(self, code: ExitCode, file: str, what: str, state: str = NOTHING_CHANGED) -> None:
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
    with suppress(OSError):
        os.close(descriptor)


@contextmanager
def blaming(file: str, state: str = NOTHING_CHANGED) -> Iterator[None]:
    """Turn an error of the system into a refusal that names `file`.

    Raises:
        Refusal: the block raised an OSError, or there was no memory for it.
    """
    try:
        yield
    except OSError as error:
        raise Refusal(ExitCode.FAILED, file, reason(error), state) from error
    except MemoryError as error:
        raise Refusal(ExitCode.FAILED, file, NO_MEMORY, state) from error
