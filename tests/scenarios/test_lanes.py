"""Lanes of a play that was broken off: what they still do comes to its end before the workspace is emptied."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ContentionLibrary.copiers.shelf import load
from ContentionLibrary.errors import HarnessError
from ContentionLibrary.processes.channel import ChannelClosed
from ContentionLibrary.scenario.play import Play
from ContentionLibrary.scenario.scenario import Scenario
from ContentionLibrary.scenario.settings import Settings, Size


def no():
    return False


@pytest.fixture
def scenario(tmp_path):
    made = Scenario("X-001", "title", "category", Settings(load("good/simple"), Size.QUICK, tmp_path))
    yield made
    made.close()


def break_off(scenario, go_on):
    """Break a play off while one of its lanes waits for a child; that lane goes on when it is told that the child is gone."""
    waits = threading.Event()

    def one(lane, number, item):
        if item == "breaks":
            assert waits.wait(30)
            raise HarnessError("broken off")
        competitor = lane.competitor("reader")
        waits.set()
        with pytest.raises(ChannelClosed):
            competitor.channel.receive(60)  # it was told to do nothing, and says nothing
        go_on(lane)

    with pytest.raises(HarnessError, match="broken off"):
        scenario.play(
            Play("a play", "a play", "a play", lambda lane, _: lane.side_by_side(["breaks", "waits"], one, no))
        )


def test_a_lane_that_is_still_at_work_makes_nothing_after_the_end(scenario):
    was_told, may_make, has_made = (threading.Event() for _ in range(3))
    workspace = scenario.stage.parent

    def go_on(lane):
        was_told.set()
        assert may_make.wait(30)
        (workspace / "stage" / "late").mkdir(parents=True)
        has_made.set()

    break_off(scenario, go_on)
    closing = threading.Thread(target=scenario.close)
    closing.start()
    assert was_told.wait(30)
    closing.join(0.5)  # an end that does not wait has emptied the workspace by now
    may_make.set()
    closing.join(30)
    assert has_made.wait(30)
    assert not workspace.exists()


def test_nothing_is_started_any_more_for_a_lane_that_goes_on(scenario):
    refusals = []

    def go_on(lane):
        with pytest.raises(HarnessError) as refused:
            lane.competitor("another reader")
        refusals.append(str(refused.value))

    break_off(scenario, go_on)
    assert scenario.close() == []
    assert refusals == ["This starter was stopped; a scenario that goes on needs a new one."]


def test_lanes_end_when_the_opening_of_one_is_interrupted(scenario, monkeypatch):
    """Robot raises what a signal means in the middle of whatever goes on."""

    kept = []  # as whoever looks into the exception keeps it; one that nobody keeps ends its threads

    class Interrupted(ThreadPoolExecutor):
        def submit(self, *words):
            kept.append(self)
            super().submit(*words)
            raise KeyboardInterrupt

    monkeypatch.setattr("ContentionLibrary.scenario.lane.ThreadPoolExecutor", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        scenario.play(
            Play("a play", "a play", "a play", lambda lane, _: lane.side_by_side(["one"], lambda *_: None, no))
        )
    lanes = [thread for thread in threading.enumerate() if thread.name.startswith("lane")]
    for lane in lanes:
        lane.join(10)
    assert not any(lane.is_alive() for lane in lanes)
