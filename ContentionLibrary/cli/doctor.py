"""`contention doctor`: what this machine can do, what that means for each scenario, and what would improve it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from ContentionLibrary import copiers
from ContentionLibrary.cli.screen import say
from ContentionLibrary.cli.selection import select
from ContentionLibrary.cli.suites import SuiteTest
from ContentionLibrary.cli.system import platform_name
from ContentionLibrary.cli.workspaces import workspace
from ContentionLibrary.doctor.outlook import Outlook, outlook, uses
from ContentionLibrary.doctor.probe import Answer, open_bench
from ContentionLibrary.doctor.probes import PROBES
from ContentionLibrary.report.terminal import plain, table

EXAMPLES = """examples:
  contention doctor              what this machine can do, scenario by scenario
  contention doctor FRS-002      the same for one scenario
  contention doctor --json       for programs

Everything is tried, and nothing of it is left. The exit code is 0 whatever is found.
"""

_NONE = "no scenario of these"


def configure(parser: argparse.ArgumentParser) -> None:
    """Say which arguments the command has."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    what = "category, scenario id, or path of a suite file or folder; none means every scenario"
    parser.add_argument("what", nargs="*", metavar="CATEGORY|ID|SUITE_PATH", help=what)
    where = "an existing folder in which scenarios would make their own"
    parser.add_argument("--workspace", type=Path, metavar="DIR", help=where)
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Try what the machine can do, and print it.

    Returns:
        The exit code.

    Raises:
        UsageError: a word means nothing, or a suite names something that is not probed.
        SystemTrouble: no directory can be made, or no process started.
    """
    tests = _each_scenario(select(arguments.what, (), ()))
    root = workspace(arguments.workspace)
    with open_bench(Path(root) if root else None) as bench:
        answers = {probe.name: probe(bench) for probe in PROBES}
    outlooks = [outlook(test, answers) for test in tests]
    used = uses(tests, answers)
    if arguments.json:
        say(json.dumps(_plain(answers, outlooks, used), indent=1))
    else:
        say(*_lines(answers, outlooks, used))
    return 0


def _each_scenario(tests: Sequence[SuiteTest]) -> list[SuiteTest]:
    """Rows of a table share an id and its tags."""
    return list({test.id or test.name: test for test in tests}.values())


def _profiles() -> dict[str, str]:
    """By shipped copier, why it cannot be run here and how that is mended; empty when it can."""
    return {name: copiers.ready(copiers.load(name)) or "" for name in copiers.available() if "/" not in name}


def _lines(answers: Mapping[str, Answer], outlooks: Sequence[Outlook], used: Mapping[str, Sequence[str]]) -> list[str]:
    abilities = [
        ("yes" if answer.able else "no", probe.name, probe.subject, plain(answer.told))
        for probe in PROBES
        for answer in [answers[probe.name]]
    ]
    lines = [platform_name(), ""]
    lines += table(("", "ABILITY", "WHAT IS TRIED", "FOUND"), abilities)
    rows = [(plain(each.id), each.control, ", ".join(each.missing) or "-") for each in outlooks]
    lines += ["", *table(("SCENARIO", "WOULD BE", "WHAT IS MISSING"), rows)]
    ready = _profiles()
    lines += ["", f"copiers that can be run: {', '.join(name for name, trouble in ready.items() if not trouble)}"]
    lines += [f"  {trouble}" for trouble in ready.values() if trouble]
    if advice := _advice(answers, used, len(outlooks)):
        lines += ["", *table(("WHAT WOULD HELP", "BRINGS", "FOR"), advice)]
    skipped, limited = _counts(outlooks)
    whole = len(outlooks) - skipped - limited
    return [
        *lines,
        "",
        f"{len(outlooks)} scenarios: {whole} as good as they can be, {limited} limited, {skipped} skipped",
    ]


def _advice(answers: Mapping[str, Answer], used: Mapping[str, Sequence[str]], total: int) -> list[tuple[str, str, str]]:
    """Each remedy once, with all that it brings; what helps no scenario comes last."""
    brought: dict[str, list[str]] = {}
    for name, answer in answers.items():
        if not answer.able and answer.remedy:
            brought.setdefault(answer.remedy, []).append(name)
    rows = []
    for remedy, names in brought.items():
        ids = list(dict.fromkeys(each for name in names for each in used[name]))
        rows.append((remedy, ", ".join(names), _scenarios(ids, total)))
    return sorted(rows, key=lambda row: row[2] == _NONE)


def _scenarios(ids: Sequence[str], total: int) -> str:
    if not ids:
        return _NONE
    return "every scenario" if len(ids) == total > 1 else ", ".join(plain(each) for each in ids)


def _counts(outlooks: Sequence[Outlook]) -> tuple[int, int]:
    skipped = sum(each.skipped for each in outlooks)
    return skipped, sum(bool(each.why) for each in outlooks) - skipped


def _plain(
    answers: Mapping[str, Answer], outlooks: Sequence[Outlook], used: Mapping[str, Sequence[str]]
) -> dict[str, object]:
    return {
        "platform": platform_name(),
        "abilities": [
            {
                "name": probe.name,
                "tried": probe.subject,
                "able": answers[probe.name].able,
                "found": answers[probe.name].told,
                "remedy": answers[probe.name].remedy,
                "scenarios": list(used[probe.name]),
            }
            for probe in PROBES
        ],
        "scenarios": [
            {
                "id": each.id,
                "title": each.title,
                "control": each.way,
                "stages": dict(each.stages),
                "missing": list(each.missing),
                "why": each.why,
                "remedy": each.remedy,
            }
            for each in outlooks
        ],
        "copiers": [{"name": name, "ready": not why, "why": why} for name, why in _profiles().items()],
    }
