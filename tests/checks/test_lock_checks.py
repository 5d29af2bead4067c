"""Locks of the dead are free, and the next copy neither fails nor waits."""

import pytest
from tale import RENAME, Tale, says, whole

from ContentionLibrary.checks import locks
from ContentionLibrary.history.acts import Answer
from ContentionLibrary.history.cast import AGAIN, OLDER, ONCE_MORE, SOURCE
from ContentionLibrary.history.copies import Ending

LOCK = "FLOCK WRITE on destination/slide.bin by process 71"
HOLDER = "holder of a flock lock"


def undisturbed(took=0.1):
    return Tale(older=True).looked("before", whole(OLDER)).ended(took=took).looked("after", whole(SOURCE)).run(2)


def copier_killed(tale=None, **facts):
    return (tale or undisturbed()).looked("before", whole(OLDER)).killed(RENAME, "main", **facts)


def holder_killed(tale=None):
    tale = (tale or undisturbed()).looked("before", whole(OLDER)).act("lock", HOLDER).began()
    return tale.act(locks.KILL_HOLDER, HOLDER)


def found_by(tale):
    return locks.stale_locks(tale.history)


@pytest.mark.parametrize("killed", [copier_killed, holder_killed])
def test_free_locks_and_a_next_copy_that_does_not_wait(killed):
    assert found_by(killed().locks("held", LOCK).locks("killed").act(locks.TRY, "somebody else").ended(who=AGAIN)) == []


@pytest.mark.parametrize("moment", ["killed", "after"])
def test_a_lock_that_is_still_held(moment):
    (found,) = found_by(copier_killed().locks(moment, LOCK).ended(who=AGAIN))
    assert says(found, f"The copier was killed before '{RENAME}'", LOCK)
    assert (found.step, found.level) == (RENAME, None)


def test_a_lock_that_somebody_could_not_take_and_who_lives_on():
    tale = copier_killed(survivors=["71 helper"])
    tale.act(locks.TRY, "somebody else", answer=Answer.REFUSED, target="flock lock on slide.bin").ended(who=AGAIN)
    (found,) = found_by(tale.survivors_ended("71 helper"))
    assert says(found, "somebody else could not take the flock lock on slide.bin", "live on: 71 helper")


@pytest.mark.parametrize("ending", [Ending.BUSY, Ending.ERROR, Ending.HUNG, Ending.KILLED])
@pytest.mark.parametrize("killed", [copier_killed, holder_killed])
def test_a_next_copy_that_does_not_succeed(killed, ending):
    (found,) = found_by(killed().ended(ending, "slide.bin is locked", AGAIN))
    assert says(found, "killed", "the next copy did not succeed", "slide.bin is locked")


def test_a_next_copy_that_waits():
    (found,) = found_by(copier_killed().ended(who=AGAIN, took=1.5).ended(who=ONCE_MORE, took=0.1))
    assert says(found, "the next copy took 1.5 s", "no more than 0.1 s")


@pytest.mark.parametrize(("before", "since"), [(0.5, 0.1), (0.1, 0.5)])
def test_a_machine_that_is_busy_before_or_since_is_no_wait(before, since):
    tale = copier_killed(undisturbed(before)).ended(who=AGAIN, took=2.0)
    assert found_by(tale.ended(who=ONCE_MORE, took=since)) == []


def test_without_a_yardstick_of_the_same_moment_nothing_is_said_of_time():
    assert found_by(copier_killed().ended(who=AGAIN, took=9.0)) == []


@pytest.mark.parametrize("ending", [Ending.BUSY, Ending.ERROR, Ending.SUCCESS])
def test_a_copy_that_met_the_living_holder_may_refuse(ending):
    assert found_by(holder_killed().ended(ending, "slide.bin is locked").ended(who=AGAIN)) == []


def test_a_run_in_which_nobody_was_killed_is_not_judged():
    tale = (
        Tale().looked("before").ended(Ending.BUSY, "slide.bin").locks("after", LOCK).ended(Ending.BUSY, "slide", AGAIN)
    )
    assert found_by(tale) == []


def test_a_state_from_which_the_next_copy_was_made_elsewhere_is_judged_by_that_copy():
    tale = copier_killed().looked("after", whole(OLDER)).ended(Ending.BUSY, "slide.bin is locked", AGAIN).run(3)
    tale.looked("before", whole(OLDER)).killed("close").looked("after", whole(OLDER))
    assert [one.step for one in found_by(tale)] == [RENAME, "close"]


def test_a_copy_that_met_a_lock_speaks_for_itself_only():
    tale = copier_killed().locks("killed", LOCK).looked("after", whole(OLDER)).ended(Ending.BUSY, "slide", AGAIN)
    tale.run(3).looked("before", whole(OLDER)).killed("close").looked("after", whole(OLDER)).ended(who=AGAIN)
    assert {one.step for one in found_by(tale)} == {RENAME}
