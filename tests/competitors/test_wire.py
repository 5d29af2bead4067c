"""What is seen survives the way from one process to another."""

import json

import pytest

from ContentionLibrary.competitors.report import Look, Outcome, outcome_from_wire, outcome_to_wire
from ContentionLibrary.content.sighting import Kind, Sighting, Span, Version
from ContentionLibrary.content.wire import from_wire, to_wire
from ContentionLibrary.history.acts import Answer

SIGHTINGS = [
    Sighting(0, ()),
    Sighting(24, (Span(8, 16, Kind.VERSION, Version(3, 700)), Span(16, 32, Kind.ZERO)), start=8),
    Sighting(20, (Span(0, 8, Kind.SHIFTED, Version(1, 1), -16), Span(8, 20, Kind.FOREIGN)), complete=False),
]


@pytest.mark.parametrize("sighting", SIGHTINGS)
def test_a_sighting(sighting):
    assert from_wire(json.loads(json.dumps(to_wire(sighting)))) == sighting


def test_an_outcome():
    outcome = Outcome(
        Answer.REFUSED,
        "no",
        "EACCES",
        SIGHTINGS[1],
        ("a", "b"),
        (Look(Answer.ABSENT, "ENOENT", None, 1, 2, 3), Look(Answer.DONE, "", SIGHTINGS[2], 4, 5)),
        4,
        -9,
    )
    assert outcome_from_wire(json.loads(json.dumps(outcome_to_wire(outcome)))) == outcome
