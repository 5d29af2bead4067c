"""What a copy that runs out of space must give back, and what it must say."""

import errno
import os

import pytest
from tale import DESTINATION, MIB, SIZE, Tale, cut, says, whole

from ContentionLibrary.checks.destinations import some_but_not_all
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.space import full_is_not_said, full_target_is_not_named, not_given_back
from ContentionLibrary.content.sizes import format_size
from ContentionLibrary.history.cast import OLDER, SOURCE
from ContentionLibrary.history.copies import Ending

ROOM = "leave room for a quarter of the file"
NO_SPACE, NO_QUOTA = os.strerror(errno.ENOSPC), os.strerror(errno.EDQUOT)
TARGETS = ("destination 2/slide.bin", "destination 3/slide.bin")


def full(**kinds):
    """A copy onto a file system that has room for a part of it."""
    tale = Tale("copy that runs full", stepped=False, interferes=False, **kinds)
    tale.act(ROOM, "a real tmpfs").began()
    return tale


def after(*, free, names=5, grain=0, ending=Ending.ERROR, **ended):
    tale = full().looked("before").counted("before", MIB, grain=grain).ended(ending, NO_SPACE, **ended)
    return not_given_back(tale.looked("after").counted("after", free, names, grain=grain).history)


# -- space is given back ----------------------------------------------------------------------------------------------


def test_all_is_given_back():
    assert after(free=MIB) == []


def test_more_is_free_than_before():
    assert after(free=2 * MIB, names=4) == []


def test_space_that_is_kept_is_told_in_bytes():
    (finding,) = after(free=0, survivors=("71 helper",))
    assert says(
        finding, "kept 1 MiB of a real tmpfs; no name tells where", "still ran: 71 helper", "had room for a quarter"
    )
    assert finding.level == Level("S", 0)


def test_an_empty_file_that_is_kept_takes_a_name():
    (finding,) = after(free=MIB, names=6)
    assert says(finding, "kept 1 file of a real tmpfs")


def test_what_a_file_system_keeps_for_its_books_is_nobodys_fault():
    assert after(free=MIB - 4096, grain=4096) == []
    (finding,) = after(free=MIB - 4097, grain=4096)
    assert says(finding, "kept 4,097 bytes")


def test_a_name_that_takes_it_is_told():
    tale = full().looked("before").counted("before", MIB).ended(Ending.ERROR, NO_SPACE)
    tale.looked("after", cut(SOURCE, MIB)).counted("after", 0, 6)
    (finding,) = not_given_back(tale.history)
    assert says(finding, f"kept 1 MiB and 1 file of a real tmpfs: {DESTINATION} ({format_size(SIZE)}).")


@pytest.mark.parametrize("ending", [Ending.SUCCESS, Ending.HUNG, Ending.KILLED])
def test_only_a_copy_that_gives_up_has_something_to_give_back(ending):
    assert after(free=0, names=6, ending=ending) == []


def test_a_copy_on_a_large_disk_is_not_counted():
    tale = Tale().began().ended(Ending.ERROR, NO_SPACE).looked("after")
    assert not_given_back(tale.history) == []


# -- a full disk is named ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    [
        "cp: error writing 'x': No space left on device",
        "rclone: preallocate: file too big for remaining disk space",
        "Disk quota exceeded",
        "x: not enough space for 4 MiB",
        "x: the disk is full",
    ],
)
def test_words_that_tell_of_space(message):
    assert full_is_not_said(full().ended(Ending.ERROR, message).history) == []


@pytest.mark.parametrize(
    ("message", "said"), [("", "said nothing"), ("slide.bin: failed", "said only: 'slide.bin: failed'")]
)
def test_words_that_do_not(message, said):
    (finding,) = full_is_not_said(full().ended(Ending.ERROR, message).history)
    assert says(finding, said, "exit code 1", "a real tmpfs had room for a quarter of the file")
    assert finding.level is None


@pytest.mark.parametrize("error", [NO_SPACE, NO_QUOTA])
def test_an_emulated_error_must_be_told_as_well(error):
    tale = Tale().began().held("flush").act(f"fail the step: {error}", "the disk", step="flush").let_go("flush")
    (finding,) = full_is_not_said(tale.ended(Ending.ERROR, "slide.bin: failed").history)
    assert finding.step == "flush"


@pytest.mark.parametrize("operation", ["fail the step: Input/output error", "read the destination"])
def test_other_troubles_are_no_matter_of_space(operation):
    tale = Tale().began().act(operation, step="flush").ended(Ending.ERROR, "failed")
    assert full_is_not_said(tale.history) == []


def test_who_never_replaces_a_file_refuses_for_another_reason():
    tale = full(older=True, replaces=False).ended(Ending.ERROR, "slide.bin: exists")
    assert full_is_not_said(tale.history) == []


def test_success_needs_no_words():
    assert full_is_not_said(full().ended().history) == []


# -- the full target is named -----------------------------------------------------------------------------------------


def several(message, number=1):
    tale = full(further=TARGETS).counted("before", MIB, destination=number).ended(Ending.ERROR, message)
    return full_target_is_not_named(tale.history)


def test_a_line_that_names_the_full_target_alone():
    assert several(f"copying to {DESTINATION}\n/w/{TARGETS[0]}: {NO_SPACE}\nto {TARGETS[1]}: not begun") == []


@pytest.mark.parametrize(
    "message",
    [
        NO_SPACE,
        f"/w/{TARGETS[1]}: {NO_SPACE}",
        f"cannot copy to {DESTINATION}, {TARGETS[0]}, {TARGETS[1]}: {NO_SPACE}",
        f"/w/{TARGETS[0]}: failed",
    ],
    ids=["none", "another", "all", "no cause"],
)
def test_a_message_that_does_not(message):
    (finding,) = several(message)
    assert says(finding, f"The file system of {TARGETS[0]} ran full", "exit code 1")


def test_one_destination_needs_no_name():
    assert full_target_is_not_named(full().counted("before", MIB).ended(Ending.ERROR, NO_SPACE).history) == []


def test_all_or_none_tells_which_target_was_full():
    tale = full(older=True, further=TARGETS).ended(Ending.ERROR, NO_SPACE)
    tale.looked("after", whole(SOURCE), further=(whole(OLDER), whole(OLDER)))
    (finding,) = some_but_not_all(tale.history)
    assert says(finding, "The file system of the destination had no room for all of the file")
