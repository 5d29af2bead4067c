"""The program `contention-copy`: arguments in, one line per trouble out, and an exit code that tells the truth."""

from __future__ import annotations

import os
import sys

from ContentionLibrary.reference_copier.arguments import NAME, UsageError, Wanted, read
from ContentionLibrary.reference_copier.failures import NO_MEMORY, ExitCode, Refusal, Stopped, one_line
from ContentionLibrary.reference_copier.job import copy_file, recover_files
from ContentionLibrary.reference_copier.waiting import Signals, name_of

TYPE_CHECKING = False  # importing typing only for this would cost each copy some milliseconds
if TYPE_CHECKING:
    from collections.abc import Sequence

_SIGNALLED = 128


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program.

    Args:
        arguments: what follows the program's name; None takes them from the command line.

    Returns:
        The exit code, see `ExitCode`.
    """
    signals = Signals()
    signals.listen()
    _occupy_standard_descriptors()
    try:
        wanted = read(sys.argv[1:] if arguments is None else arguments)
    except UsageError as error:
        _say(f"arguments: {error}; see {NAME} --help")
        return ExitCode.USAGE
    if isinstance(wanted, str):
        _write(1, wanted)
        return ExitCode.DONE
    return _run(wanted, signals)


def _run(wanted: Wanted, signals: Signals) -> int:
    paths, rules = wanted.paths, wanted.rules
    try:
        if wanted.is_recovery:
            for action in recover_files(paths, rules, signals.check):
                _write(1, f"{one_line(action)}\n")
        else:
            copy_file(paths[0], paths[1:], rules, signals.check, _say)
    except Refusal as refusal:
        _say(str(refusal))
        return refusal.code
    except Stopped as stopped:
        _say(f"{paths[-1]}: stopped by {name_of(stopped.number)}; every destination is as before")
        return _SIGNALLED + stopped.number
    except MemoryError:
        _say(f"{paths[-1]}: {NO_MEMORY}; the next copy to it, or {NAME} --recover, ends what may be half done")
        return ExitCode.FAILED
    return ExitCode.DONE


def _occupy_standard_descriptors() -> None:
    """Make sure that none of our files becomes descriptor 0, 1 or 2: a message would be written into it."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free number


def _say(text: str) -> None:
    _write(2, f"{NAME}: {one_line(text)}\n")


def _write(descriptor: int, text: str) -> None:
    """Write at once and unbuffered; when nobody can hear us, the exit code has to do."""
    try:
        os.write(descriptor, text.encode(sys.getfilesystemencoding(), "backslashreplace"))
    except OSError:
        pass
