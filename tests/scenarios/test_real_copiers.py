"""Real copiers get the verdicts that their documented behaviour implies, and the reasons that somebody can act on."""

import functools
import re
import shutil

import pytest

from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.copiers.running import ready
from ContentionLibrary.copiers.shelf import from_command, load
from ContentionLibrary.stage.guest import why_no_guest
from ContentionLibrary.stage.image import KINDS, why_no_image
from ContentionLibrary.stage.sftp_server import why_no_server
from ContentionLibrary.stage.share import why_no_share
from tests.scenarios.direct import played
from tests.scenarios.real import COMMANDS, REAL, ROWS, command

RIVAL_WITHOUT_WORDS = 'case "$1" in *"rival source"*) exit 3;; esac; echo "copies $1" >&2; cp "$1" "$2"'


def profile_of(copier):
    """Return the profile of a copier, or skip the test with the reason why it cannot be run here."""
    if copier not in COMMANDS:
        profile = load(copier)
        if reason := ready(profile):
            pytest.skip(reason)
        return profile
    line, needed = COMMANDS[copier]
    if shutil.which(needed) is None:
        pytest.skip(f"{copier} needs the program {needed}")
    return from_command(line)


@pytest.fixture(scope="module")
def verdict_of(tmp_path_factory):
    """Return a function that plays a scenario with a real copier, once for all tests."""
    return functools.cache(
        lambda copier, scenario, play="": played(profile_of(copier), scenario, tmp_path_factory.mktemp("real"), play)
    )


_NO_POWER_CUT = any(why_no_image(kind) for kind in KINDS)
_OF_THE_SCENARIO = (
    "were emulated",
    "was emulated: the copier connects",
    "takes the older version's room",
    "no copy failed for want of",
    "root may always start one more process",
    "the source is mapped into memory",
)
"""Limitations that are in what a scenario or a copier does, wherever it runs."""
ON_A_SERVER = ("NIS-001", "NIS-002")
_RACES = re.compile("free")
"""What a free race shows besides is chance; what was held is not."""


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_verdict_is_what_the_copier_does(row, verdict_of):
    if row.scenario in ON_A_SERVER:
        why_not = why_no_server if row.copier not in COMMANDS and load(row.copier).connects else why_no_share
        if reason := why_no_guest() if "of a mount" in row.play else why_not():
            pytest.skip(reason)
    verdict = verdict_of(row.copier, row.scenario, row.play)
    found = tuple(dict.fromkeys(one.check for one in verdict.findings if one.step or not _RACES.search(one.play)))
    here = tuple(check for check in row.found if check != REAL or not _NO_POWER_CUT)
    assert found == here, f"{verdict.reason} ({row.why})"
    assert verdict.verdict is (Verdict.FAILED if row.found else Verdict.PASSED)
    assert row.says in verdict.reason, row.why
    untold = [what for what in verdict.limitations if not any(words in what for words in _OF_THE_SCENARIO)]
    assert all(_NO_POWER_CUT and "no power was cut" in what for what in untold), untold


def test_a_deletion_is_no_fault_of_the_copier_before_it_begins_and_after_the_commit(verdict_of):
    steps = {one.step for one in verdict_of("cp", "DDO-001").findings}
    assert "write the last bytes of the destination" in steps
    assert steps.isdisjoint({"create the destination", "open and empty the destination", "close the destination"})


def test_a_true_copy_of_what_is_left_of_a_cut_source_is_no_torn_file(verdict_of):
    assert {one.play for one in verdict_of("rsync", "DDO-003").findings} == {
        "copy while its source is rewritten at every step"
    }


def test_the_source_is_on_the_stage_although_it_lies_on_another_file_system(verdict_of):
    assert "delete the source" in verdict_of("mv", "DDO-001").steps


def test_each_rival_is_judged_by_its_own_words(tmp_path):
    profile = from_command(command("sh", "-c", RIVAL_WITHOUT_WORDS, "sh"))
    findings = played(profile, "WDR-002", tmp_path).findings
    assert {one.check for one in findings} == {"refusals are clear"}
    assert all("Copier B ended with exit code 3" in one.seen and "said nothing" in one.seen for one in findings)
