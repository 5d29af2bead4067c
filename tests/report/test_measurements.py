"""Figures as people read them."""

from __future__ import annotations

import pytest

from ContentionLibrary.report.measurements import Figures


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [
        (22.874, "µs", "22.9 µs"),
        (43.84939, "%", "43.8 %"),
        (0.00123456, "", "0.00123"),
        (20387.874, "µs", "20,388 µs"),
        (3.0, "", "3"),
        (896 << 10, "bytes", "896 KiB"),
        (4_194_304, "bytes", "4 MiB"),
        (1.5 * 2**30, "bytes", "1.5 GiB"),
    ],
)
def test_a_value_is_told_in_three_digits_and_sizes_in_one_manner(value, unit, told):
    assert Figures("a figure", unit, (value,)).shown(value) == told


def test_what_a_name_does_not_tell_is_explained():
    assert "free races" in Figures("rounds", "", (3.0,)).meaning
    assert Figures("rings", "", (3.0,)).meaning == ""
