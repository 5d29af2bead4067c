"""An undisturbed copy succeeds on each file system, and a verdict says on which ones it was made."""

import pytest
from tale import Tale, says, whole

from ContentionLibrary.checks.file_systems import UNDISTURBED, fails_undisturbed, stages_told
from ContentionLibrary.checks.judging import unproven
from ContentionLibrary.history.cast import OLDER
from ContentionLibrary.history.copies import Ending
from ContentionLibrary.history.disks import Ability
from ContentionLibrary.history.recording import History
from ContentionLibrary.report.file_systems import abilities_table, verdicts_table

CLONES = Ability("clones", True, "")
NO_CLONES = Ability("clones", False, "Operation not supported")
LOCKS = Ability("flock", True, "")


def copied(ending, *, message="", replaces=True, kind="ext4"):
    tale = Tale(f"{UNDISTURBED}, on {kind}", older=True, replaces=replaces).looked("before", whole(OLDER)).began()
    return tale.ended(ending, message).looked("after", whole(OLDER))


def test_a_copy_that_fails_on_a_file_system():
    (found,) = fails_undisturbed(copied(Ending.ERROR, message="slide.bin: Operation not supported").history)
    assert says(found, "on ext4", "exit code 1", "slide.bin: Operation not supported")
    assert found.level is None


@pytest.mark.parametrize(
    "tale", [copied(Ending.SUCCESS), copied(Ending.HUNG), copied(Ending.ERROR, message="exists", replaces=False)]
)
def test_a_copy_that_succeeds_or_hangs_or_never_replaces(tale):
    assert fails_undisturbed(tale.history) == []


def test_a_copy_that_others_meet_is_not_judged_here():
    assert fails_undisturbed(Tale("a copy that is read, on ext4").ended(Ending.ERROR).looked("after").history) == []


def test_what_is_left_out_proves_nothing_and_is_no_reason_against_the_rest():
    left_out = Tale("on xfs").looked("before").limited("nothing was shown on xfs").history
    played = Tale("on ext4").began().held("a").read(None, step="a").ended().history
    assert unproven(History([*left_out, *played]), []) == []
    assert unproven(left_out, []) == ["no copy was made in any play: all were left out"]
    assert unproven(Tale("on xfs").looked("before").history, []) != []
    assert unproven(Tale("on xfs").limited("it cannot be seen", blind=True).history, []) == ["it cannot be seen"]
    assert unproven(Tale("on xfs").began().limited("something").history, []) != []


def test_a_verdict_names_the_file_systems_and_how_real_they_are():
    tale = Tale().on_file_system("ext4", "a real ext4").on_file_system("ext4", "a real ext4")
    tale.on_file_system("tmpfs", "the tmpfs at /dev/shm").on_file_system("ntfs", "an ntfs", reality="emulated")
    assert stages_told("directory on xfs", tale.history) == (
        "directory on xfs; native: a real ext4, the tmpfs at /dev/shm; emulated: an ntfs"
    )
    assert stages_told("directory on xfs", Tale().history) == "directory on xfs"


def test_the_table_shows_differences_first():
    tale = Tale().on_file_system("ext4", "a real ext4", abilities=(LOCKS, NO_CLONES))
    text = abilities_table(tale.on_file_system("xfs", "a real xfs", abilities=(LOCKS, CLONES)).history)
    assert text.index("no: Operation not supported") < text.index("flock")
    assert abilities_table(Tale().history) == ""


def test_no_table_of_verdicts_where_there_was_the_workspace_alone():
    assert verdicts_table(copied(Ending.SUCCESS).history, None) == ""
