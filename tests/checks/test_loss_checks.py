"""What a copier has not taken along it must name; what the other side cannot say as finely does not count."""

import pytest
from tale import Tale, says, whole

from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.losses import kept_to_itself
from ContentionLibrary.history.cast import SOURCE
from ContentionLibrary.history.copies import Ending
from ContentionLibrary.report.file_systems import arrivals_table


def copied(message="", *, ending=Ending.SUCCESS, kept=False, counts=True):
    tale = Tale("a copy from NTFS").looked("before").began().ended(ending, message)
    return tale.arrived("its stream 'note'", "note", kept=kept, counts=counts).looked("after", whole(SOURCE))


@pytest.mark.parametrize(
    ("message", "said"), [("", "It said nothing of it"), ("time not set\n", "only: 'time not set'")]
)
def test_a_loss_that_is_kept_quiet(message, said):
    (found,) = kept_to_itself(copied(message).history)
    assert says(
        found, "reported success (a copy from NTFS)", "its stream 'note' was lost: the destination has none", said
    )
    assert found.level == Level("E", 0)


@pytest.mark.parametrize(
    "tale",
    [
        copied("slide.bin: stream Note was not copied"),
        copied(kept=True),
        copied(counts=False),
        copied("no room", ending=Ending.ERROR),
    ],
)
def test_a_loss_that_is_named_or_none(tale):
    assert kept_to_itself(tale.history) == []


def test_the_table_tells_whether_it_was_named():
    assert "lost, and the copier has not named it" in arrivals_table(copied().history)
    assert "lost, and the copier has named it" in arrivals_table(copied("lost: note").history)
    assert "not taken along" in arrivals_table(copied(counts=False).history)
    assert "arrived" in arrivals_table(copied(kept=True).history)
    assert arrivals_table(Tale().history) == ""
