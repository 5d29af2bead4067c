"""What a copy may leave, and where, when its server is lost."""

from tale import SIZE, Tale, cut, says, whole

from ContentionLibrary.checks.check import (
    FAIL_DISK,
    INTERRUPT_LINK,
    LOSE_LINK,
    OUTLAST_CLIENT,
    RESET_CONNECTION,
    THE_NETWORK,
    runs_of,
)
from ContentionLibrary.checks.failures import stays_after_next_copy
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.network import AFTER_HERE, BEFORE_HERE, left_on_this_side
from ContentionLibrary.checks.remains import leftovers
from ContentionLibrary.checks.truth import lies, torn_after_error
from ContentionLibrary.content.sizes import format_size
from ContentionLibrary.history.cast import AGAIN, SOURCE
from ContentionLibrary.history.copies import Ending

STEP = "write the temporary file from 1/4 on"
PART, SPOOL = "destination/.slide.bin.part", "source/.slide.bin.spool"


def lost(operation=f"{LOSE_LINK} (reset)"):
    """A copy whose link is cut at a step."""
    tale = Tale("copy on a server that is lost", stepped=False, interferes=False)
    tale.looked("before").looked(BEFORE_HERE).began().held(STEP)
    return tale.act(operation, "the network", step=STEP, target="the link").let_go(STEP)


def test_what_lies_on_this_side_could_have_been_removed():
    tale = lost().ended(Ending.ERROR).looked("after", names=[SPOOL]).looked(AFTER_HERE, names=[SPOOL])
    (finding,) = left_on_this_side(tale.history)
    assert says(finding, f"before its step '{STEP}'", f"left {SPOOL} ({format_size(SIZE)})")
    assert (finding.level, finding.step) == (Level("S", 0), STEP)


def test_what_lies_on_the_server_could_not():
    tale = lost().ended(Ending.ERROR).looked("after", names=[PART]).looked(AFTER_HERE)
    assert left_on_this_side(tale.history) == []
    assert leftovers(tale.history) == []


def test_what_the_next_copy_leaves_on_the_server_stays():
    tale = lost().ended(Ending.ERROR).looked("after", names=[PART])
    tale.ended(who=AGAIN).looked("recovered", whole(SOURCE), names=[PART])
    (finding,) = stays_after_next_copy(tale.history)
    assert says(finding, STEP, "the next copy to the same place has not removed", PART)
    assert finding.level == Level("K", 1)


def test_a_process_that_had_to_be_killed_was_left():
    tale = lost().ended(Ending.ERROR, survivors=("71 sender", "72 receiver")).survivors_ended("72 receiver")
    (finding,) = left_on_this_side(tale.looked(AFTER_HERE).history)
    assert says(finding, "left the process 72 receiver.")


def test_processes_that_end_by_themselves_a_moment_later_were_not():
    tale = lost().ended(Ending.ERROR, survivors=("71 sender",)).survivors_ended().looked(AFTER_HERE)
    assert left_on_this_side(tale.history) == []


def test_where_the_link_comes_back_everything_can_be_removed():
    tale = lost(f"{INTERRUPT_LINK} (reset, and there again at once)").ended(Ending.ERROR).looked("after", names=[PART])
    assert left_on_this_side(tale.history) == []
    (finding,) = leftovers(tale.history)
    assert says(finding, PART)


def test_where_the_client_had_given_up_it_is_chance_whether_something_can_be_removed():
    tale = lost(OUTLAST_CLIENT).ended(Ending.ERROR).looked("after", names=[PART])
    assert leftovers(tale.history) == []
    (run,) = runs_of(tale.history)
    assert (run.could_not_clean_up, run.lost_the_link) == (True, False)


def test_where_the_disk_of_the_server_has_failed_nothing_could_be_removed():
    tale = lost(FAIL_DISK).ended(Ending.ERROR).looked("after", names=[PART])
    assert leftovers(tale.history) == []
    (run,) = runs_of(tale.history)
    assert (run.could_not_clean_up, run.lost_the_link) == (True, False)


def test_who_reports_success_on_a_lost_server_is_to_look_whether_it_is_still_mounted():
    (found,) = lies(lost().ended().looked("after").history)
    assert "bare mount point" in found.remedy
    (found,) = lies(lost(FAIL_DISK).ended().looked("after").history)
    assert "mount" not in found.remedy


def lost_by_itself():
    """A copy whose own connection is cut after so many bytes, and that was held nowhere."""
    tale = Tale("copy to a server that is lost", stepped=False, interferes=False).looked("before").looked(BEFORE_HERE)
    return tale.began().act(f"{LOSE_LINK} (closed), after 1/4 of the bytes", THE_NETWORK, target="the link")


def test_a_copier_that_connects_by_itself_stood_before_no_step():
    tale = lost_by_itself().ended(Ending.ERROR).looked("after", names=[SPOOL]).looked(AFTER_HERE, names=[SPOOL])
    (finding,) = left_on_this_side(tale.history)
    assert says(finding, "The link to the server was lost (", "after 1/4 of the bytes", f"left {SPOOL}")
    tale.ended(who=AGAIN).looked("recovered", whole(SOURCE), names=[PART])
    (finding,) = stays_after_next_copy(tale.history)
    assert says(finding, "The copier had no chance to clean up (", PART)
    assert finding.step == ""


def test_which_process_ends_first_is_chance_when_the_connection_of_a_copier_breaks():
    def broken(*by_force):
        tale = Tale("copy to a server that is lost", stepped=False, interferes=False).looked("before").began()
        tale.act(f"{INTERRUPT_LINK} (reset, and there again at once), after 1/4 of the bytes", THE_NETWORK)
        return tale.ended(Ending.ERROR, survivors=("71 ssh",)).survivors_ended(*by_force).looked("after")

    assert leftovers(broken().history) == []
    (finding,) = leftovers(broken("71 ssh").history)
    assert says(finding, "still ran after it had ended", "71 ssh")


def test_bad_weather_is_told_with_the_play():
    tale = Tale("a copy", stepped=False, interferes=False).looked("before").act(f"{RESET_CONNECTION} once", THE_NETWORK)
    tale.began().ended(Ending.ERROR).looked("after", cut(SOURCE, SIZE // 4), names=[PART])
    (finding,) = torn_after_error(tale.history)
    assert says(finding, "(a copy; the network's act 'reset the connection once')")
    assert leftovers(tale.history) == []


def test_no_loss_excuses_a_part_under_the_final_name():
    tale = lost().ended(Ending.ERROR).looked("after", cut(SOURCE, SIZE // 4))
    (finding,) = torn_after_error(tale.history)
    assert says(finding, "the network's act", LOSE_LINK, "1 of 4 MiB of the source, cut off")
