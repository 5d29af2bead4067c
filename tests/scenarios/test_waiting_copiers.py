"""A copier that waits under a lock around the whole program, as many do, is not taken for one that hangs."""

import dataclasses
import shutil

import pytest

from ContentionLibrary.checks.verdict import Verdict
from tests.scenarios.direct import played, profile_with

pytestmark = pytest.mark.skipif(shutil.which("flock") is None, reason="needs flock of util-linux")


@pytest.fixture
def locked(tmp_path):
    """Whoever comes waits until the one before it has ended."""
    simple = profile_with("good/simple")
    return dataclasses.replace(simple, name="locked", command=("flock", str(tmp_path / "lock"), *simple.command))


@pytest.mark.parametrize(
    ("scenario", "only"),
    [
        ("WDR-002", "free race"),
        ("TDA-001", "copies with rivals"),
        ("FST-001", "another one waits"),
        ("FST-001", "one destination"),
    ],
)
def test_one_after_the_other_is_no_fault(locked, scenario, only, tmp_path):
    verdict = played(locked, scenario, tmp_path, only)
    assert not [one for one in verdict.findings if one.check != "one winner"]
    assert verdict.verdict in (Verdict.PASSED, Verdict.FAILED), verdict.reason
