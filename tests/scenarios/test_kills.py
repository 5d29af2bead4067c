"""What only a kill shows: orphans that had to wait for a hold, recover commands, visible leftovers, locks that keep waiting."""

import sys
from pathlib import Path

import pytest

from ContentionLibrary.checks.check import runs_of
from ContentionLibrary.checks.kills import CLEAN_AFTER_KILL, LEFTOVERS_LOOK_UNFINISHED
from ContentionLibrary.checks.locks import STALE_LOCKS
from ContentionLibrary.copiers.shelf import from_command
from ContentionLibrary.history.cast import RECOVERY
from ContentionLibrary.history.copies import CopyEnded, SurvivorsEnded
from ContentionLibrary.history.looks import LocksSeen
from ContentionLibrary.scenario.plays import killing, locking
from ContentionLibrary.scenario.scenario import Scenario
from ContentionLibrary.scenario.settings import UNDER_TEST, Settings, Size
from ContentionLibrary.stepping.plan import Scope
from tests.scenarios.direct import profile_with
from tests.scenarios.real import command

WAITS = Path(__file__).with_name("waits_for_dead_owner.py")
REMOVE_ALL = "import sys, pathlib; [one.unlink() for one in pathlib.Path(sys.argv[1]).parent.glob('.*.part')]"


@pytest.fixture
def played(tmp_path):
    """Return a function that does one play with a copier and returns all that was noted of it."""

    def played(profile, play):
        scenario = Scenario("FRS-001", "a kill", "RecoveryCleanup", Settings(profile, Size.QUICK, tmp_path))
        try:
            return scenario.play(play)
        finally:
            assert scenario.close() == []

    yield played
    assert list(tmp_path.rglob("run-*")) == []


def kill(scope=Scope.TREE):
    return killing.kill_at_every_step(scope, older=True)


def test_each_step_is_killed_at_and_the_main_process_is_what_ended(played):
    history = played(profile_with("good/simple"), kill())
    undisturbed, *killed = runs_of(history)
    assert len(killed) == len(undisturbed.ended().steps)
    assert {run.ended().signal for run in killed} == {9}


def test_an_orphan_that_waited_for_a_hold_goes_on_when_the_main_process_is_killed(played):
    history = played(profile_with("faulty/publishes-after-death"), kill(Scope.MAIN))
    ended = history.of(SurvivorsEnded)
    assert ended
    assert {one.by_force for one in ended} == {()}
    assert {str(one.level) for one in CLEAN_AFTER_KILL.judge(history)} == {"K0", "K2"}


def test_a_recover_command_is_run_before_the_next_copy(played):
    profile = profile_with("faulty/forgets-temporary-file", recover=("{python}", "-c", REMOVE_ALL, "{destination}"))
    history = played(profile, kill())
    assert any(one.who == RECOVERY for one in history.of(CopyEnded))
    assert {str(one.level) for one in CLEAN_AFTER_KILL.judge(history)} == {"K2"}


def test_a_recover_command_that_takes_the_users_file_is_found(played):
    profile = profile_with("good/simple", recover=("rm", "-f", "{destination}"))
    found = [one for one in CLEAN_AFTER_KILL.judge(played(profile, kill())) if str(one.level) == "K0"]
    assert found and all("after its recover command there is no file at all" in one.seen for one in found)


def test_a_leftover_that_looks_finished_is_found(played):
    history = played(profile_with("faulty/visible-temporary-name"), kill())
    (first, *_) = LEFTOVERS_LOOK_UNFINISHED.judge(history)
    assert "destination/slide.bin.part" in first.seen


def test_a_next_copy_that_waits_for_the_dead_is_found(played):
    profile = from_command(command(sys.executable, "-I", "-S", str(WAITS)))
    findings = STALE_LOCKS.judge(played(profile, locking.kill_copier()))
    assert findings
    assert all("the next copy took" in one.seen for one in findings)


def test_an_inherited_lock_lives_on_with_the_child_and_ends_with_it(played):
    history = played(profile_with("good/simple"), locking.kill_holder_with_child())
    seen = {(look.moment, bool(look.locks)) for look in history.of(LocksSeen) if look.subject == UNDER_TEST}
    assert seen == {("held", True), ("after", False)}
    assert STALE_LOCKS.judge(history) == []
