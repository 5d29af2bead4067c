"""Each faulty copier is caught by the scenario that is made for it, for the right reason; the good ones pass."""

import pytest

from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.copiers.shelf import available
from ContentionLibrary.stage.sftp_server import why_no_server
from ContentionLibrary.stage.share import why_no_share
from tests.scenarios.direct import played, profile_with
from tests.scenarios.faults import CAUGHT, ELSEWHERE, OTHERS
from tests.scenarios.robots import CATEGORIES

OF_SEVERAL_DESTINATIONS = ("AOV-002", "DSC-001")
GOOD = [
    (name, scenario)
    for name, categories in {
        "good/simple": ("FileBlocking", "RecoveryCleanup", "ResourceExhaustion"),
        "good/create-new": ("FileBlocking", "RaceConditions"),
    }.items()
    for scenario, category in CATEGORIES.items()
    if category in categories
]
"""The reference copier passes every scenario in the gate, twice; these are the ground on which the faulty ones stand."""
ON_A_SERVER = ("on a server", "over a link")
"""How the titles of plays tell that they need a real one."""


def test_every_faulty_copier_is_in_the_table():
    assert {f"faulty/{name}" for name in CAUGHT | OTHERS} == {
        name for name in available() if name.startswith("faulty/")
    }
    assert not CAUGHT.keys() & OTHERS.keys()


@pytest.mark.parametrize(
    ("name", "caught"),
    [*CAUGHT.items(), *ELSEWHERE],
    ids=[*CAUGHT, *(f"{name} in {caught.scenario}" for name, caught in ELSEWHERE)],
)
def test_it_is_caught(name, caught, tmp_path):
    profile = profile_with(f"faulty/{name}", caught.claims)
    why_not = why_no_server if profile.connects else why_no_share
    if any(words in caught.play for words in ON_A_SERVER) and (reason := why_not()):
        pytest.skip(reason)
    verdict = played(profile, caught.scenario, tmp_path, caught.play)
    assert verdict.verdict is Verdict.FAILED, verdict.reason
    found = [one for one in verdict.findings if one.check == caught.by]
    assert found, f"not by '{caught.by}', but: {[one.seen for one in verdict.findings]}"
    right = [one for one in found if caught.step in ("*", one.step) and all(words in one.seen for words in caught.says)]
    assert right, f"not in these words: {[(one.step, one.seen) for one in found]}"


@pytest.mark.parametrize(("name", "scenario"), GOOD)
def test_a_good_copier_passes_with_its_claims(name, scenario, tmp_path):
    verdict = played(profile_with(name), scenario, tmp_path)
    if scenario in OF_SEVERAL_DESTINATIONS:
        assert (verdict.verdict, verdict.runs) == (Verdict.SKIPPED, 0)
        assert "takes one destination" in verdict.reason
        return
    assert (verdict.verdict, verdict.findings) == (Verdict.PASSED, ()), verdict.reason


@pytest.mark.parametrize(("scenario", "only"), [("AOV-002", "over older versions"), ("DSC-001", "")])
def test_a_good_copier_to_several_destinations_passes_with_its_claims(scenario, only, tmp_path):
    verdict = played(profile_with("good/several"), scenario, tmp_path, only)
    assert (verdict.verdict, verdict.findings) == (Verdict.PASSED, ()), verdict.reason
