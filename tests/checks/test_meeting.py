"""Whether copiers have met, and what the count of meetings says about the next ones."""

import pytest
from tale import SIZE, Tale, whole

from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.meeting import interval, were_at_work_together
from ContentionLibrary.checks.writers import COPIER_A, COPIER_B, one_winner
from ContentionLibrary.history.cast import COPIERS, OLDER, RIVAL_SOURCE, SENT, SOURCE
from ContentionLibrary.history.copies import CopyEnded, Ending

SUCCESS, BUSY, KILLED = Ending.SUCCESS, Ending.BUSY, Ending.KILLED
STEPS = ("create the file", "write the first bytes of the file", "write the last bytes of the file", "rename")
TOGETHER, LATE = (0.0, 0.2, 0.4, 0.5), (0.0, 0.6, 0.7, 0.8)


def race_of(endings, content, times=None):
    """All copiers start at a barrier; those that are not told otherwise are at work together."""
    tale = Tale("race", interferes=False)
    whoever = COPIERS[: len(endings)]
    for who in whoever:
        tale.began(who).held(STEPS[0], who)
    for who in whoever:
        tale.let_go(STEPS[0], who)
    for who, ending, when in zip(whoever, endings, times or [TOGETHER] * len(endings), strict=True):
        tale.ended(ending, "busy", who, steps=STEPS, step_times=when)
    return tale.looked("after", content)


def found_in(tale):
    return one_winner(tale.history)


LOCKING = ("create the temporary file", *STEPS)
IN_PLACE = ("create the destination", *STEPS)


@pytest.mark.parametrize(
    ("steps", "second", "content", "meets"),
    [
        (LOCKING, 0.5, RIVAL_SOURCE, False),  # it has waited for the lock file until the last step of the other one
        (LOCKING, 0.4, RIVAL_SOURCE, True),  # it was at work before that
        (LOCKING, 0.5, SOURCE, True),  # and yet what it has copied is gone
        (IN_PLACE, 0.5, RIVAL_SOURCE, True),  # it has made the destination meanwhile
    ],
)
def test_who_waits_for_a_lock_file_meets_nobody(steps, second, content, meets):
    """Copier A is held in the middle, and has to be let go before copier B has ended."""
    tale = Tale("rivals").began(COPIER_A).began(COPIER_B).held(STEPS[2], COPIER_A).let_go(STEPS[2], COPIER_A)
    tale.ended(SUCCESS, "", COPIER_B, steps=steps, step_times=(0.0, second, 0.6, 0.7, 0.8))
    tale.ended(SUCCESS, "", COPIER_A, steps=STEPS, step_times=(0.0, 0.1, 0.2, 0.5))
    assert bool(found_in(tale.looked("after", whole(content)))) == meets


@pytest.mark.parametrize("count", [3, 5, 10])
def test_one_of_many_wins(count):
    endings = [BUSY] * (count - 1) + [SUCCESS]
    assert found_in(race_of(endings, whole(SENT[COPIERS[count - 1]]))) == []


def test_one_of_many_has_won_and_lost():
    (found,) = found_in(race_of([BUSY, SUCCESS, BUSY], whole(SENT["copier C"])))
    assert found.seen.startswith("3 copiers ran freely: only copier B reported success, yet the destination holds all")
    assert "the source of copier C" in found.seen
    assert found.level == Level("E", 0)


def test_some_of_many_are_told_that_they_have_won():
    (found,) = found_in(race_of([SUCCESS, BUSY, SUCCESS], whole(SOURCE)))
    assert found.seen.startswith("3 copiers ran freely: copier A and copier C reported success, but the destination")
    assert found.level == Level("W", 1)


def test_all_of_many_refuse():
    (found,) = found_in(race_of([BUSY] * 5, None))
    assert found.seen == "5 copiers ran freely: all 5 refused, nobody's content got there."
    assert found.level is None


