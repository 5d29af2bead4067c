"""Real runs of the suites: a Robot of its own for each, and what it has stored."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from ContentionLibrary.checks.verdict import ScenarioVerdict
from ContentionLibrary.cli.suites import read_tests
from ContentionLibrary.report.stored import load_verdict

CHECKOUT = Path(__file__).resolve().parents[2]
SUITES = CHECKOUT / "suites"
CATEGORIES = {test.id: test.category for test in sorted(read_tests(SUITES), key=lambda test: test.id)}
"""Every scenario that has a suite, with its category."""
SCENARIOS = tuple(CATEGORIES)


def command(output: Path, copier: str, *scenarios: str, size: str = "quick", **variables: str) -> list[str]:
    """Return the command that plays scenarios (all that there are if none are named) with a copier."""
    chosen = [word for name in scenarios for word in ("--test", f"{name}*")]
    given = [word for name, value in variables.items() for word in ("--variable", f"{name}:{value}")]
    return [
        *(sys.executable, "-m", "robot", "--outputdir", str(output), "--log", "NONE", "--report", "NONE"),
        *("--consolecolors", "off", "--variable", f"COPIER:{copier}", "--variable", f"SIZE:{size}"),
        *given,
        *chosen,
        str(SUITES),
    ]


def _campaign(output: Path, copier: str, *scenarios: str, size: str) -> list[str]:
    return [
        *(sys.executable, "-m", "ContentionLibrary", "run", "--outputdir", str(output), "--forget"),
        *("--copier", copier, "--size", size, *scenarios),
    ]


def environment(temporary: Path | None = None) -> dict[str, str]:
    """Return the environment for such a command; workspaces and ledgers then lie below `temporary`."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("CONTENTION_")}
    own = {"TMPDIR": str(temporary)} if temporary else {}
    return {**ours, **own, "PYTHONPATH": str(CHECKOUT)}


def verdicts_in(output: Path) -> dict[str, ScenarioVerdict]:
    """Return what a run has stored, by id."""
    found = [load_verdict(path) for path in sorted(output.rglob("contention/*/verdict.json"))]
    return {verdict.id: verdict for verdict in found}


def end_in_order() -> None:
    """Let a SIGTERM end this program as an exception does, so that its temporary folders go with it."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))


def play(
    copier: str, *scenarios: str, size: str = "quick", limit: float = 900.0, beside: bool = False
) -> dict[str, ScenarioVerdict]:
    """Play scenarios, `beside` each other as `contention run` does or one after the other, and return their verdicts.

    Raises:
        RuntimeError: a scenario left no verdict; the message holds what was said.
    """
    with tempfile.TemporaryDirectory(prefix="contention-play-") as folder:
        one_command = _campaign if beside else command
        ended = subprocess.run(
            one_command(Path(folder), copier, *scenarios, size=size),
            cwd=CHECKOUT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=limit,
            check=False,
        )
        verdicts = verdicts_in(Path(folder))
    missing = set(scenarios or SCENARIOS) - set(verdicts)
    if missing:
        raise RuntimeError(f"{copier}: no verdict of {', '.join(sorted(missing))}. What was said:\n{ended.stdout}")
    return verdicts
