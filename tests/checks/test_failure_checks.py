"""A failed copy leaves no part, keeps no failed flush quiet, and what it could not remove is gone after the next copy."""

import pytest
from tale import MIB, RENAME, SIZE, Tale, cut, says, spans, whole

from ContentionLibrary.checks import failures, remains, truth
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.content.sizes import format_size
from ContentionLibrary.history.cast import AGAIN, OLDER, SOURCE
from ContentionLibrary.history.copies import BARRED, FAILED, KILLED, Ending

WRITE = "write the temporary file from 2/4 on"
FLUSH = "flush the temporary file to disk"
CLOSE = "close the temporary file"
FOLDER = "flush the destination's directory to disk"
DELETE = "delete the temporary file"
PART = "destination/.slide.bin.part"
TERM = "send SIGTERM to its main process"


def told_to_end(after, ending=Ending.KILLED, *, older=True, message=""):
    tale = Tale("told to end", older=older).looked("before", whole(OLDER) if older else None)
    tale.held(WRITE).act(TERM, "its caller", step=WRITE, target="the copier")
    return tale.ended(ending, message, code=None if ending is Ending.KILLED else 143).looked("after", after)


def failed(step, steps, ending=Ending.SUCCESS, how=f"{FAILED} with Input/output error"):
    tale = Tale("failed").looked("before").held(step).act("fail the step", "the disk", step=step, target="the copier")
    return tale.let_go(step, how=how).ended(ending, "slide.bin: Input/output error", steps=steps)


# -- signals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (cut(SOURCE, MIB), "the destination holds PARTIAL content: 1 of 4 MiB of the source, cut off"),
        (spans((MIB, SOURCE), (SIZE, OLDER)), "MIXED content: 0-1 MiB of the source"),
        (None, "the older version is gone"),
    ],
)
def test_a_signal_leaves_part_of_a_file(after, words):
    (found,) = failures.torn_after_signal(told_to_end(after).history)
    assert says(found, "ended by signal 9", f"before '{WRITE}'", words)
    assert (found.step, found.level) == (WRITE, Level("S", 0))


@pytest.mark.parametrize(("after", "older"), [(whole(OLDER), True), (whole(SOURCE), True), (None, False)])
def test_a_signal_leaves_whole_what_was_there(after, older):
    assert failures.torn_after_signal(told_to_end(after, older=older).history) == []


def test_a_copier_that_ends_by_itself_after_a_signal_is_judged_as_one_that_failed():
    history = told_to_end(cut(SOURCE, MIB), Ending.ERROR).history
    assert failures.torn_after_signal(history) == []
    assert len(truth.torn_after_error(history)) == 1


def test_a_copier_that_nobody_told_to_end_is_not_judged_here():
    tale = Tale("killed", older=True).looked("before", whole(OLDER)).held(WRITE).ended(Ending.KILLED)
    assert failures.torn_after_signal(tale.looked("after", None).history) == []


def test_who_was_told_to_end_needs_no_words_for_it():
    assert truth.unclear_refusals(told_to_end(whole(OLDER), Ending.ERROR).history) == []


def test_who_was_told_to_end_must_clean_up():
    tale = told_to_end(whole(OLDER)).run(2).looked("before", whole(OLDER)).held(WRITE)
    tale.act(TERM, "its caller", step=WRITE, target="the copier").ended(Ending.KILLED)
    (found,) = remains.leftovers(tale.looked("after", whole(OLDER), [PART]).history)
    assert says(found, PART)
    assert (found.step, found.level) == (WRITE, Level("S", 0))


# -- errors that are kept quiet -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [FLUSH, CLOSE])
def test_a_failed_flush_or_close_of_the_file_that_is_kept_quiet_is_a_lie(step):
    (found,) = failures.kept_quiet(failed(step, [WRITE, step, RENAME]).history)
    assert says(found, "reported success", f"'{step}'", "failed with Input/output error")
    assert (found.step, found.level) == (step, Level("E", 0))


def test_a_second_flush_does_not_bring_back_what_the_first_one_lost():
    assert len(failures.kept_quiet(failed(FLUSH, [WRITE, FLUSH, f"{FLUSH} #2", RENAME]).history)) == 1


def test_who_writes_the_file_anew_after_a_failed_flush_tells_the_truth():
    steps = [WRITE, FLUSH, "write the first bytes of the temporary file #2", f"{FLUSH} #2", RENAME]
    assert failures.kept_quiet(failed(FLUSH, steps).history) == []


def test_a_directory_that_was_not_flushed_makes_success_less_durable():
    (found,) = failures.kept_quiet(failed(FOLDER, [RENAME, FOLDER]).history)
    assert found.level == Level("D", 1)
    assert failures.kept_quiet(failed(FOLDER, [RENAME, FOLDER, f"{FOLDER} #2"]).history) == []


def test_who_reports_the_error_keeps_nothing_quiet():
    assert failures.kept_quiet(failed(FLUSH, [WRITE, FLUSH], Ending.ERROR).history) == []


@pytest.mark.parametrize("step", [DELETE, "set the times of the temporary file", RENAME])
def test_other_errors_may_be_got_over_as_long_as_the_content_is_whole(step):
    assert failures.kept_quiet(failed(step, [WRITE, step]).history) == []


# -- what could not be removed ------------------------------------------------------------------------------------------


CHANCELESS = [(WRITE, f"{KILLED} (tree)"), (WRITE, f"{BARRED} with Stale file handle"), (DELETE, f"{FAILED} with EIO")]


@pytest.mark.parametrize(("step", "how"), CHANCELESS)
def test_what_could_not_be_removed_is_judged_after_the_next_copy(step, how):
    tale = failed(step, [step], Ending.ERROR, how).looked("after", None, [PART])
    assert remains.leftovers(tale.history) == []
    tale.ended(who=AGAIN).looked("recovered", whole(SOURCE), [PART])
    (found,) = failures.stays_after_next_copy(tale.history)
    assert says(found, "no chance to clean up", "has not removed", f"{PART} ({format_size(SIZE)})")
    assert found.level == Level("K", 1)


@pytest.mark.parametrize(("step", "how"), CHANCELESS)
def test_what_the_next_copy_removes_counts_for_a_kill_only(step, how):
    tale = failed(step, [step], Ending.ERROR, how).looked("after", None, [PART])
    tale.ended(who=AGAIN).looked("recovered", whole(SOURCE))
    found = failures.stays_after_next_copy(tale.history)
    assert [one.level for one in found] == ([Level("K", 2)] if how.startswith(KILLED) else [])


def test_who_could_clean_up_is_not_excused():
    tale = failed(WRITE, [WRITE], Ending.ERROR).looked("after", None, [PART])
    assert len(remains.leftovers(tale.history)) == 1
    tale.ended(who=AGAIN).looked("recovered", whole(SOURCE), [PART])
    assert failures.stays_after_next_copy(tale.history) == []