def test_two_of_many_that_came_one_after_the_other():
    assert found_in(race_of([SUCCESS, BUSY, SUCCESS], whole(SENT["copier C"]), [TOGETHER, TOGETHER, LATE])) == []


def test_of_two_that_came_one_after_the_other_one_must_be_there():
    (found,) = found_in(race_of([SUCCESS, SUCCESS], whole(OLDER), [TOGETHER, LATE]))
    assert "both reported success, yet the destination holds all 4 MiB of the older version" in found.seen


def same_job(first, second, content):
    tale = (
        Tale("overlap", interferes=False).began(COPIER_A).held(STEPS[2], COPIER_A).looked("held", None, step=STEPS[2])
    )
    tale.began(COPIER_B, source=SOURCE).ended(second, "busy", COPIER_B, steps=STEPS).let_go(STEPS[2], COPIER_A)
    return tale.ended(first, "busy", COPIER_A, steps=STEPS).looked("after", content)


def test_the_very_same_copy_may_succeed_twice():
    assert found_in(same_job(SUCCESS, SUCCESS, whole(SOURCE))) == []
    assert found_in(same_job(BUSY, SUCCESS, whole(SOURCE))) == []
    assert len(found_in(same_job(BUSY, SUCCESS, None))) == 1
    assert len(found_in(same_job(BUSY, BUSY, None))) == 1


def killed(first, content, *, held_content=None):
    tale = Tale("kill", interferes=False).began(COPIER_A).held(STEPS[2], COPIER_A)
    tale.looked("held", held_content, step=STEPS[2]).began(COPIER_B).held(STEPS[1], COPIER_B)
    tale.let_go(STEPS[1], COPIER_B, how="killed (tree)").ended(KILLED, "", COPIER_B, steps=STEPS[:2]).let_go(
        STEPS[2], COPIER_A
    )
    return tale.ended(first, "busy", COPIER_A, steps=STEPS).looked("after", content)


def test_who_is_left_of_a_killed_pair_may_refuse_and_may_succeed():
    assert found_in(killed(SUCCESS, whole(SOURCE))) == []
    assert found_in(killed(BUSY, None)) == []
    assert found_in(killed(BUSY, whole(RIVAL_SOURCE))) == []
    assert found_in(killed(SUCCESS, whole(RIVAL_SOURCE), held_content=whole(SOURCE))) == []


def test_who_is_left_of_a_killed_pair_must_have_delivered():
    (found,) = found_in(killed(SUCCESS, whole(RIVAL_SOURCE)))
    assert "while copier B was killed before its" in found.seen
    assert found.level == Level("E", 0)


def test_the_part_of_a_killed_copier_is_told_as_such():
    part = whole(RIVAL_SOURCE, SIZE // 2)
    assert [found.level for found in found_in(killed(BUSY, part))] == [Level("K", 0)]
    assert [found.level for found in found_in(killed(SUCCESS, part))] == [Level("W", 0)]


def ended(times, moment, ending=SUCCESS):
    facts = {"at": moment, "subject": "s", "play": "p", "run": 1, "who": "w", "ending": ending, "exit_code": 0}
    more = {"signal": None, "message": "", "began": -1.0, "ended": moment, "peak_memory": 0}
    return CopyEnded(**facts, **more, steps=STEPS[: len(times)], step_times=times)


@pytest.mark.parametrize(
    ("other", "together"),
    [
        (ended(TOGETHER, 0.6), True),
        (ended((0.0,), 0.3, BUSY), True),
        (ended((0.0,), 0.1, BUSY), False),
        (ended((0.0,), 0.9, BUSY), False),
        (ended(LATE, 0.9), False),
        (ended((), 0.3), False),
    ],
)
def test_who_was_at_work_together(other, together):
    assert were_at_work_together([ended(TOGETHER, 0.6), other]) is together
    assert were_at_work_together([other, ended(TOGETHER, 0.6)]) is together


def test_the_interval_is_the_one_of_the_text_books():
    assert interval(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert interval(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert interval(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)
