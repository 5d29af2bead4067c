"""Copies on a server beside those of clients: one whole file, and nobody is told what is not so."""

import pytest
from tale import RENAME, SIZE, Tale, cut, says, spans, whole

from ContentionLibrary.checks.beside_clients import BEGIN, COPY, GO_ON, one_whole_file
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.history.acts import Answer
from ContentionLibrary.history.cast import OLDER, RIVAL_SOURCE, SOURCE
from ContentionLibrary.history.copies import Ending

CLIENT = "client that copies"


def copied(shown=OLDER, answer=Answer.DONE):
    """A client copies to the destination before the copier's step; `shown` is what the client has read before."""
    tale = Tale(older=True).looked("before", whole(OLDER)).held(RENAME).read(whole(shown), CLIENT, RENAME)
    return tale.act(COPY, CLIENT, step=RENAME, answer=answer)


def in_the_middle():
    return Tale(older=True).looked("before", whole(OLDER)).act(BEGIN, CLIENT).ended().act(GO_ON, CLIENT)


def found_by(tale):
    return one_whole_file(tale.history)


def test_the_copier_wins():
    assert found_by(copied().ended().looked("after", whole(SOURCE))) == []
    assert found_by(in_the_middle().looked("after", whole(SOURCE))) == []


def test_the_copier_is_told_and_the_client_wins():
    assert found_by(copied().ended(Ending.BUSY, "slide.bin").looked("after", whole(RIVAL_SOURCE))) == []


def test_a_client_that_comes_after_the_commit_wins():
    assert found_by(copied(shown=SOURCE).ended().looked("after", whole(RIVAL_SOURCE))) == []
    assert found_by(in_the_middle().looked("after", whole(RIVAL_SOURCE))) == []


MIXTURE = spans((SIZE // 2, SOURCE), (SIZE, RIVAL_SOURCE))


@pytest.mark.parametrize("ending", [Ending.SUCCESS, Ending.ERROR])
def test_a_mixture_at_a_step(ending):
    (found,) = found_by(copied().ended(ending, "slide").looked("after", MIXTURE))
    assert says(found, "MIXED content", f"before its step '{RENAME}', {CLIENT} copied another file")
    assert (found.level, found.step) == (Level("W", 0), RENAME)


def test_a_client_that_a_lock_refuses_has_emptied_the_file():
    (found,) = found_by(copied(SOURCE, Answer.REFUSED).ended().looked("after", cut(SOURCE, 0)))
    assert says(found, f"{CLIENT} began to copy another file to the destination and was refused (", "PARTIAL content")
    assert "copied another file" not in found.seen
    assert "Keep no lock on a file that has its final name already" in found.remedy


def test_a_mixture_of_a_copy_in_the_middle_of_another():
    (found,) = found_by(in_the_middle().looked("after", MIXTURE))
    assert says(found, "MIXED content", "in the middle of its copy")
    assert (found.level, found.step) == (Level("W", 0), "")


def test_a_part_of_a_file():
    (found,) = found_by(copied().ended().looked("after", cut(RIVAL_SOURCE, SIZE // 2)))
    assert says(found, "PARTIAL content", f"before its step '{RENAME}'")


def test_success_although_the_clients_file_is_there_still():
    (found,) = found_by(copied().ended().looked("after", whole(RIVAL_SOURCE)))
    assert says(found, "the copier reported success after that, yet the file of client that copies is there still")
    assert found.level == Level("E", 0)


def test_success_although_the_older_version_is_there():
    (found,) = found_by(copied().ended().looked("after", whole(OLDER)))
    assert found.level == Level("E", 0)


@pytest.mark.parametrize("there", [OLDER, SOURCE])
def test_a_copier_that_was_refused_and_has_undone_the_clients_copy(there):
    (found,) = found_by(copied().ended(Ending.BUSY, "slide.bin is in use").looked("after", whole(there)))
    assert says(found, "exit code 75", "the client's file is not there")
    assert found.level == Level("W", 0)


@pytest.mark.parametrize(
    ("ending", "level", "words"),
    [(Ending.SUCCESS, "E0", "yet there is no file"), (Ending.ERROR, "W0", "the client's file is not there")],
)
def test_no_file_although_somebody_was_told_that_there_is_one(ending, level, words):
    (found,) = found_by(copied().ended(ending, "slide").looked("after"))
    assert says(found, words)
    assert str(found.level) == level


def test_a_client_that_was_refused_and_a_copier_that_failed_have_lost_nothing():
    assert found_by(copied(answer=Answer.REFUSED).ended(Ending.ERROR, "slide").looked("after")) == []


def test_a_run_without_any_copy_of_a_client_is_not_judged():
    assert found_by(Tale().ended().looked("after", MIXTURE)) == []
