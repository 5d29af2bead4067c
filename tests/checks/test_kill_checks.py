"""A killed copy leaves no torn file, the next one no leftovers, and nothing looks finished that is not."""

import pytest
from tale import MIB, RENAME, Tale, cut, says, whole

from ContentionLibrary.checks import kills
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.history.cast import AGAIN, OLDER, RECOVERY, SOURCE
from ContentionLibrary.history.copies import Ending

K0, K1, K2, N0 = Level("K", 0), Level("K", 1), Level("K", 2), Level("N", 0)
PART, OTHER_PART = "destination/.slide.bin.part", "destination/.slide.bin.77.part"


def killed(after, names=(), *, older=True, **facts):
    tale = Tale(older=older, **facts).looked("before", whole(OLDER) if older else None).killed(RENAME)
    return tale.looked("after", after, names)


def next_run(tale, names=(), ending=Ending.SUCCESS):
    return tale.ended(ending, "slide.bin", AGAIN).looked("recovered", whole(SOURCE), names)


def found_by(tale):
    return kills.ruins(tale.history)


@pytest.mark.parametrize(("older", "after"), [(False, None), (False, SOURCE), (True, OLDER), (True, SOURCE)])
def test_old_or_new_and_nothing_else_is_no_finding(older, after):
    assert found_by(next_run(killed(after and whole(after), older=older))) == []


def test_a_torn_file_under_the_final_name():
    (found,) = found_by(next_run(killed(cut(SOURCE, MIB), older=False)))
    assert says(found, f"killed before '{RENAME}'", "PARTIAL", "1 of 4 MiB of the source, cut off")
    assert (found.step, found.level) == (RENAME, K0)


def test_an_older_version_that_is_lost():
    (found,) = found_by(next_run(killed(None)))
    assert says(found, "the older version is lost")
    assert found.level == K0


def test_what_an_orphan_has_published_late_is_told_as_its_work():
    tale = Tale().looked("before").killed(RENAME, "main", survivors=["71 helper"]).looked("killed")
    tale.survivors_ended().looked("after", cut(SOURCE, MIB))
    (found,) = found_by(next_run(tale))
    assert says(found, "PARTIAL", "at the moment of the kill it held no file", "71 helper", "has gone on")
    assert "end of its input" in found.remedy


def test_an_orphan_that_publishes_the_whole_file_does_no_harm():
    tale = Tale().looked("before").killed(RENAME, "main", survivors=["71 helper"]).looked("killed")
    assert found_by(next_run(tale.survivors_ended().looked("after", whole(SOURCE)))) == []


def test_an_orphan_that_does_not_end():
    tale = Tale().looked("before").killed(RENAME, "main", survivors=["71 helper"]).survivors_ended("71 helper")
    (found,) = found_by(next_run(tale.looked("after")))
    assert says(found, "ran on until we ended them: 71 helper")
    assert found.level == K1


def test_a_leftover_that_the_next_run_removes():
    (found,) = found_by(next_run(killed(whole(OLDER), [PART])))
    assert says(found, f"left {PART}", "which the next run has removed")
    assert found.level == K2


def test_a_leftover_that_stays():
    (found,) = found_by(next_run(killed(whole(OLDER), [PART]), [PART]))
    assert says(found, f"left {PART}", f"after the next run there was {PART}")
    assert found.level == K1


def test_what_only_the_next_run_has_left():
    (found,) = found_by(next_run(killed(whole(OLDER)), [OTHER_PART]))
    assert says(found, "left nothing else", f"after the next run there was {OTHER_PART}")
    assert found.level == K1


@pytest.mark.parametrize(("name", "levels"), [("copy.log", []), ("destination/copy.log", [K1]), (PART, [K1])])
def test_what_a_good_copy_leaves_too_is_no_leftover_unless_it_lies_beside_the_file(name, levels):
    tale = Tale(older=True).looked("before", whole(OLDER)).ended().looked("after", whole(SOURCE), [name])
    tale.run(2).looked("before", whole(OLDER)).killed(RENAME).looked("after", whole(OLDER), [name])
    assert [one.level for one in found_by(next_run(tale, [name]))] == levels


