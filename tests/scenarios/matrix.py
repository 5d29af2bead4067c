"""Which scenario catches which faulty copier, by which check: `python -m tests.scenarios.matrix [--json FILE]`.

Every scenario is played for real on every copier that is made to have a fault, and on the good ones, two Robots at a time.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from ContentionLibrary.checks.verdict import ScenarioVerdict, Verdict
from ContentionLibrary.copiers.shelf import available
from tests.scenarios.faults import OTHERS
from tests.scenarios.robots import SCENARIOS, end_in_order, play

_SIDE_BY_SIDE = 2
Row = Mapping[str, ScenarioVerdict]


def cell(verdict: ScenarioVerdict) -> str:
    """Say in a few words what a scenario made of a copier: the checks that caught it, or how it ended.

    In brackets stands what a pass needed: a check that found something that the copier's claims allow.
    """
    if verdict.verdict is Verdict.FAILED:
        return ", ".join(dict.fromkeys(finding.check for finding in verdict.findings))
    if verdict.verdict is not Verdict.PASSED:
        return f"**{verdict.verdict.value}**"
    leaning = dict.fromkeys(f"{finding.check} {finding.level}" for finding in verdict.allowed)
    return f"({', '.join(leaning)})" if leaning else "-"


def table(rows: Mapping[str, Row], scenarios: Sequence[str] = SCENARIOS) -> str:
    """Return the table in Markdown: a row for each copier, a column for each scenario."""
    head = ["copier", *scenarios]
    lines = [head, ["---"] * len(head)]
    lines += [[name, *(cell(row[scenario]) for scenario in scenarios)] for name, row in sorted(rows.items())]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def uncaught(rows: Mapping[str, Row]) -> list[str]:
    """Return the faulty copiers of which no scenario has seen anything, though one should have."""
    return [
        name
        for name, row in sorted(rows.items())
        if name.startswith("faulty/")
        and name.removeprefix("faulty/") not in OTHERS
        and not any(one.findings or one.allowed for one in row.values())
    ]


def plain(rows: Mapping[str, Row]) -> dict[str, dict[str, dict[str, object]]]:
    """Return the table for other programs."""
    return {
        name: {
            scenario: {
                "verdict": one.verdict.value,
                "reason": one.reason,
                "checks": sorted({finding.check for finding in one.findings}),
                "levels": [str(level) for level in one.measured],
                "seconds": one.seconds,
            }
            for scenario, one in row.items()
        }
        for name, row in sorted(rows.items())
    }


def fill(copiers: Iterable[str]) -> dict[str, Row]:
    """Play all scenarios on all copiers."""
    rows: dict[str, Row] = {}
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as crew:
        waiting = {crew.submit(play, copier): copier for copier in copiers}
        for done in as_completed(waiting):
            rows[waiting[done]] = done.result()
            print(f"{len(rows)}/{len(waiting)} {waiting[done]}", file=sys.stderr, flush=True)
    return rows


def main() -> int:
    """Print the table; exit code 1 when a faulty copier was caught by nothing, or a good one by anything."""
    parser = argparse.ArgumentParser(prog="python -m tests.scenarios.matrix", description=__doc__)
    parser.add_argument("copiers", nargs="*", help="profile names; all faulty and good ones by default")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the table as JSON")
    options = parser.parse_args()
    chosen = options.copiers or [name for name in available() if name.startswith(("faulty/", "good/"))]
    rows = fill(chosen)
    print(table(rows))
    if options.json:
        options.json.write_text(json.dumps(plain(rows), indent=1) + "\n", encoding="utf-8")
    missed = uncaught(rows)
    blamed = [
        f"{name} ({scenario}: {one.reason})"
        for name, row in sorted(rows.items())
        if name.startswith("good/")
        for scenario, one in row.items()
        if one.verdict is not Verdict.PASSED
    ]
    others = [f"{name} ({why})" for name, why in OTHERS.items() if f"faulty/{name}" in rows]
    if others:
        print(f"\nCaught in other categories: {'; '.join(others)}")
    if missed:
        print(f"\nCaught by no scenario: {', '.join(missed)}")
    if blamed:
        print(f"\nGood, yet not passed: {'; '.join(blamed)}")
    return 1 if missed or blamed else 0


if __name__ == "__main__":
    end_in_order()
    sys.exit(main())
