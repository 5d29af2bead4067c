"""The program `contention-copy`: arguments in, one line per trouble out, and an exit code that tells the truth."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

from ContentionLibrary import __version__
from ContentionLibrary.reference_copier.failures import NO_MEMORY, ExitCode, Refusal, Stopped, one_line
from ContentionLibrary.reference_copier.job import copy_file, recover_files
from ContentionLibrary.reference_copier.rules import Rules
from ContentionLibrary.reference_copier.waiting import Signals

_NAME = "contention-copy"
_SIGNALLED = 128
_EXPLAINED = """\
exit codes:
  0      every destination holds the whole source (and it is on the disk, unless --no-durable)
  1      could not be done: disk full, no permission, source lost or changed ...; every destination is as before
  2      wrong usage; nothing was touched
  75     busy: a rival was faster, a file is locked, or it exists already (--create-new); try again
  128+n  ended by signal n; every destination is as before
Every refusal is one line on standard error: what file, what happened, and what there is now or what to do.
"""


class _Parser(argparse.ArgumentParser):
    """A parser whose refusals are one line, like all others."""

    def error(self, message: str) -> NoReturn:
        """End the program.

        Raises:
            SystemExit: always.
        """
        _say(f"arguments: {message}; see {_NAME} --help")
        raise SystemExit(int(ExitCode.USAGE))


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of seconds, like 5 or 0.5")
    return seconds


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=_NAME,
        usage=f"{_NAME} [options] SOURCE DESTINATION [DESTINATION ...]\n       {_NAME} --recover DESTINATION ...",
        description="Copy one file so that each destination is old or new at every moment, and all are new or none is.",
        epilog=_EXPLAINED,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("paths", nargs="*", metavar="SOURCE DESTINATION", help="files; a directory is refused")
    parser.add_argument(
        "--create-new", action="store_true", help="refuse when a destination exists (default: replace it)"
    )
    parser.add_argument(
        "--wait",
        type=_seconds,
        default=Rules().wait,
        metavar="SECONDS",
        help="limit for waiting for locks of rivals and readers (default: %(default)g)",
    )
    parser.add_argument("--no-durable", action="store_true", help="do not wait until the disk has it (no fsync)")
    parser.add_argument(
        "--recover", action="store_true", help="finish or take back what a killed run has left at these destinations"
    )
    parser.add_argument("--version", action="version", version=f"{_NAME} {__version__}")
    return parser


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
    parser = _parser()
    try:
        wanted = parser.parse_args(arguments)
        paths = [str(path) for path in wanted.paths]
        if wanted.recover and not paths:
            parser.error("--recover needs a DESTINATION")
        if not wanted.recover and len(paths) < 2:
            parser.error("a SOURCE and at least one DESTINATION are needed")
        if "" in paths:
            parser.error("an empty text is no path")
    except SystemExit as end:
        return int(end.code or 0)
    rules = Rules(bool(wanted.create_new), float(wanted.wait), not wanted.no_durable)
    return _run(paths, rules, signals, is_recovery=bool(wanted.recover))


def _run(paths: Sequence[str], rules: Rules, signals: Signals, *, is_recovery: bool) -> int:
    try:
        if is_recovery:
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
