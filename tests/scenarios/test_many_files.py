"""Many files in one process: what nobody has counted proves nothing."""

from dataclasses import replace

import pytest

from ContentionLibrary.checks.holdings import NOTHING_GROWS
from ContentionLibrary.copiers.shelf import load
from ContentionLibrary.history.events import Limitation
from ContentionLibrary.scenario.plays.repeating import many_files
from ContentionLibrary.scenario.scenario import Scenario
from ContentionLibrary.scenario.settings import Settings, Size


@pytest.fixture
def play(tmp_path):
    made = []

    def play(**changes):
        profile = replace(load("good/simple"), **changes)
        scenario = Scenario("FHL-002", "title", "category", Settings(profile, Size.QUICK, tmp_path))
        made.append(scenario)
        scenario.play(many_files())
        failing, _, control = scenario.check(NOTHING_GROWS)
        assert failing == [] and control.seen
        return scenario

    yield play
    for scenario in made:
        scenario.close()


def test_who_closes_what_it_has_copied_passes(play):
    assert play().unproven() == []


def test_who_copies_nothing_is_not_proven(play):
    reasons = play(folder_command=("true", "{source_folder}", "{destination_folder}")).unproven()
    assert any("no file was seen to be made in the folder" in reason for reason in reasons)
    assert any("only 0 of 42 files of the folder arrived whole" in reason for reason in reasons)
    assert any("it was held 0 times, and a line needs" in reason for reason in reasons)


def test_who_copies_some_files_only_is_not_proven(play):
    first = ("cp", "{source_folder}/file 1", "{source_folder}/file 2", "{destination_folder}")
    assert any("only 2 of 42 files" in reason for reason in play(folder_command=first).unproven())


def test_who_has_no_command_for_folders_is_left_out_and_that_is_told(play):
    told = [event.what for event in play(folder_command=()).played().of(Limitation)]
    assert len(told) == 1 and "it has no folder_command" in told[0]
