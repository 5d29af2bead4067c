"""A line through many points tells growth from noise, from a step, and from what is set up once."""

import math
import random

import pytest

from ContentionLibrary.checks.growth import fit, growth, t_quantile

COUNTS = range(40)


def noise(seed, size=1.0):
    """Whole numbers around nothing, the same for the same seed."""
    draw = random.Random(seed)
    return [round(draw.gauss(0, size)) for _ in COUNTS]


@pytest.mark.parametrize(
    ("probability", "freedom", "exact"),
    [(0.975, 3, 3.1824), (0.975, 10, 2.2281), (0.995, 5, 4.0321), (0.995, 30, 2.7500), (0.9995, 8, 5.0413)],
)
def test_quantile_is_that_of_the_printed_tables(probability, freedom, exact):
    assert t_quantile(probability, freedom) == pytest.approx(exact, rel=0.01)


def test_quantile_of_two_degrees_of_freedom_is_refused():
    with pytest.raises(ValueError, match="too few"):
        t_quantile(0.975, 2)


def test_line_through_a_textbook_example():
    line = fit([1, 2, 3, 4, 5], [2, 4, 5, 4, 5], 0.95)
    assert line.slope == pytest.approx(0.6)
    assert line.high - line.slope == pytest.approx(3.182 * math.sqrt(2.4 / 3 / 10), rel=0.01)


def test_four_points_are_too_few():
    with pytest.raises(ValueError, match="too few"):
        fit([1, 2, 3, 4], [1, 2, 3, 4])
    assert growth([1, 2, 3, 4], [1, 2, 3, 4], 1) is None


@pytest.mark.parametrize("seed", range(200))
def test_noise_is_no_growth(seed):
    assert growth(COUNTS, noise(seed), 1) is None


@pytest.mark.parametrize("seed", range(20))
def test_one_more_each_time_is_growth_also_in_noise(seed):
    line = growth(COUNTS, [5 + at + add for at, add in zip(COUNTS, noise(seed), strict=True)], 1)
    assert line is not None
    assert line.low <= 1 <= line.high


def test_growth_without_noise_has_an_exact_slope():
    line = growth(COUNTS, [3 * at for at in COUNTS], 1)
    assert line is not None
    assert (line.slope, line.low, line.high) == pytest.approx((3, 3, 3))


@pytest.mark.parametrize("at", [1, 5, 12, 20, 30, 38])
def test_a_single_step_is_no_growth_wherever_it_is(at):
    assert growth(COUNTS, [0] * at + [10] * (40 - at), 1) is None


def test_what_is_set_up_in_the_first_copies_is_no_growth():
    assert growth(COUNTS, [min(at, 5) for at in COUNTS], 1) is None


def test_what_goes_to_and_fro_is_no_growth():
    assert growth(COUNTS, [at % 2 for at in COUNTS], 1) is None


def test_what_shrinks_does_not_grow():
    assert growth(COUNTS, [100 - at for at in COUNTS], 1) is None


def test_growth_that_is_not_worth_a_word_is_none():
    assert growth(COUNTS, [at / 100 for at in COUNTS], 1) is None


def test_one_more_every_third_time_is_growth():
    assert growth(COUNTS, [at // 3 for at in COUNTS], 1) is not None
