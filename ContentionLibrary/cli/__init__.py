"""The command `contention`: one file for each of its subcommands, loaded only when it is asked for.

`contention wait` stands at a barrier with other processes, so nothing may be imported here that it does not need.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from ContentionLibrary.errors import ContentionError, UsageError

_SUMMARIES = {
    "run": "run scenarios against one or more copiers and show the verdicts",
    "compare": "run the same scenarios on several copiers, and say how and why they differ",
    "report": "make the page, the JSON and the badge of a run again from its files",
    "replay": "go straight to the point at which something was found",
    "history": "show how scenarios ended in earlier runs on this machine",
    "doctor": "try what this machine can do, and say what that means for each scenario",
    "list": "show the scenarios, the copiers, the tags, and the fields of a profile",
    "wait": "let a program of your own take its place at a scenario's barrier",
    "clean": "remove what scenarios left behind whose processes are gone",
}
_USAGE = 2
_HARNESS_OR_SYSTEM = 3
_READER_GONE = 128 + 13  # as a shell tells of a program that SIGPIPE ended


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        argv: the words after the program's name; without it, those of this process.

    Returns:
        The exit code: 0 all is well, 1 the copier is at fault, 2 wrong usage, 3 trouble of the harness or the system.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _dispatch(words)
        sys.stdout.flush()
    except BrokenPipeError:
        # Nobody reads any more (`| head`); what Python still holds back would fail once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _READER_GONE
    except UsageError as error:
        print(f"contention: {error}", file=sys.stderr)
        return _USAGE
    except ContentionError as error:
        print(f"contention: {error}", file=sys.stderr)
        return _HARNESS_OR_SYSTEM
    except OSError as error:
        print(f"contention: the system does not let it be: {error}", file=sys.stderr)
        return _HARNESS_OR_SYSTEM
    except KeyboardInterrupt:
        return 128 + 2
    return code


def _dispatch(words: list[str]) -> int:
    if words[:1] == ["wait"]:
        from ContentionLibrary.competitors.foreign import wait_command  # noqa: PLC0415 - only this command needs it

        return wait_command(words[1:])
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Names of files need not be characters; a word that cannot be shown must not end a run.
            stream.reconfigure(errors="backslashreplace")
    parser, subparsers = _parser(words)
    arguments, unknown = parser.parse_known_args(words)
    if unknown:
        subparsers[arguments.subcommand].error(f"unrecognized arguments: {' '.join(unknown)}")
    subcommand = importlib.import_module(f"{__name__}.{arguments.subcommand}")
    return int(subcommand.run(arguments))


def _parser(words: Sequence[str]) -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """Build the parser, and those of the subcommands; only the one that was named is loaded to say which arguments it has."""
    parser = argparse.ArgumentParser(
        prog="contention",
        description="Shows how a file copier behaves when others want the same file.",
        allow_abbrev=False,
    )
    subparsers = parser.add_subparsers(dest="subcommand", required=True, metavar="COMMAND")
    made = {}
    for name, summary in _SUMMARIES.items():
        made[name] = subparser = subparsers.add_parser(
            name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.", allow_abbrev=False
        )
        if name in words and name != "wait":
            importlib.import_module(f"{__name__}.{name}").configure(subparser)
    return parser, made
