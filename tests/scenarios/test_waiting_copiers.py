"""Copiers that run one at a time, by a lock around the whole program: those that wait do not hang, those that refuse are not at fault."""

import dataclasses
import shutil
import sys

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


LOCK_FILE = """
import os, subprocess, sys, time
lock = sys.argv[-1] + ".lock"
while True:
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        break
    except FileExistsError:
        time.sleep(0.02)
try:
    code = subprocess.call(sys.argv[1:])
finally:
    os.unlink(lock)
sys.exit(code)
"""


@pytest.mark.parametrize("only", ["two copies into an empty place, one held at every step", "free race"])
def test_who_waits_for_a_lock_file_has_met_nobody(tmp_path, only):
    """Its tries to make the file are one step, which touches nothing."""
    simple = profile_with("good/simple")
    waiting = dataclasses.replace(simple, name="waiting", command=(sys.executable, "-c", LOCK_FILE, *simple.command))
    assert [one.seen for one in played(waiting, "WDR-002", tmp_path, only).findings] == []


REFUSES = """
import fcntl, subprocess, sys
lock = open(sys.argv[1], "w")
try:
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
except OSError:
    sys.exit("another copy is running, so " + sys.argv[-2] + " was not copied")
sys.exit(subprocess.call(sys.argv[2:]))
"""


def refusing(lock, **changes):
    """Whoever comes while another copy runs on this machine is refused, whatever it copies."""
    simple = profile_with("good/simple", **changes)
    command = (sys.executable, "-c", REFUSES, str(lock), *simple.command)
    return dataclasses.replace(simple, name="refusing", command=command)


@pytest.mark.parametrize("scenario", ["DDO-001", "AOV-001"])
def test_who_copies_one_at_a_time_meets_no_copy_of_ours(scenario, tmp_path):
    assert played(refusing(tmp_path / "lock", one_at_a_time=True), scenario, tmp_path).findings == ()