def test_a_state_that_another_run_was_tried_again_from_is_judged_by_that_run():
    tale = next_run(killed(whole(OLDER), [PART]), [PART])
    tale.run(2).looked("before", whole(OLDER)).killed("close the temporary file").looked("after", whole(OLDER), [PART])
    assert [(one.step, one.level) for one in found_by(tale)] == [(RENAME, K1), ("close the temporary file", K1)]


def test_a_state_from_which_nobody_has_tried_again_counts_as_one_that_stays():
    tale = next_run(killed(whole(OLDER), [PART]))
    tale.run(2).looked("before", whole(OLDER)).killed("close").looked("after", whole(OLDER), [OTHER_PART])
    assert [one.level for one in found_by(tale)] == [K2, K1]


def test_a_recover_command_that_fails():
    """No claim speaks of it, unless the kill has left something torn."""
    tale = killed(whole(OLDER)).ended(Ending.ERROR, "no such option", RECOVERY)
    (found,) = found_by(next_run(tale))
    assert says(found, "its recover command ended with exit code 1", "no such option")
    assert found.level is None
    torn = killed(cut(SOURCE, MIB)).ended(Ending.ERROR, "no such option", RECOVERY)
    assert [one.level for one in found_by(next_run(torn))] == [K0, K0]


@pytest.mark.parametrize(
    ("older", "repaired", "word"),
    [(True, None, "no file at all"), (True, cut(SOURCE, MIB), "PARTIAL"), (False, cut(SOURCE, MIB), "PARTIAL")],
)
def test_a_recover_command_that_ruins_what_the_kill_has_left_whole(older, repaired, word):
    """The copy that comes after it hides that; who recovers does not copy again, as a rule."""
    tale = killed(whole(OLDER) if older else None, older=older).ended(Ending.SUCCESS, who=RECOVERY)
    (found,) = found_by(next_run(tale.looked("repaired", repaired)))
    assert says(found, f"killed before '{RENAME}'", "its recover command", word)
    assert (found.level, found.step) == (K0, RENAME)


@pytest.mark.parametrize(
    ("older", "repaired"), [(True, whole(OLDER)), (True, whole(SOURCE)), (False, None), (False, whole(SOURCE))]
)
def test_a_recover_command_may_finish_the_copy_or_take_it_back(older, repaired):
    tale = killed(whole(OLDER) if older else None, older=older).ended(Ending.SUCCESS, who=RECOVERY)
    assert found_by(next_run(tale.looked("repaired", repaired))) == []


def test_a_copy_that_has_ended_by_itself_is_not_judged_as_a_killed_one():
    tale = Tale().looked("before").ended(Ending.ERROR, "slide.bin").looked("after", cut(SOURCE, MIB), [PART])
    assert found_by(tale) == kills.visible_leftovers(tale.history) == []


@pytest.mark.parametrize(
    ("name", "patterns", "is_visible"),
    [
        ("destination/slide.bin.part", (), True),
        ("destination/slide.bin.part", ("*.part",), False),
        ("destination/slide.bin.part", (".*.part",), True),
        ("destination/.slide.bin.part", (), False),
        ("destination/.work/slide.bin", (), False),
        ("destination/work/slide.bin", (), True),
        ("elsewhere/slide.bin", (), False),
    ],
)
def test_which_leftovers_look_finished(name, patterns, is_visible):
    tale = killed(whole(OLDER), [name], temporary_files=patterns)
    found = kills.visible_leftovers(tale.history)
    assert [(one.level, one.step) for one in found] == [(N0, RENAME)] * is_visible
    assert all(name in one.seen for one in found)
