"""Turns: an unfair copier is told with its shares, lots are not, and a reader that is refused for a moment is none."""

import random

import pytest
from tale import MIB, Tale, says

from ContentionLibrary.checks.check import runs_of
from ContentionLibrary.checks.fairness import (
    ASK,
    ONE_DESTINATION,
    ONE_LOCK,
    ONE_QUEUE,
    Period,
    least_period,
    longest_period,
    readers_kept_out,
    starved,
    too_short,
    unfair_shares,
    window,
)
from ContentionLibrary.history.acts import Answer
from ContentionLibrary.history.copies import Ending, StepReached

COPIERS = ("copier A", "copier B", "copier C")


def contest(winners, copiers=COPIERS, refusals=0):
    """Copies succeed in this order; each of the others is refused so often beside each of them."""
    tale = Tale(ONE_DESTINATION, stepped=False, interferes=False)
    for who in copiers:
        tale.began(who)
    for winner in winners:
        for other in copiers:
            for _ in range(refusals if other != winner else 0):
                tale.ended(Ending.BUSY, who=other).began(other)
        tale.ended(who=winner).began(winner)
    return tale.history


def period(history):
    (run,) = runs_of(history)
    return Period(run)


def lots(seed, count, copiers=COPIERS):
    draw = random.Random(seed)
    return [draw.choice(copiers) for _ in range(count)]


@pytest.mark.parametrize(
    ("winners", "index"),
    [(COPIERS * 4, 1.0), (("copier A",) * 9, 1 / 3), (("copier A", "copier B") * 9, 2 / 3), ((), 0.0)],
)
def test_the_index_is_that_of_jain(winners, index):
    assert period(contest(winners)).index == pytest.approx(index)


@pytest.mark.parametrize(("copiers", "copies"), [(2, 14), (3, 23), (5, 42)])
def test_a_window_is_what_lots_exceed_once_in_ten_thousand(copiers, copies):
    assert window(copiers) == copies
    assert (1 - 1 / copiers) ** copies <= 1e-4 < (1 - 1 / copiers) ** (copies - 1)


@pytest.mark.parametrize(("copiers", "quantile"), [(2, 15.14), (3, 18.42), (5, 23.51)])
def test_the_longest_period_comes_from_chi_square(copiers, quantile):
    """The quantiles are those of the tables; the approximation lies at most 8 % above them, in the copier's favour."""
    assert quantile * 9 <= longest_period(copiers) <= quantile * 9 * 1.08


def test_taking_turns_is_fair_and_settled_after_the_shortest_period():
    history = contest((COPIERS * 9)[: least_period(3)], refusals=2)
    assert unfair_shares(history) + starved(history) == []
    assert too_short(history) == []


def test_one_that_has_all_is_found_with_shares_and_waits():
    history = contest(("copier A",) * 26, refusals=1)
    (unfair,) = unfair_shares(history)
    assert says(unfair, "26 copies", "copier A 26, copier B 0, copier C 0", "Jain's index is 0.33", "demanded is 0.9")
    (waits,) = starved(history)
    assert says(waits, "While 26 copies of others succeeded in a row, copier C did not come to one", "asked 27 times")
    assert (unfair.level, waits.level) == (None, None)


def test_one_that_is_left_out_is_found_however_fair_the_others_are_among_themselves():
    assert len(starved(contest(("copier A", "copier B") * 13))) == 1


def test_nobody_who_succeeds_is_found_too():
    tale = Tale(ONE_DESTINATION, stepped=False, interferes=False)
    for number in range(40):
        tale.began(COPIERS[number % 3]).ended(Ending.BUSY, who=COPIERS[number % 3])
    (finding,) = starved(tale.history)
    assert says(finding, "Not one of 40 copies succeeded while 3 copiers asked")


@pytest.mark.parametrize("seed", range(300))
def test_lots_are_never_blamed_and_settle_in_the_longest_period(seed):
    """Judged after each copy, as the play does it: what is told is the first time that it is settled."""
    for count in range(least_period(3), longest_period(3) + 1, 10):
        seen = period(contest(lots(seed, count)))
        if seen.is_settled:
            break
    assert seen.is_settled
    assert seen.index >= 0.9
    assert not seen.is_starving


def test_too_few_copies_prove_nothing():
    (reason,) = too_short(contest(COPIERS * 3))
    assert "9 of 12 copies succeeded before the time was over" in reason


def test_an_index_that_chance_may_have_made_is_not_proven():
    winners = (("copier A", "copier A", "copier B", "copier A", "copier C") * 6)[:27]
    assert unfair_shares(contest(winners)) == []
    assert "Jain's index 0.72" in too_short(contest(winners))[0]


def passed(newcomers, *, early=0, ending=Ending.SUCCESS):
    """Copier B comes while copier A is at work; some come before A has ended, others after; then B ends."""
    tale = Tale(ONE_QUEUE, interferes=False).began("copier A").began("copier B")
    began = tale._clock
    for number in range(early):
        tale.ended(who=f"copier {'CDEFGH'[number]}")
    tale.ended(who="copier A")
    for number in range(newcomers):
        tale._clock += 0.1
        tale.ended(ending, who=f"copier {'CDEFGH'[number]}")
    tale.ended(Ending.KILLED, who="copier B", took=tale._clock - began)
    return tale.history


def test_one_that_waits_and_is_passed_by_five_is_found():
    (finding,) = starved(passed(5))
    assert says(finding, "copier B waited for copier A", "5 copiers that had begun later succeeded before it")


@pytest.mark.parametrize(
    "history", [passed(4), passed(0), passed(1, early=5), passed(5, ending=Ending.BUSY)], ids=range(4)
)
def test_one_that_is_passed_by_fewer_has_not_starved(history):
    assert starved(history) == []


def asked(*answers):
    """A reader asks at each of some steps in the midst of the data, and at one before and one after them."""
    tale = Tale(ONE_LOCK, older=True).began()
    for number, answer in enumerate((Answer.DONE, *answers, Answer.DONE)):
        written = MIB if 0 < number <= len(answers) else 0
        facts = {"call": "write", "written": written, "settled": True, "pid": 1}
        tale._note(StepReached, who="the copier", step=f"step {number}", **facts)
        lock = "shared flock lock on the destination"
        tale.act(ASK, "reader", step=f"step {number}", answer=answer, target=lock)
    return tale.ended().history


def test_a_reader_that_is_refused_as_long_as_data_flow_is_found_with_both_steps():
    (finding,) = readers_kept_out(asked(*[Answer.REFUSED] * 4))
    assert says(finding, "From 'step 1' to 'step 4'", "reader was refused a shared flock lock", "each of 4 steps")
    assert finding.step == "step 1"


@pytest.mark.parametrize(
    "answers",
    [
        [Answer.REFUSED, Answer.REFUSED, Answer.DONE, Answer.REFUSED],
        [Answer.ABSENT] * 4,
        [Answer.REFUSED] * 2,
        [],
    ],
)
def test_a_reader_that_comes_to_it_once_is_not_kept_out(answers):
    assert readers_kept_out(asked(*answers)) == []
