"""Speeds: a copier is blamed when pairs say so, and nobody is blamed for a busy machine, or for a rival that is refused."""

import math
import random

import pytest
from tale import MIB, SUBJECT, Tale, says

from ContentionLibrary.checks.throughput import (
    cliffs,
    is_decided,
    lost_work,
    samples,
    slower,
    thrashing,
    undecided,
    work_kept,
)
from ContentionLibrary.history.figures import Compared, Job, Timed

SIZE = 16 * MIB
ALONE = 0.1  # seconds


def job(seconds, *, moved=1.0, succeeded=True, read=1.0, came=0.1):
    return Job(came, seconds, succeeded, 0.02, int(read * SIZE), int(moved * SIZE))


def timed(crowd, *, spread=0.0, rounds=5, seed=1, demanded=0.5, counts=(1, 3), uneven=1.0):
    """One play: `crowd` returns the jobs beside so many competitors, or these with what the competitors themselves took.

    Each sample takes longer or shorter by a factor of the given spread; `uneven` is by how much every second uncontended copy
    takes longer besides.
    """
    draw = random.Random(seed)
    tale = Tale("copies beside others", stepped=False, interferes=False).began().ended()
    turn = 0

    def note(number, count, jobs, others=0.0, together=0.0):
        factor = math.exp(draw.gauss(0, spread)) * (uneven if not count and turn % 2 else 1)
        scaled = tuple(
            Job(one.came, one.seconds * factor, one.succeeded, one.processor, one.read, one.written) for one in jobs
        )
        facts = {"others": others * factor, "together": together * factor, "demanded": demanded}
        tale._note(Timed, round=number, competitors=count, jobs=scaled, **facts)

    note(1, 0, [job(ALONE)])
    for number in range(1, rounds + 1):
        for count in counts:
            found = crowd(count)
            note(number, count, *(found if isinstance(found, tuple) else (found,)))
            turn += 1
            note(number, 0, [job(ALONE)])
    return tale.history


def in_turns(count):
    """Each waits for the one before it: one after the other."""
    return [job(ALONE * (number + 1)) for number in range(count + 1)]


def asleep(count):
    """Each sleeps for a second when there is somebody else."""
    return [job(1.0 + ALONE) for _ in range(count + 1)]


def test_copies_that_take_turns_lose_nothing():
    history = timed(in_turns)
    assert {round(one.ratio, 6) for one in samples(history)} == {1.0}
    assert lost_work(history) + cliffs(history) + thrashing(history) + undecided(history) == []
    assert is_decided(history)


def test_what_was_kept_is_told_also_of_a_copier_that_lost_nothing():
    told = work_kept(timed(in_turns))
    assert [question.about for _, question in told] == ["with 1 competitor", "with 3 competitors"]
    assert all(
        question.median.middle == pytest.approx(1, abs=0.01) and question.median.pairs == 5 for _, question in told
    )


def test_copies_that_sleep_are_found_with_ratio_interval_and_count():
    first, second = lost_work(timed(asleep))
    assert says(first, "With 1 competitor the work per second was 0.18", "between", "5 pairs", "demanded is 0.5")
    assert says(second, "With 3 competitors", "0.36")
    assert first.level is None


@pytest.mark.parametrize("cost", [0.0, 0.02, 0.1])
def test_rivals_that_are_refused_at_once_take_nothing_from_the_winner(cost):
    """Even if the winner comes to nothing as long as they are there."""

    def refused(count):
        at = cost * count
        return [job(ALONE + at), *[job(at, moved=0, succeeded=False) for _ in range(count)]]

    assert lost_work(timed(refused)) + undecided(timed(refused)) == []


def test_a_winner_that_sleeps_is_found_though_its_rivals_take_as_long_for_their_refusal():
    def refused(count):
        return [job(2.0), *[job(1.9, moved=0, succeeded=False) for _ in range(count)]]

    assert len(lost_work(timed(refused))) == 2


def test_rivals_that_are_refused_after_their_work_count_with_it():
    def late(count):
        return [job(ALONE * (count + 1) / 2, succeeded=not number) for number in range(count + 1)]

    assert {round(one.ratio, 6) for one in samples(timed(late))} == {2.0}


def test_rivals_that_wait_long_for_their_refusal_are_not_waited_for():
    def waiting(count):
        return [job(ALONE), *[job(5.0, moved=0, succeeded=False) for _ in range(count)]]

    assert lost_work(timed(waiting)) == []


def test_when_nobody_copies_anything_the_work_is_lost():
    assert len(lost_work(timed(lambda count: [job(1.0, moved=0, succeeded=False)] * (count + 1)))) == 2


def test_who_waits_before_its_first_step_has_to_come_yet():
    """As with a lock around a whole program: what it takes to start is in the contended time, and in no other."""

    def one_by_one(count):
        return [job(ALONE), *[job(ALONE * (2 * which + 3), came=0.0) for which in range(count)]]

    assert all(1.0 <= one.ratio < 1.001 for one in samples(timed(one_by_one)))


