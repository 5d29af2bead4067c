"""Signs of pairs: which side leads, how surely, and what a noisy machine makes of it."""

import random

import pytest

from ContentionLibrary.checks.pairs import LEAD, MOST_PAIRS, Side, median, side, turned_around


@pytest.mark.parametrize(
    ("ratios", "told"),
    [
        ([1.0] * 5, Side.KEPT),
        ([0.1] * 5, Side.LOST),
        ([0.5] * 5, Side.KEPT),
        ([1.0] * 4, Side.OPEN),
        ([1.0, 0.1] * 10, Side.OPEN),
        ([0.1, *[1.0] * 6], Side.KEPT),
        ([*[0.1] * 5, *[1.0] * 10], Side.LOST),
        ([], Side.OPEN),
    ],
)
def test_the_side_that_leads_by_five_is_told_and_stays(ratios, told):
    assert side(ratios, 0.5) is told


def test_chance_that_turns_one_pair_of_seven_leads_to_the_wrong_side_once_in_thousands():
    draw = random.Random(1)
    ends = [side((1.0 if draw.random() < 0.85 else 0.1 for _ in range(MOST_PAIRS)), 0.5) for _ in range(20_000)]
    assert ends.count(Side.LOST) <= 20
    assert ends.count(Side.KEPT) > 19_000


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(1, 1, 1), (4, 1, 4), (5, 1, 5), (8, 2, 7), (15, 4, 12)],
)
def test_the_interval_of_a_median_is_that_of_the_sign_test(count, low, high):
    """The ranks are those of the tables for 90 % (e.g. 4 and 12 for 15: 2 * P(at most 3 heads of 15) = 0.035, of 4: 0.118)."""
    told = median([float(number) for number in range(1, count + 1)])
    assert (told.low, told.high, told.pairs) == (low, high, count)


def test_a_median_is_told_with_interval_and_count():
    assert str(median([0.2, 0.1, 0.3, 0.2, 0.4])) == "0.20 (between 0.10 and 0.40, 5 pairs)"


@pytest.mark.parametrize(
    ("values", "part"),
    [([1, 1.5, 1, 1.9], 0.0), ([1, 3, 1, 3], 1.0), ([1, 1, 1, 3, 3], 0.25), ([1], 1.0), ([], 1.0), ([0, 1], 1.0)],
)
def test_neighbours_that_differ_by_more_than_the_factor_are_counted(values, part):
    assert turned_around(values, 0.5) == part


def test_the_lead_is_what_the_documentation_says():
    assert LEAD == 5
    wrong = (0.15 / 0.85) ** LEAD
    assert wrong == pytest.approx(1 / 6000, rel=0.05)
