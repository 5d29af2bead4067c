"""`contention-serve`: makes a command that copies one file of a service that watches a folder and never ends by itself."""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ContentionLibrary.serve.service import Ended, Service, Trouble, end_as

_NAME = "contention-serve"
_EXPLAINED = """\
Starts a service that watches the folder of SOURCE, waits until it says that it has copied, asks it to end (TERM), and ends.

What the service prints, or writes into a log, is passed on, and so are signals. If it ends before it has copied, this ends as it did. Who kills this
kills the service as well (on Linux), and not what the service has started. STOP cannot be passed on: it stops this alone.

Exit codes: 0 copied; 1 the service said that it has failed, said nothing in time, or did not end; else that of the service.
"""
_EXAMPLE = """\
example, as the command of a profile (in one line):
  [contention-serve, --done, 'Startup of .* finished', '{source}', '{destination}', --,
   lsyncd, -nodaemon, -delay, 0, -rsync, '{source_folder}', '{destination_folder}']
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Let a service make one copy.

    Args:
        arguments: of the command line; those of this process by default.

    Returns:
        The exit code.
    """
    wanted = _parser().parse_args(arguments)
    deadline = time.monotonic() + wanted.within
    try:
        with Service([wanted.service, *wanted.arguments], wanted.log) as service:
            if wanted.ready is not None:
                service.wait_for(wanted.ready, wanted.failed, deadline)
            if wanted.announce:
                _announce(wanted.source)
            service.wait_for(wanted.done, wanted.failed, deadline)
            service.end()
    except (Trouble, Ended) as reason:
        sys.stderr.write(f"{_NAME}: {reason} ('{wanted.source}' was not copied to '{wanted.destination}')\n")
        return end_as(reason.code) if isinstance(reason, Ended) else 1
    return 0


def _announce(source: str) -> None:
    """Make the event that a folder's watchers wait for when somebody has finished a file; its content stays.

    Raises:
        Trouble: it cannot be opened.
    """
    try:
        os.close(os.open(source, os.O_WRONLY))
    except OSError as error:
        raise Trouble(f"it cannot be announced: {error.strerror}") from error


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"'{text}' is no regular expression: {error}") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=_NAME,
        usage=f"{_NAME} [OPTIONS] SOURCE DESTINATION -- SERVICE [ARGUMENTS]",
        description=_EXPLAINED,
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    for name, required, about in (
        ("--ready", False, "the line that it prints when it watches the folder"),
        ("--done", True, "the line that it prints when it has copied the file"),
        ("--failed", False, "the line that it prints when it has failed, if it does not end then"),
    ):
        parser.add_argument(name, type=_pattern, metavar="REGEX", required=required, help=about)
    parser.add_argument(
        "--log", type=Path, metavar="FILE", help="a file into which it writes such lines, besides what it prints"
    )
    parser.add_argument(
        "--announce",
        action="store_true",
        help="open SOURCE for writing and close it when the service is ready, for one that waits for that event",
    )
    parser.add_argument("--within", type=float, default=30.0, metavar="SECONDS", help="the time for all that (30)")
    parser.add_argument("source", metavar="SOURCE", help="the file, which lies in the folder already")
    parser.add_argument("destination", metavar="DESTINATION", help="where the service copies it to")
    parser.add_argument("service", metavar="SERVICE", help="the service, which stays in the foreground")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARGUMENTS", help="its arguments")
    return parser
