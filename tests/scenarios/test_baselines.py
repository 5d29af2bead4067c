"""Baselines: one for each copier and machine, whole or not at all, and a broken one is told with its remedy."""

import dataclasses

import pytest

from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.copiers.shelf import load
from ContentionLibrary.errors import UsageError
from ContentionLibrary.scenario.baselines import baseline_path, read_baseline, write_baseline
from tests.scenarios.direct import played, profile_with


@pytest.fixture
def path():
    return baseline_path(load("good/simple"), "8 MiB", "ext4")


def test_another_command_size_or_file_system_is_another_baseline(path):
    simple = load("good/simple")
    other = dataclasses.replace(simple, command=(*simple.command, "--fast"))
    others = [baseline_path(other, "8 MiB", "ext4"), baseline_path(simple, "4 MiB", "ext4")]
    others += [baseline_path(simple, "8 MiB", "xfs"), baseline_path(load("cp"), "8 MiB", "ext4"), path]
    assert len(set(others)) == 5


def test_what_is_written_is_read_and_nothing_else_lies_beside_it(path):
    write_baseline(path, (0.5, 1.25))
    assert read_baseline(path) == (0.5, 1.25)
    assert list(path.parent.iterdir()) == [path]


def test_there_is_none_at_first(path):
    assert read_baseline(path) == ()


@pytest.mark.parametrize("text", ["", "{}", '{"speeds": 3}', '{"speeds": ["x"]}', "[1"])
def test_a_broken_one_is_told_with_its_path_and_what_to_do(path, text):
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(UsageError, match="remove it, and the next run makes a new one") as told:
        read_baseline(path)
    assert str(path) in str(told.value)


def test_a_run_that_is_to_be_forgotten_makes_none(tmp_path):
    verdict = played(profile_with("good/simple"), "TDA-001", tmp_path, "in turns with a yardstick", forgets=True)
    assert verdict.verdict is Verdict.PASSED
    assert any("none was to be made" in limit for limit in verdict.limitations)
    assert not baseline_path(load("good/simple"), "", "").parent.exists()


def test_a_copier_that_has_become_slow_is_found_against_what_its_first_run_has_noted(tmp_path):
    only = "in turns with a yardstick"
    quick = profile_with("good/simple")
    first = played(quick, "TDA-001", tmp_path, only)
    assert first.verdict is Verdict.PASSED
    assert any("it has been made" in limit for limit in first.limitations)
    (path,) = (path for path in baseline_path(quick, "", "").parent.iterdir())
    slow = profile_with("faulty/sleeps-between-blocks")
    file_system = first.stage.rpartition(" ")[2]
    path.rename(baseline_path(slow, f"{16 << 20} bytes", file_system))  # the same copier, as it was
    second = played(slow, "TDA-001", tmp_path, only)
    assert second.verdict is Verdict.FAILED
    assert {finding.check for finding in second.findings} == {"as fast as its baseline"}
    assert "in the baseline it was" in second.reason
