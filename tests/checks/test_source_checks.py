"""The source is still there when all is over, unless a copier that moves has moved it."""

import pytest
from tale import MIB, RENAME, SOURCE_FILE, Tale, cut, says, whole

from ContentionLibrary.checks import sources, truth
from ContentionLibrary.checks.writers import COPIER_A, COPIER_B
from ContentionLibrary.history.acts import Answer, Move
from ContentionLibrary.history.cast import AGAIN, CHANGED_SOURCE, OLDER, RIVAL_SOURCE, SOURCE
from ContentionLibrary.history.copies import Ending

RIVALS = "rival source 1/slide.bin"


def copier(*, moves=False, older=True):
    tale = Tale(older=older, consumes_source=moves)
    return tale.looked("before", whole(OLDER) if older else None).began()


@pytest.mark.parametrize("ending", [Ending.SUCCESS, Ending.ERROR, Ending.BUSY, Ending.HUNG, Ending.KILLED])
def test_who_only_copies_must_not_remove_the_source(ending):
    tale = copier().ended(ending, "slide.bin").looked("after", whole(SOURCE), source=False)
    (found,) = sources.lost_sources(tale.history)
    assert says(found, "The copier ended with", "(a play)", "the source is gone: the copier has removed it")
    assert "only a copy was asked for" in found.meaning
    assert found.level is None


@pytest.mark.parametrize("moves", [False, True])
@pytest.mark.parametrize("left", [None, whole(OLDER), cut(SOURCE, MIB)])
def test_a_file_is_lost_that_is_whole_nowhere(moves, left):
    tale = copier(moves=moves).killed(RENAME).looked("after", left, source=False)
    (found,) = sources.lost_sources(tale.history)
    assert says(found, f"killed before its step '{RENAME}'", "the source is gone while no destination holds it whole")
    assert (found.step, found.meaning[:17]) == (RENAME, "The file is lost:")


def test_who_fails_must_not_have_lost_the_file():
    tale = copier(moves=True).ended(Ending.ERROR, "slide.bin").looked("after", whole(OLDER), source=False)
    assert len(sources.lost_sources(tale.history)) == 1


@pytest.mark.parametrize(
    ("outcome", "tale"),
    [
        ("moved", copier(moves=True).ended().looked("after", whole(SOURCE), source=False)),
        ("moved, and then deleted", copier(moves=True).ended().looked("after", source=False)),
        ("killed just after it was moved", copier(moves=True).killed(RENAME).looked("after", whole(SOURCE), source=False)),
        ("copied", copier().ended().looked("after", whole(SOURCE))),
        ("failed", copier().ended(Ending.ERROR, "no").looked("after", whole(OLDER))),
        ("not run", Tale().looked("before").looked("after", source=False)),
        ("there was none", Tale().looked("before", source=False).began().ended().looked("after", source=False)),
    ],
)  # fmt: skip
def test_nothing_is_lost(outcome, tale):
    assert sources.lost_sources(tale.history) == [], outcome


def test_a_later_success_has_had_another_source():
    tale = copier(moves=True).ended(Ending.ERROR, "no").looked("after", whole(OLDER), source=False)
    tale.began(AGAIN).ended(who=AGAIN).looked("recovered", whole(SOURCE), source=False)
    assert len(sources.lost_sources(tale.history)) == 1


def test_what_competitors_take_is_theirs():
    deleted = copier().held(RENAME).act(truth.TAKE_AWAY, "deleter", step=RENAME)
    renamed = copier().renamed([Move(SOURCE_FILE, "elsewhere/moved")])
    moved = copier().rearranged(RENAME, "source", "elsewhere/moved")
    for tale in (deleted, renamed, moved):
        assert sources.lost_sources(tale.ended(Ending.ERROR, "no").looked("after", source=False).history) == []
    refused = copier().act(truth.TAKE_AWAY, "deleter", step=RENAME, answer=Answer.REFUSED)
    assert len(sources.lost_sources(refused.ended(Ending.ERROR, "no").looked("after", source=False).history)) == 1


def test_each_rival_has_a_source_of_its_own():
    tale = Tale(older=True, consumes_source=True).looked("before", whole(OLDER), [RIVALS])
    tale.began(COPIER_A).began(COPIER_B).ended(Ending.BUSY, "no", COPIER_B).ended(who=COPIER_A)
    (found,) = sources.lost_sources(tale.looked("after", whole(SOURCE), source=False).history)
    assert says(found, "Copier B ended with exit code 75 (", "the rival's source is gone while no destination holds")


def test_one_of_two_that_move_one_file_has_moved_it():
    tale = copier(moves=True).began(COPIER_A).began(COPIER_B, source=SOURCE)
    tale.ended(who=COPIER_A).ended(Ending.ERROR, "no", COPIER_B)
    assert sources.lost_sources(tale.looked("after", whole(SOURCE), source=False).history) == []


def test_a_source_that_was_written_is_spoiled():
    tale = copier().ended(Ending.ERROR, "no").looked("after", whole(OLDER)).source_seen(cut(SOURCE, MIB))
    (found,) = sources.lost_sources(tale.history)
    assert says(found, "the source is no longer what it was: it holds 1 of 4 MiB of the source, cut off")
    whole_again = copier().ended().looked("after", whole(SOURCE)).source_seen(whole(SOURCE))
    competitors = copier().act(truth.REWRITE, "changer").ended().looked("after", whole(SOURCE))
    assert sources.lost_sources(whole_again.history) == []
    assert sources.lost_sources(competitors.source_seen(whole(CHANGED_SOURCE)).history) == []


def test_a_rival_names_its_own():
    assert sources.rival_source(1, SOURCE_FILE) == RIVALS
    assert RIVAL_SOURCE in {version for _, version in sources._sources(_one(COPIER_B))}


def _one(who):
    (run,) = sources.runs_of(Tale().began(who).history)
    return run
