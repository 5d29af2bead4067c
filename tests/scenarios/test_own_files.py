"""What a copier keeps for itself beside its work, such as a log, is no part of a copy when its profile says so."""

import fnmatch
import sys

import pytest

from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.copiers.fields import NAMES_OF_A_COPY
from ContentionLibrary.locations import PACKAGE
from ContentionLibrary.scenario import place
from tests.scenarios.direct import played, profile_with

LOGS = """
import os, subprocess, sys
def log(line):
    with open("mycopy.log", "a") as file:
        file.write(line)
log("begin")
code = subprocess.call(sys.argv[1:])
log("end")
os.fsync(os.open(".", os.O_RDONLY))
sys.exit(code)
"""
GOOD = str(PACKAGE / "faulty_copiers" / "good_simple.py")
COMMAND = tuple(f"{{python}} -c - {{python}} -I -S {GOOD} {{source}} {{destination}}".split())
LOGGING = tuple(LOGS if word == "-" else word for word in COMMAND)
SAID = "The copier keeps files of its own, as its profile says, which were not looked at: *.log"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the copier was made for POSIX")


def test_a_log_is_a_leftover_as_long_as_nobody_says_what_it_is(tmp_path):
    verdict = played(profile_with("good/simple", command=LOGGING), "RDW-001", tmp_path)
    assert verdict.verdict is Verdict.FAILED
    found = [one for one in verdict.findings if "mycopy.log" in one.seen]
    assert {one.check for one in found} == {"nothing left behind"}
    assert all(one.remedy.endswith("say so in the profile: own_files: ['*.log'].") for one in found)


@pytest.mark.parametrize(
    ("scenario", "only"),
    [
        ("RDW-001", ""),
        ("FRS-002", "a copy into an empty place, by the model"),
        ("FHL-002", "each read at one of its steps"),
        ("AOV-001", ""),
    ],
)
def test_a_log_that_is_said_to_be_one_is_neither_step_nor_leftover(scenario, only, tmp_path):
    plain = played(profile_with("good/simple"), scenario, tmp_path, only)
    logging = played(profile_with("good/simple", command=LOGGING, own_files=("*.log",)), scenario, tmp_path, only)
    assert logging.findings == ()
    assert logging.steps == plain.steps and logging.runs and plain.runs
    assert SAID in logging.limitations
    assert SAID not in plain.limitations


def test_whoever_starts_before_its_rival_and_looks_after_it_has_not_met_it(tmp_path):
    """Held at the first line of its log, a copier has not begun to copy; no step is there."""
    profile = profile_with("good/simple", command=LOGGING, own_files=("*.log",))
    assert played(profile, "WDR-002", tmp_path).findings == ()


def test_no_pattern_may_hide_what_scenarios_copy():
    paths = (place.SOURCE, place.MOVED, *place.destination_names(1), *place.destination_names(2))
    parts = {part for path in paths for part in path.split("/")}
    hidden = {part for part in parts for name in NAMES_OF_A_COPY if fnmatch.fnmatchcase(part, name)}
    assert hidden >= {"slide.bin", "source", "destination", "destination 1", "elsewhere"}
    assert set(NAMES_OF_A_COPY) >= {place.FILE_NAME, place.NEIGHBOUR_NAMES[0]}
