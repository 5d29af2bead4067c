"""`contention history`: how each scenario has ended on this machine, run by run, and how long it took."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from ContentionLibrary.cli.memory import recall, remembered
from ContentionLibrary.cli.screen import say
from ContentionLibrary.errors import UsageError
from ContentionLibrary.report.changes import Past, Record
from ContentionLibrary.report.terminal import plain, table

EXAMPLES = """examples:
  contention history          every copier that was run on this machine
  contention history rsync    one copier
  contention history --json   for programs

P passed, F failed, ? not proven, - not run; the latest run is the last sign.
"""
_SIGNS = {"passed": "P", "failed": "F", "not proven": "?"}
_SHOWN = 20  # runs


def configure(parser: argparse.ArgumentParser) -> None:
    """Say which arguments the command has."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument("copiers", nargs="*", metavar="COPIER", help="only these, by the names of their profiles")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print what is remembered.

    Returns:
        The exit code.

    Raises:
        UsageError: nothing is remembered, or a file is not one of ours.
    """
    files = remembered(arguments.copiers)
    if not files:
        whom = f" of {', '.join(arguments.copiers)}" if arguments.copiers else ""
        raise UsageError(f"No run{whom} is remembered on this machine: `contention run` remembers each")
    if arguments.json:
        say(json.dumps([_plain(path, recall(path)) for path in files], indent=1))
    else:
        say("\n\n".join("\n".join(_lines(path, recall(path))) for path in files))
    return 0


def _lines(path: Path, runs: Sequence[Past]) -> list[str]:
    rows = []
    for name in _names(runs):
        seconds = [record.seconds for record in _records(name, runs)]
        signs = "".join(_sign(each.scenarios.get(name)) for each in runs[-_SHOWN:])
        rows.append((plain(name), signs, f"{seconds[-1]:.1f}", f"{median(seconds):.1f}"))
    lines = [f"{path.stem}: {len(runs)} run{'s' if len(runs) > 1 else ''}, the last one {runs[-1].began}"]
    versions = dict.fromkeys(each.version for each in runs if each.version)
    lines += [f"versions: {plain('; '.join(versions))}"] if versions else []
    heading = ("ID", "RUNS", "LAST", "MEDIAN")
    return [*lines, *table(heading, rows, numeric=frozenset({"LAST", "MEDIAN"}))]


def _sign(record: Record | None) -> str:
    return _SIGNS[record.verdict.value] if record else "-"


def _names(runs: Sequence[Past]) -> list[str]:
    return sorted({name for each in runs for name in each.scenarios})


def _records(name: str, runs: Sequence[Past]) -> list[Record]:
    return [each.scenarios[name] for each in runs if name in each.scenarios]


def _plain(path: Path, runs: Sequence[Past]) -> dict[str, object]:
    return {
        "memory": str(path),
        "runs": [
            {
                "began": each.began,
                "version": each.version,
                "scenarios": {
                    name: {"verdict": one.verdict.value, "ways": list(one.ways), "seconds": one.seconds}
                    for name, one in each.scenarios.items()
                },
            }
            for each in runs
        ],
    }
