"""A signal ends a copier as is usual or as its profile says; a stop changes nothing."""

import pytest
from tale import MIB, RENAME, Tale, cut, says, whole

from ContentionLibrary.checks import remains, signals
from ContentionLibrary.checks.signal_names import signal_name, signal_number
from ContentionLibrary.history.cast import OLDER, SOURCE
from ContentionLibrary.history.copies import Ending

CREATE = "create the temporary file"
WRITE = "write the temporary file from 2/4 on"
PART = "destination/.slide.bin.part"
HUP, INT, PIPE, SEGV, TERM, XFSZ = (
    signal_number(f"SIG{name}") for name in ("HUP", "INT", "PIPE", "SEGV", "TERM", "XFSZ")
)


def got(*numbers, step=WRITE, ending=Ending.KILLED, steps=(CREATE, WRITE, RENAME), code=None, by=9, **answers):
    tale = Tale("gets it").looked("before").held(step).signalled(step, *numbers, **answers).let_go(step)
    return tale.ended(ending, "slide.bin: told to end", code=code, signal=by, steps=steps).looked("after")


def stopped(ending=Ending.SUCCESS, after=None):
    tale = Tale("stopped", older=True).looked("before", whole(OLDER)).held(WRITE).let_go(WRITE).stood_still(WRITE)
    return tale.ended(ending, "slide.bin: interrupted").looked("after", after or whole(SOURCE))


def refused(number, step=WRITE):
    """A copier that never replaces a file comes to its end over an older version."""
    tale = Tale("gets it", older=True, replaces=False).looked("before", whole(OLDER)).held(step).let_go(step)
    tale = tale.signalled(step, number) if number else tale.stood_still(step)
    return tale.ended(Ending.BUSY, "slide.bin: File exists", steps=(CREATE, WRITE, RENAME)).looked(
        "after", whole(OLDER)
    )


@pytest.mark.parametrize(
    "tale",
    [
        refused(PIPE),
        refused(TERM, RENAME),
        got(TERM, by=TERM),
        got(TERM, ending=Ending.ERROR, code=128 + TERM),
        got(TERM, ending=Ending.ERROR, code=20, codes=(20,)),
        got(HUP, INT, TERM, by=INT),
        got(HUP, INT, TERM, ending=Ending.ERROR, code=128 + HUP),
        got(HUP, ending=Ending.SUCCESS, ignored=(HUP,)),
        got(PIPE, ending=Ending.SUCCESS),
        got(XFSZ, ending=Ending.SUCCESS),
        got(TERM, step=RENAME, ending=Ending.SUCCESS),
        got(TERM, ending=Ending.HUNG),
    ],
)
def test_it_ends_as_is_usual_or_as_its_profile_says(tale):
    assert signals.wrong_ends(tale.history) == []


@pytest.mark.parametrize(
    ("tale", "words"),
    [
        (got(TERM, by=SEGV), "ended with signal 11 (SIGSEGV)"),
        (got(TERM, ending=Ending.ERROR, code=1), "ended with exit code 1: slide.bin: told to end"),
        (got(TERM, ending=Ending.ERROR, code=128 + INT), "ended with exit code 130"),
        (got(TERM, ending=Ending.SUCCESS), "went on to move data, and ended with success"),
        (got(TERM, HUP, ending=Ending.SUCCESS, ignored=(HUP,)), "went on to move data"),
        (got(PIPE, ending=Ending.ERROR, code=1), "ended with exit code 1"),
        (refused(TERM), "ended with exit code 75: slide.bin: File exists"),
    ],
)
def test_it_ends_in_another_way(tale, words):
    (found,) = signals.wrong_ends(tale.history)
    assert says(found, "The copier got SIG", f"before '{WRITE}'", words)
    assert (found.step, found.level) == (WRITE, None)


def test_the_remedy_names_the_code():
    (found,) = signals.wrong_ends(got(TERM, ending=Ending.ERROR, code=1).history)
    assert "128 and its number (143)" in found.remedy
    assert "on_signal" in found.remedy


def test_who_never_replaces_a_file_refuses_after_a_stop_as_without_one():
    assert signals.changed_by_a_stop(refused(None).history) == []


def test_nobody_is_judged_who_got_no_signal():
    assert signals.wrong_ends(Tale().looked("before").ended(Ending.ERROR).looked("after").history) == []
    assert signals.changed_by_a_stop(Tale().looked("before").ended(Ending.ERROR).looked("after").history) == []


def test_a_stop_that_changes_nothing():
    assert signals.changed_by_a_stop(stopped().history) == []


def test_a_copy_that_fails_when_it_is_continued():
    (found,) = signals.changed_by_a_stop(stopped(Ending.ERROR, whole(OLDER)).history)
    assert says(found, f"stopped before its step '{WRITE}' and continued", "exit code 1: slide.bin: interrupted")
    assert (found.step, found.level) == (WRITE, None)


def test_a_copy_that_is_spoilt_when_it_is_continued():
    (found,) = signals.changed_by_a_stop(stopped(after=cut(SOURCE, MIB)).history)
    assert says(found, "reported success, and the destination holds 1 of 4 MiB of the source, cut off")


@pytest.mark.parametrize(("all_processes", "count"), [(True, 0), (False, 1)])
def test_processes_that_all_got_the_signal_may_end_in_any_order(all_processes, count):
    tale = Tale().looked("before").held(WRITE).signalled(WRITE, TERM, all_processes=all_processes)
    tale.ended(Ending.KILLED, signal=TERM, survivors=("7 helper",)).looked("after")
    assert len(remains.leftovers(tale.history)) == count


def test_but_they_must_clean_up():
    tale = Tale().looked("before").held(WRITE).signalled(WRITE, TERM).ended(Ending.KILLED, signal=TERM)
    (found,) = remains.leftovers(tale.looked("after", names=[PART]).history)
    assert says(found, PART)


def test_names_are_those_of_the_system_that_wrote_the_history_down():
    assert [signal_name(number) for number in (1, 6, 9, 15)] == ["SIGHUP", "SIGABRT", "SIGKILL", "SIGTERM"]
    assert signal_name(10_000) == ""
