from __future__ import annotations

import dataclasses

import pytest

from ContentionLibrary.checks.levels import parse_level
from ContentionLibrary.checks.verdict import Control, Finding, ScenarioVerdict, Verdict

FINDING = Finding(
    check="readers",
    seen="the reader got 2 MiB of zeros",
    step="copy 2/4 of the content",
    meaning="a torn file",
    remedy="write under another name and rename",
    level=parse_level("R0"),
    count=3,
)


def whole_verdict():
    """Make a verdict in which every field says something."""
    return ScenarioVerdict(
        id="RDW-001",
        title="Reader Opens",
        category="FileBlocking",
        copier="cp",
        verdict=Verdict.FAILED,
        reason="R0 is below R1",
        way="exact",
        stage="directory",
        size=4096,
        runs=12,
        steps=("create", "rename 'a\udcff\n' → b"),
        findings=(FINDING, dataclasses.replace(FINDING, level=None)),
        allowed=(FINDING,),
        measured=(parse_level("R0"), parse_level("W2")),
        claims=(parse_level("R1"),),
        controls=(Control("readers", "truncates-in-place", True, "seen"),),
        limitations=("only on ext4",),
        seconds=1.25,
    )


@pytest.fixture
def verdict():
    """Make a verdict in which every field says something; the fields that are given are others."""
    whole = whole_verdict()
    return lambda **changes: dataclasses.replace(whole, **changes)
