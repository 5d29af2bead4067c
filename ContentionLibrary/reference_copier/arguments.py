"""The arguments of `contention-copy`: what they ask for, or why they cannot be used.

Read by hand: `getopt` brings the regular expressions of its translations along, a fifth of what a small copy costs, and
`argparse` still more.
"""

from __future__ import annotations

from ContentionLibrary import __version__
from ContentionLibrary.reference_copier.records import NamedTuple
from ContentionLibrary.reference_copier.rules import Rules

TYPE_CHECKING = False  # importing typing only for this would cost each copy some milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NAME = "contention-copy"
_SHORT = {"-h": "--help"}
_SWITCHES = ("--create-new", "--no-durable", "--recover", "--version", "--help")
_VALUED = ("--wait",)
_HELP = f"""\
usage: {NAME} [options] SOURCE DESTINATION [DESTINATION ...]
       {NAME} --recover DESTINATION ...

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


class UsageError(ValueError):
    """The arguments cannot be used; the message says why."""


class Wanted(NamedTuple):
    """What the arguments ask for.

    Args:
        paths: the source and its destinations; for a recovery the destinations alone.
        rules: the manner of the copy.
        is_recovery: recover instead of copying.
    """

    paths: list[str]
    rules: Rules
    is_recovery: bool


def read(arguments: Sequence[str]) -> Wanted | str:
    """Read the arguments; options may stand anywhere before `--`.

    Args:
        arguments: what follows the program's name.

    Returns:
        What they ask for, or a text that was asked for.

    Raises:
        UsageError: they cannot be used.
    """
    given, paths = _sorted_out(arguments)
    if "--help" in given:
        return _HELP
    if "--version" in given:
        return f"{NAME} {__version__}\n"
    is_recovery = "--recover" in given
    if is_recovery and not paths:
        raise UsageError("--recover needs a DESTINATION")
    if not is_recovery and len(paths) < 2:
        raise UsageError("a SOURCE and at least one DESTINATION are needed")
    if "" in paths:
        raise UsageError("an empty text is no path")
    wait = _seconds(given["--wait"]) if "--wait" in given else Rules().wait
    return Wanted(paths, Rules("--create-new" in given, wait, "--no-durable" not in given), is_recovery)


def _sorted_out(arguments: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Tell options, with their values, from paths."""
    given: dict[str, str] = {}
    paths: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            paths.extend(words)
        elif word == "-" or not word.startswith("-"):
            paths.append(word)
        else:
            name, equals, value = word.partition("=")
            name = _SHORT.get(name, name)
            if name in _VALUED:
                given[name] = value if equals else _value_after(name, words)
            elif name not in _SWITCHES:
                raise UsageError(f"there is no option {name}")
            elif equals:
                raise UsageError(f"the option {name} takes no value")
            else:
                given[name] = ""
    return given, paths


def _value_after(name: str, words: Iterator[str]) -> str:
    value = next(words, None)
    if value is None:
        raise UsageError(f"the option {name} needs a value")
    return value


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds < float("inf"):
        raise UsageError(f"--wait: '{text}' is not a number of seconds, like 5 or 0.5")
    return seconds