def test_beginning_again_is_no_work():
    def again(count):
        return [job(ALONE * 10, moved=10)] * (count + 1)

    assert len(lost_work(timed(again))) == 2


def test_a_clone_that_moves_nothing_counts_by_its_success():
    tale = Tale("clones", stepped=False, interferes=False).began().ended()
    for number in range(6):
        for count in (0, 1) if number else (0,):
            jobs = (job(ALONE, moved=0),) * (count + 1)
            tale._note(Timed, round=number, competitors=count, jobs=jobs, others=0.0, together=0.0, demanded=0.5)
            if count:
                tale._note(Timed, round=number, competitors=0, jobs=jobs[:1], others=0.0, together=0.0, demanded=0.5)
    assert {round(one.ratio, 6) for one in samples(tale.history)} == {2.0}


def test_the_work_of_readers_is_counted_with_what_they_take_alone():
    assert {round(one.ratio, 6) for one in samples(timed(lambda count: ([job(0.4)], 0.3, 0.4)))} == {1.0}
    assert len(lost_work(timed(lambda count: ([job(1.0)], 0.3, 0.4)))) == 2


@pytest.mark.parametrize("seed", range(50))
def test_a_good_copier_passes_on_a_machine_where_times_vary_by_half(seed):
    """A spread of 0.3 is one that makes one of ten uncontended copies differ from the next one by the factor 2."""
    history = timed(in_turns, spread=0.3, seed=seed, rounds=15)
    assert lost_work(history) + cliffs(history) + undecided(history) == []


@pytest.mark.parametrize("seed", range(50))
def test_a_copier_that_sleeps_is_found_on_such_a_machine_too(seed):
    assert lost_work(timed(asleep, spread=0.3, seed=seed, rounds=15))


@pytest.mark.parametrize("seed", range(20))
def test_a_good_copier_is_not_blamed_however_noisy_the_machine(seed):
    for spread in (0.5, 1.0, 2.0):
        history = timed(in_turns, spread=spread, seed=seed, rounds=15)
        assert lost_work(history) == []


def alternating(alone=ALONE):
    """Copies that keep a bit more than half every second time, and a bit less the other times."""
    turn = iter(range(1000))
    return lambda count: [job(alone * (count + 1) * (2.1 if next(turn) % 2 else 1.9)), *[job(0.001)] * count]


def test_what_has_no_side_is_decided_by_the_median_if_the_machine_was_quiet():
    history = timed(alternating(), rounds=15, counts=(3,))
    assert not is_decided(history)
    assert undecided(history) == []
    assert lost_work(history) == []


def test_what_has_no_side_is_not_proven_if_the_machine_was_noisy():
    history = timed(alternating(ALONE * math.sqrt(2.5)), rounds=15, counts=(3,), uneven=2.5)
    assert lost_work(history) == []
    (reason,) = undecided(history)
    assert "too noisy" in reason
    assert "uncontended copies differed from the next one by more than the factor 2" in reason


def test_too_few_pairs_prove_nothing():
    assert lost_work(timed(asleep, rounds=3)) == []
    assert all("only 3 of at least 5 pairs" in reason for reason in undecided(timed(asleep, rounds=3)))


def test_a_profile_may_ask_for_less():
    assert lost_work(timed(asleep, demanded=0.1)) + undecided(timed(asleep, demanded=0.1)) == []


def test_a_cliff_between_neighbours_is_found():
    def steep(count):
        return [job(ALONE * (count + 1) * (1 if count < 3 else 8))] * (count + 1)

    (finding,) = cliffs(timed(steep))
    assert says(finding, "From 1 to 3 competitors", "fell to 0.12", "5 pairs")


def test_reading_again_because_of_others_is_found_in_bytes():
    def again(count):
        return [job(ALONE * (count + 1), read=1 + count)] * (count + 1)

    (finding,) = thrashing(timed(again))
    assert says(
        finding, "With 3 competitors each copier has read 64.0 MiB, and 16.0 MiB without any", "5 and 11 copies"
    )


def compared(ratios, before):
    return Tale("against").began()._note(Compared, ratios=ratios, before=before, path="baseline.json").history


def test_a_third_of_the_speed_of_the_baseline_is_found():
    (finding,) = slower(compared((0.3, 0.31, 0.29, 0.3, 0.32), (1.0, 1.1, 0.9, 1.0, 1.05)))
    assert says(
        finding, "0.30 (between", "in the baseline it was 1.00 (between 0.90 and 1.10, 5 pairs)", "baseline.json"
    )


def test_a_difference_within_the_noise_is_none():
    assert slower(compared((0.3, 1.1, 0.7, 0.4, 0.2), (1.0, 1.1, 0.9, 1.0, 1.05))) == []


def test_without_a_baseline_there_is_nothing_to_compare():
    assert slower(compared((0.5, 0.5, 0.5, 0.5, 0.5), ())) == []


def test_only_the_play_that_was_timed_is_spoken_of():
    assert undecided(Tale("another").began().ended().history) == []
    assert all(event.subject == SUBJECT for event in timed(in_turns))
