"""What the sentences of a scenario mean, as plays and checks: they are spoken to Robot, and written down instead of played.

So whoever wants to play a part of a scenario learns from its suite what it consists of, and from nowhere else.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from robot import run as run_robot

from ContentionLibrary.checks.check import Check
from ContentionLibrary.errors import HarnessError, UsageError
from ContentionLibrary.history.recording import History
from ContentionLibrary.keywords.lifecycle import Lifecycle

if TYPE_CHECKING:
    from ContentionLibrary.checks.verdict import Control, Finding
    from ContentionLibrary.scenario.play import Play


@dataclass
class Spoken:
    """One scenario of the suites. Stands in for the real one while Robot speaks its sentences."""

    plays: list[Play] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    wants_proof: bool = False

    def play(self, play: Play) -> History:
        """Write a play down."""
        self.plays.append(play)
        return History()

    def played(self) -> History:
        """Return that nothing was played."""
        return History()

    def check(self, check: Check) -> tuple[list[Finding], list[Finding], Control | None]:
        """Write a check down; it finds nothing."""
        if check not in self.checks:
            self.checks.append(check)
        return [], [], None

    @property
    def by_hand(self) -> NoReturn:
        """Refuse to work by hand: what that does is not said by its words alone.

        Raises:
            UsageError: always.
        """
        raise UsageError(
            "a test that works by hand, be it in a setup, cannot be gone back to by the key of a finding: run the test again"
        )

    def why_nothing_to_judge(self) -> str:
        """Say that nothing is missing."""
        return ""

    def unproven(self) -> list[str]:
        """Note that it was asked for."""
        self.wants_proof = True
        return []


def listen(suites: Path, *names: str) -> dict[str, Spoken]:
    """Let Robot speak tests, and return what each has said, by its id.

    Args:
        suites: a suite file, or a folder of some.
        names: the tests; all by default.

    Raises:
        HarnessError: a sentence could not be spoken; the message holds what Robot said.
    """
    told = io.StringIO()
    chosen = {"test": list(names)} if names else {}
    with Lifecycle.only_listening(Spoken) as spoken:
        code = run_robot(
            str(suites), **chosen, output=None, log=None, report=None, stdout=told, stderr=told, consolecolors="off"
        )
    if code:
        raise HarnessError(f"what {suites} says cannot be understood without being played:\n{told.getvalue()}")
    return spoken
