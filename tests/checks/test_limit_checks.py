"""At a limit a copier may refuse; it may not crash, and nobody beside it may suffer."""

from tale import Tale, says

from ContentionLibrary.checks.limits import ALLOW, ALLOW_NO_MORE, THE_SYSTEM, crashes, suffered
from ContentionLibrary.history.copies import CopyEnded, Ending


def limited(ending, number=None, message="", operation=ALLOW, step=None):
    tale = Tale("few", stepped=False).began().act(operation, THE_SYSTEM, step=step, target="6 descriptors")
    code = None if number else 1 if ending is Ending.ERROR else 0
    tale._note(
        CopyEnded,
        who="the copier",
        ending=ending,
        exit_code=code,
        signal=number,
        message=message,
        began=0.1,
        ended=0.2,
        peak_memory=0,
    )
    return tale


def test_a_crash_is_found_with_what_it_got_and_what_it_said():
    (finding,) = crashes(limited(Ending.KILLED, 6, "terminate called").history)
    assert says(finding, "crashed with signal 6 (SIGABRT)", "with 6 descriptors", "terminate called")


def test_the_signal_of_the_file_size_is_a_crash_too():
    (finding,) = crashes(limited(Ending.KILLED, 25).history)
    assert says(finding, "SIGXFSZ", "It said nothing")


def test_a_crash_for_want_of_memory_is_told_with_the_step_from_which_on_there_was_none():
    (finding,) = crashes(limited(Ending.KILLED, 11, operation=f"{ALLOW_NO_MORE} memory", step="open it").history)
    assert says(finding, "SIGSEGV", "got no more memory from its step 'open it' on")
    assert finding.step == "open it"


def test_an_error_and_a_success_are_no_crash():
    assert crashes(limited(Ending.ERROR, message="Too many open files").history) == []
    assert crashes(limited(Ending.SUCCESS).history) == []


def test_being_killed_by_somebody_is_no_crash():
    assert crashes(limited(Ending.KILLED, 9).history) == []


def test_a_copy_with_all_means_that_fails_beside_others_is_found():
    tale = limited(Ending.ERROR).run(2).began().ended(Ending.ERROR, "no space in the queue")
    (finding,) = suffered(tale.history)
    assert says(finding, "with all it needs", "no space in the queue")


def test_only_the_limited_one_may_fail():
    assert suffered(limited(Ending.ERROR).run(2).began().ended().history) == []


def test_who_gets_no_more_of_something_has_not_all_it_needs():
    assert suffered(limited(Ending.ERROR, operation=f"{ALLOW_NO_MORE} memory", step="open it").history) == []


def test_without_limits_nobody_is_asked():
    assert suffered(Tale().began().ended(Ending.ERROR).history) == []
