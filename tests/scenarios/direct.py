"""Plays one scenario of the suites without Robot, and judges it; controls are made for those checks only that are asked for."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from ContentionLibrary.checks.judging import is_allowed
from ContentionLibrary.checks.levels import parse_level
from ContentionLibrary.checks.verdict import ScenarioVerdict, Verdict
from ContentionLibrary.copiers.profile import Profile
from ContentionLibrary.copiers.shelf import load
from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.scenario.scenario import Scenario
from ContentionLibrary.scenario.settings import UNDER_TEST, Settings, Size
from tests.scenarios.robots import CATEGORIES
from tests.scenarios.spoken import scenarios_of


def profile_with(name: str, claims: Sequence[str] = (), **changes: object) -> Profile:
    """Return a shipped profile with some of its claims, or other fields, changed."""
    profile = load(name)
    levels = {level.letter: level for level in profile.claims} | {text[0]: parse_level(text) for text in claims}
    return dataclasses.replace(profile, claims=tuple(levels.values()), **changes)  # type: ignore[arg-type]


def played(profile: Profile, name: str, root: Path, only: str = "", *, forgets: bool = False) -> ScenarioVerdict:
    """Play what a scenario says, and let all its checks judge; a check that finds nothing is not proven by a control.

    Args:
        profile: the copier.
        name: id of the scenario.
        root: where the workspace is made.
        only: leaves out the plays whose titles do not say this.
        forgets: nothing is kept for later runs.
    """
    category = CATEGORIES[name]
    spoken = scenarios_of(category)[name]
    scenario = Scenario(name, name, category, Settings(profile, Size.QUICK, root, forgets=forgets))
    try:
        try:
            for play in spoken.plays:
                if only in play.title:
                    scenario.play(play)
        except NotPossibleHere as reason:
            return scenario.verdict((Verdict.SKIPPED, str(reason)))
        own = scenario.history.about(UNDER_TEST)
        for check in spoken.checks:
            if any(not is_allowed(finding, profile.contract) for finding in check.judge(own)):
                scenario.check(check)
        return scenario.verdict()
    finally:
        scenario.close()
