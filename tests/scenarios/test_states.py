"""What has gone wrong is kept as it looked: a copier that does not end, an error of the harness, the point of a finding."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.copiers.shelf import load
from ContentionLibrary.errors import HarnessError, NotPossibleHere
from ContentionLibrary.scenario.play import Play
from ContentionLibrary.scenario.scenario import Scenario
from ContentionLibrary.scenario.settings import Settings, Size
from ContentionLibrary.scenario.state import state_text
from ContentionLibrary.stepping.plan import Plan, Stop
from tests.scenarios.robots import CHECKOUT, command, environment


def run_robot(tmp_path, copier, scenario):
    output = tmp_path / "out"
    subprocess.run(
        command(output, copier, scenario), cwd=CHECKOUT, env=environment(tmp_path), capture_output=True, check=False
    )
    folder = output / "contention" / scenario
    return json.loads((folder / "state.json").read_text()), (folder / "state.txt").read_text()


def copier_in(state, name):
    return next(one for one in state["processes"] if name in one["command"])


def test_a_copier_that_does_not_end_is_shown_with_its_call_its_files_and_its_lock(tmp_path):
    patient = tmp_path / "hangs.yaml"  # time enough to come to where it hangs, however slow the machine
    shelf = CHECKOUT / "variables" / "copiers" / "faulty" / "hangs.yaml"
    patient.write_text(re.sub("time_limit: .*", "time_limit: 2 s", shelf.read_text()))
    states, text = run_robot(tmp_path, str(patient), "RDW-001")
    state = states[0]
    assert "the copier has not ended within its time limit" in state["occasion"]
    copier = copier_in(state, "hangs.py")
    assert [thread["call"] for thread in copier["threads"]] == ["pause"]
    assert "destination/.slide.bin.part" in [file["path"] for file in copier["descriptors"]]
    assert any("FLOCK WRITE on destination/.slide.bin.part" in lock for lock in state["locks"])
    assert "source/slide.bin" in [name["path"] for name in state["names"]]
    assert "hangs.py" in text and "in pause" in text


def test_the_point_of_a_finding_is_gone_back_to(tmp_path):
    states, _ = run_robot(tmp_path, "faulty/truncates-in-place", "WDR-001")
    (state,) = states
    assert "seen again after the scenario" in state["occasion"]
    assert "truncates_in_place.py" in copier_in(state, "faulty_copiers")["command"]
    assert any(one["command"] == "(reader)" for one in state["processes"]), "competitors are called by their names"


@pytest.fixture
def scenario(tmp_path):
    made = Scenario("X-001", "title", "category", Settings(load("good/simple"), Size.QUICK, tmp_path))
    yield made
    made.close()


def test_an_error_of_the_harness_is_kept_as_it_looked(scenario):
    def break_off(lane, enough):
        with lane.run() as run:
            run.start(Plan(Stop.FIRST)).next()
            raise HarnessError("the reader was lost")

    with pytest.raises(HarnessError):
        scenario.play(Play("a play", "a play", "a play", break_off))
    state = scenario.states[0]
    assert "run 1 was broken off: the reader was lost" in state.occasion
    assert [one.path for one in state.names if one.kind == "file"] == ["source/slide.bin"]
    assert "good_simple.py" in state_text(state), "the copier still stood there"


def test_nothing_is_kept_where_nothing_went_wrong(scenario):
    def copy(lane, enough):
        with lane.run() as run:
            run.start(Plan(Stop.NOWHERE)).run_to_end()

    scenario.play(Play("a play", "a play", "a play", copy))
    assert scenario.states == []


def test_a_point_that_nobody_can_look_at_is_not_passed_over_in_silence(scenario):
    def play_where_nobody_can_look(lane, enough):
        if scenario.only is not None and scenario.only.look_around is not None:
            raise NotPossibleHere("nobody can look around there")

    scenario.play(Play("a play", "a play", "a play", play_where_nobody_can_look))
    with pytest.raises(NotPossibleHere, match="nobody can look around there"):
        scenario.revisit(Finding("a check", "seen", "a step", "meaning", "remedy", play="a play", run=1))
    assert scenario.only is None, "later plays are whole ones"
