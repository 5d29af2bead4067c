"""When all is over, there is no other name, no process, and the next copy works."""

import pytest
from tale import MIB, RENAME, SIZE, Tale, cut, says, whole

from ContentionLibrary.checks import remains
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.writers import COPIER_A, COPIER_B
from ContentionLibrary.content.sizes import format_size
from ContentionLibrary.history.cast import AGAIN, OLDER, RIVAL_SOURCE, SOURCE
from ContentionLibrary.history.copies import Ending

S0, K0 = Level("S", 0), Level("K", 0)
PART, LOCK = "destination/.slide.bin.part", "destination/slide.lock"


@pytest.mark.parametrize("ending", list(Ending))
def test_a_left_name(ending):
    tale = Tale().looked("before").held(RENAME).act("delete", step=RENAME).ended(ending, "slide.bin")
    (found,) = remains.leftovers(tale.looked("after", names=[PART, LOCK]).history)
    assert found.seen == (
        f"After the copy (a play; the copier: {ending.value}) there remained: "
        f"{PART} ({format_size(SIZE)}), {LOCK} ({format_size(SIZE)})."
    )
    assert (found.step, found.level) == (RENAME, S0)


def test_a_left_temporary_file():
    tale = Tale().looked("before", temporary=["old"]).ended()
    (found,) = remains.leftovers(tale.looked("after", whole(SOURCE), temporary=["old", "tmp_x7"]).history)
    assert says(found, "(a play; the copier: success)", f"there remained: $TMPDIR/tmp_x7 ({format_size(SIZE)}).")


@pytest.mark.parametrize(
    ("ending", "name", "told"),
    [
        (Ending.SUCCESS, "mycopy.log", "own_files: ['*.log']"),
        (Ending.SUCCESS, "destination/slide.bin.sha256", "own_files: ['*.sha256']"),
        (Ending.SUCCESS, "destination/journal", "own_files: ['journal']"),
        (Ending.SUCCESS, PART, ""),
        (Ending.SUCCESS, "elsewhere/moved/slide.bin", ""),  # the copy itself, which no pattern may hide
        (Ending.ERROR, "mycopy.log", ""),
    ],
)
def test_what_lies_there_openly_after_a_success_may_be_meant_to_stay(ending, name, told):
    (found,) = remains.leftovers(Tale().looked("before").ended(ending).looked("after", names=[name]).history)
    assert told in found.remedy and ("own_files" in found.remedy) == bool(told)


def test_names_that_were_there_before_and_the_destination_may_stay():
    tale = Tale().looked("before", names=["destination/other"]).ended()
    assert remains.leftovers(tale.looked("after", whole(SOURCE), names=["destination/other"]).history) == []


def test_a_source_that_is_gone_is_no_leftover():
    tale = Tale(older=True).looked("before", whole(OLDER)).ended(Ending.ERROR, "slide.bin").looked("after")
    assert remains.leftovers(tale.history) == []


def test_a_left_process():
    tale = Tale().looked("before").ended(survivors=["71 helper", "72 sleep"]).looked("after", whole(SOURCE))
    (found,) = remains.leftovers(tale.history)
    assert found.seen == "Processes of the copier still ran after it had ended (a play): 71 helper, 72 sleep."
    assert found.level == S0


def test_the_rivals_are_named_with_their_ends():
    tale = Tale().looked("before").ended(Ending.BUSY, "slide.bin", COPIER_B).ended(who=COPIER_A)
    (found,) = remains.leftovers(tale.looked("after", whole(SOURCE), names=[PART]).history)
    assert "(a play; copier B: busy, copier A: success)" in found.seen


def again(ending, after, message="slide.bin: locked", first=Ending.ERROR):
    tale = Tale("deleted").held(RENAME).act("delete", step=RENAME).ended(first, "slide.bin").looked("after")
    return tale.ended(ending, message, AGAIN).looked("recovered", after)


@pytest.mark.parametrize(
    ("tale", "words"),
    [
        (again(Ending.ERROR, None), "ended with exit code 1; the destination holds no file. It said: 'slide.bin: locked'"),
        (again(Ending.BUSY, whole(OLDER)), "ended with exit code 75; the destination holds all 4 MiB of the older version"),
        (again(Ending.HUNG, None), "hung; the destination holds no file"),
        (again(Ending.SUCCESS, None, ""), "ended with exit code 0; the destination holds no file. It said: ''"),
        (again(Ending.SUCCESS, whole(OLDER), ""), "the destination holds all 4 MiB of the older version"),
        (again(Ending.SUCCESS, whole(RIVAL_SOURCE), ""), "the destination holds all 4 MiB of the rival's source"),
        (again(Ending.SUCCESS, cut(SOURCE, MIB), ""), "the destination holds 1 of 4 MiB of the source, cut off"),
    ],
)  # fmt: skip
def test_it_fails_again(tale, words):
    (found,) = remains.fails_again(tale.history)
    assert found.seen.startswith("The same copy, run again without contention (deleted), ")
    assert words in found.seen
    assert (found.step, found.level) == (RENAME, S0)


def test_a_copier_that_never_copies_is_told_apart():
    (found,) = remains.fails_again(
        Tale()
        .ended(Ending.ERROR, "no such option")
        .looked("after")
        .ended(Ending.ERROR, "no", AGAIN)
        .looked("recovered")
        .history
    )
    assert "not called as it wants to be" in found.meaning and "by hand" in found.remedy
    assert found.remedy.endswith("one_at_a_time: true.")  # another copy of ours may have been in its way


def test_a_copier_that_was_on_its_way_is_called_as_it_wants_to_be():
    """In a play of kills no copy succeeds, and what is left of them may block the next."""
    tale = Tale("killed").killed(RENAME).ended(Ending.KILLED, steps=(RENAME,)).looked("after")
    (found,) = remains.fails_again(tale.ended(Ending.ERROR, "locked", AGAIN).looked("recovered").history)
    assert "blocks all later ones" in found.meaning and "one_at_a_time" in found.remedy
    tale = Tale("killed").killed(RENAME).ended(Ending.KILLED, steps=(RENAME,)).looked("after")
    (found,) = remains.fails_again(tale.ended(Ending.ERROR, "x", AGAIN, steps=(RENAME,)).looked("recovered").history)
    assert "one_at_a_time" not in found.remedy
    (found,) = remains.fails_again(again(Ending.ERROR, None, first=Ending.SUCCESS).history)
    assert "blocks all later ones" in found.meaning and "leftovers" in found.remedy


@pytest.mark.parametrize(
    ("there", "level"),
    [(cut(SOURCE, MIB), K0), (None, None), (whole(OLDER), None)],
)
def test_what_is_torn_after_a_kill_is_a_matter_of_kills_and_who_blocks_later_copies_has_no_claim(there, level):
    tale = Tale("killed").killed(RENAME).looked("after", there)
    (found,) = remains.fails_again(tale.ended(Ending.ERROR, "locked", AGAIN).looked("recovered", there).history)
    assert (found.step, found.level) == (RENAME, level)


def test_it_succeeds_again_or_needs_not():
    assert remains.fails_again(again(Ending.SUCCESS, whole(SOURCE), "").history) == []
    assert remains.fails_again(Tale().ended().looked("after", whole(SOURCE)).history) == []
