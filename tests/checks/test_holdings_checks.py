"""What copies hold: growth is told with its figures, and what has not returned is told even where nothing grows."""

import pytest
from tale import Tale, says

from ContentionLibrary.checks.holdings import held_on
from ContentionLibrary.history.copies import KILLED, Ending, StepLeft
from ContentionLibrary.history.figures import Series


def counted(values, name="locks", unit="", along="copies", *, killed=False):
    tale = Tale("many copies").began().ended()
    if killed:
        tale._note(StepLeft, who="the copier", step="rename", how=f"{KILLED} (tree)", held=0.1)
    positions = tuple(float(at) for at in range(len(values)))
    tale._note(Series, name=name, unit=unit, along=along, positions=positions, values=tuple(map(float, values)))
    return tale.history


def test_one_lock_more_with_each_copy_is_found():
    (finding,) = held_on(counted(range(15)))
    assert says(finding, "The number of locks grew by 1 with each copy", "from 0 to 14")
    assert str(finding.level) == "S0"


def test_what_stays_the_same_is_fine():
    assert held_on(counted([3] * 15)) == []


def test_what_comes_and_goes_is_fine():
    assert held_on(counted([0, 2, 1, 0, 2, 0, 1, 0, 2, 1, 0, 0, 1, 2, 0])) == []


def test_what_stays_after_the_last_copy_is_found_although_it_does_not_grow():
    (finding,) = held_on(counted([0, *[1] * 14]))
    assert says(finding, "there were 1 locks", "before the first disturbed one there were 0")


def test_leftovers_of_a_kill_are_a_level_of_their_own():
    (finding,) = held_on(counted(range(15), "names on the stage", killed=True))
    assert str(finding.level) == "K1"


def test_growth_within_one_copy_is_allowed_by_no_claim():
    (finding,) = held_on(counted([6, 22, 38, 54, 69], "descriptors", along="MiB"))
    assert says(finding, "descriptors grew by", "with each MiB")
    assert finding.level is None


def test_descriptors_of_one_copy_need_not_return_while_it_is_at_work():
    assert held_on(counted([3, 5, 5, 5, 5], "descriptors", along="MiB")) == []


def test_shared_memory_of_the_whole_machine_may_differ_by_a_few_names():
    assert held_on(counted([4, 4, 5, 5, 5, 6, 6, 6, 6, 7, 7, 7, 7, 7, 8], "names in shared memory")) == []
    assert len(held_on(counted(range(15), "names in shared memory"))) == 1


def test_some_bytes_more_are_no_growth():
    assert held_on(counted([1000 + at for at in range(15)], "bytes on the stage", "bytes")) == []
    (finding,) = held_on(counted([at * 65536 for at in range(15)], "bytes on the stage", "bytes"))
    assert says(finding, "grew by 64 KiB with each copy")


def test_survivors_are_named():
    tale = Tale("many copies").began().ended(Ending.SUCCESS, survivors=("17 helper",))
    positions = tuple(float(at) for at in range(15))
    tale._note(Series, name="processes", unit="", along="copies", positions=positions, values=positions)
    (finding,) = held_on(tale.history)
    assert says(finding, "17 helper")


@pytest.mark.parametrize("along", ["s"])
def test_series_over_time_are_for_the_log_only(along):
    assert held_on(counted(range(15), along=along)) == []
