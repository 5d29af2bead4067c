"""The chart in the log is an image that any page can show, and says what it shows."""

from xml.etree import ElementTree

from ContentionLibrary.history.figures import Measured, PhaseBegan, Series
from ContentionLibrary.history.recording import History
from ContentionLibrary.report.chart import chart, charts

COMMON = {"at": 1.0, "subject": "the copier under test", "play": "p", "run": 1}


def series(values=(0.0, 3.0, 1.0), name="descriptors", unit="", along="s"):
    positions = tuple(float(at) for at in range(len(values)))
    return Series(**COMMON, name=name, unit=unit, along=along, positions=positions, values=values)


def phase(at, name):
    return PhaseBegan(**{**COMMON, "at": at}, name=name)


def words(drawn):
    return [text.text for text in ElementTree.fromstring(drawn).iter() if text.text]


def test_it_is_well_formed_and_names_figure_peak_and_phases():
    said = words(chart(series(), [phase(0.0, "rest <1>"), phase(1.0, "work")]))
    assert "descriptors (most: 3)" in said
    assert {"rest <1>", "work"} <= set(said)


def test_it_takes_the_colour_of_the_page():
    drawn = chart(series())
    assert "currentColor" in drawn
    assert all(colour not in drawn for colour in ("black", "white", "#000", "#fff"))


def test_bytes_are_told_in_units():
    assert "memory (most: 3 MiB)" in words(chart(series((0.0, 3.0 * (1 << 20)), "memory", "bytes")))


def test_a_single_point_and_a_flat_line_can_be_drawn():
    assert words(chart(series((2.0,))))
    assert words(chart(series((2.0, 2.0))))


def test_what_never_changes_is_told_in_a_line_and_the_cost_as_well():
    cost = Measured(**COMMON, name="cost of the monitor", value=1.2, unit="% of a processor")
    shown = charts(History([series(), series((4.0, 4.0), "locks"), cost]))
    assert shown.count("<svg") == 1
    assert "Always the same: locks 4" in shown
    assert "The monitor used 1.2 % of a processor" in shown


def test_without_series_there_is_nothing():
    assert charts(History()) == ""
