"""Memory that grows is told with figures; a buffer, noise, and bookkeeping are none."""

import random

import pytest
from tale import MIB, Tale, says

from ContentionLibrary.checks.memory import MEMORY_LEFT, grown_with_competitors, grown_with_size, kept
from ContentionLibrary.history.copies import Ending
from ContentionLibrary.history.figures import Series

SIZES = (4, 4, 8, 8, 12, 12, 16, 16, 20, 20)
CROWDS = (0, 0, 1, 1, 3, 3, 5, 5, 10, 10)


def measured(positions, values, along="MiB of the file", name="peak memory"):
    tale = Tale("measured").began().ended()
    series = {"positions": tuple(map(float, positions)), "values": tuple(value * MIB for value in values)}
    tale._note(Series, name=name, unit="bytes", along=along, **series)
    return tale.history


def noise(seed):
    draw = random.Random(seed)
    return [10 + draw.gauss(0, 0.2) for _ in SIZES]


def test_a_whole_file_in_memory_is_found_with_slope_and_interval():
    (finding,) = grown_with_size(measured(SIZES, [9 + size for size in SIZES]))
    assert says(finding, "grew by 1 MiB for each MiB of the file", "10 copies", "from 13.0 to 29.0 MiB")
    assert finding.level is None


@pytest.mark.parametrize("seed", range(20))
def test_half_of_the_file_is_found_in_noise_too(seed):
    values = [some + size / 2 for some, size in zip(noise(seed), SIZES, strict=True)]
    assert len(grown_with_size(measured(SIZES, values))) == 1


@pytest.mark.parametrize("seed", range(200))
def test_noise_is_no_growth(seed):
    assert grown_with_size(measured(SIZES, noise(seed))) == []
    assert grown_with_competitors(measured(CROWDS, noise(seed), "competitors")) == []


def test_a_buffer_that_is_filled_once_is_no_growth():
    assert grown_with_size(measured(SIZES, [9 + min(size, 12) for size in SIZES])) == []


def test_a_list_of_checksums_is_no_growth():
    assert grown_with_size(measured(SIZES, [9 + size / 100 for size in SIZES])) == []


def test_four_mib_for_each_rival_is_found():
    (finding,) = grown_with_competitors(measured(CROWDS, [9 + 4 * count for count in CROWDS], "competitors"))
    assert says(finding, "grew by 4 MiB for each competitor")


def test_some_kilobytes_for_each_rival_are_no_growth():
    assert grown_with_competitors(measured(CROWDS, [9 + count / 64 for count in CROWDS], "competitors")) == []


def test_too_few_points_say_nothing():
    assert grown_with_size(measured(SIZES[:4], SIZES[:4])) == []


def test_memory_of_processes_that_stay_is_found_with_their_names():
    tale = Tale("measured").began().ended(Ending.SUCCESS, survivors=("17 helper",))
    tale._note(Series, name=MEMORY_LEFT, unit="bytes", along="copies", positions=(0.0, 1.0), values=(0.0, 5.0 * MIB))
    (finding,) = kept(tale.history)
    assert says(finding, "still had 5.0 MiB", "17 helper")


def test_memory_that_is_given_back_is_fine():
    assert kept(measured((0, 1, 2), (0, 0, 0), "copies", MEMORY_LEFT)) == []
