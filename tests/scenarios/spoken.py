"""What the suites say, as plays and checks: the sentences are spoken to Robot, and written down instead of being played."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from unittest import mock

from robot import run as run_robot
from robot.libraries.BuiltIn import BuiltIn

from ContentionLibrary.checks.check import Check
from ContentionLibrary.checks.verdict import Control, Finding
from ContentionLibrary.history.recording import History
from ContentionLibrary.keywords.lifecycle import Lifecycle
from ContentionLibrary.scenario.scenario import Play

SUITES = Path(__file__).resolve().parents[2] / "suites"


@dataclass
class Spoken:
    """One scenario of the suites. Stands in for the real one while Robot speaks its sentences."""

    plays: list[Play] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    wants_proof: bool = False

    def play(self, play: Play) -> History:
        self.plays.append(play)
        return History()

    def played(self) -> History:
        return History()

    def check(self, check: Check) -> tuple[list[Finding], list[Finding], Control | None]:
        if check not in self.checks:
            self.checks.append(check)
        return [], [], None

    def unproven(self) -> list[str]:
        self.wants_proof = True
        return []


@cache
def scenarios_of(category: str) -> dict[str, Spoken]:
    """Return the scenarios of a category by their ids."""
    spoken: dict[str, Spoken] = {}

    @contextmanager
    def playing(self: Lifecycle) -> Iterator[Spoken]:
        name = str(BuiltIn().get_variable_value("${TEST NAME}"))
        yield spoken.setdefault(name.split(" ", maxsplit=1)[0], Spoken())

    told = io.StringIO()
    with mock.patch.object(Lifecycle, "_playing", playing):
        code = run_robot(
            str(SUITES / category), output=None, log=None, report=None, stdout=told, stderr=told, consolecolors="off"
        )
    assert code == 0, told.getvalue()
    return spoken
