"""The program `contention-copy`: arguments in, one line per trouble out, and an exit code that tells the truth."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from getopt import GetoptError, gnu_getopt  # argparse would be a fifth of a copy's processor time

from ContentionLibrary import __version__
from ContentionLibrary.reference_copier.failures import NO_MEMORY, ExitCode, Refusal, Stopped, one_line
from ContentionLibrary.reference_copier.job import copy_file, recover_files
from ContentionLibrary.reference_copier.records import NamedTuple
from ContentionLibrary.reference_copier.rules import Rules
from ContentionLibrary.reference_copier.waiting import Signals

_NAME = "contention-copy"
_SIGNALLED = 128
_OPTIONS = ["create-new", "wait=", "no-durable", "recover", "version", "help"]
_HELP = f"""\
usage: {_NAME} [options] SOURCE DESTINATION [DESTINATION ...]
       {_NAME} --recover DESTINATION ...

Copy one file so that each destination is old or new at every moment, and all are new or none is.
SOURCE and DESTINATION are files; a directory is refused.

options:
  --create-new    refuse when a destination exists (default: replace it)
  --wait SECONDS  limit for waiting for locks of rivals and readers (default: {Rules().wait:g})
  --no-durable    do not wait until the disk has it (no fsync)
  --recover       finish or take back what a killed run has left at these destinations
  --version       show the version and end
  -h, --help      show this and end

exit codes:
  0      every destination holds the whole source (and it is on the disk, unless --no-durable)
  1      could not be done: disk full, no permission, source lost or changed ...; every destination is as before
  2      wrong usage; nothing was touched
  75     busy: a rival was faster, a file is locked, or it exists already (--create-new); try again
  128+n  ended by signal n; every destination is as before
Every refusal is one line on standard error: what file, what happened, and what there is now or what to do.
"""


class _Wanted(NamedTuple):
    """What the arguments ask for."""

    paths: list[str]
    rules: Rules
    is_recovery: bool


def _read(arguments: Sequence[str]) -> _Wanted | str:
    """Read the arguments.

    Returns:
        What they ask for, or a text that was asked for.

    Raises:
        GetoptError: they cannot be used; the message says why.
    """
    options, paths = gnu_getopt(arguments, "h", _OPTIONS)
    given = dict(options)
    if "-h" in given or "--help" in given:
        return _HELP
    if "--version" in given:
        return f"{_NAME} {__version__}\n"
    is_recovery = "--recover" in given
    if is_recovery and not paths:
        raise GetoptError("--recover needs a DESTINATION")
    if not is_recovery and len(paths) < 2:
        raise GetoptError("a SOURCE and at least one DESTINATION are needed")
    if "" in paths:
        raise GetoptError("an empty text is no path")
    wait = _seconds(given["--wait"]) if "--wait" in given else Rules().wait
    return _Wanted(list(paths), Rules("--create-new" in given, wait, "--no-durable" not in given), is_recovery)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds < float("inf"):
        raise GetoptError(f"--wait: '{text}' is not a number of seconds, like 5 or 0.5")
    return seconds


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
        wanted = _read(sys.argv[1:] if arguments is None else arguments)
    except GetoptError as error:
        _say(f"arguments: {error}; see {_NAME} --help")
        return ExitCode.USAGE
    if isinstance(wanted, str):
        _write(1, wanted)
        return ExitCode.DONE
    return _run(wanted, signals)


def _run(wanted: _Wanted, signals: Signals) -> int:
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
        name = signal.Signals(stopped.number).name
        _say(f"{paths[-1]}: stopped by {name}; every destination is as before")
        return _SIGNALLED + stopped.number
    except MemoryError:
        _say(f"{paths[-1]}: {NO_MEMORY}; the next copy to it, or {_NAME} --recover, ends what may be half done")
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
    _write(2, f"{_NAME}: {one_line(text)}\n")


def _write(descriptor: int, text: str) -> None:
    """Write at once and unbuffered; when nobody can hear us, the exit code has to do."""
    with suppress(OSError):
        os.write(descriptor, text.encode(sys.getfilesystemencoding(), "backslashreplace"))
