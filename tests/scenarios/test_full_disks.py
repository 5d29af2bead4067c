"""What DSC-001 and DSC-002 say depends on whether a disk really ran full, and on nothing else of the machine."""

import pytest

from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.copiers.shelf import load
from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.history.copies import CopyBegan, Way
from ContentionLibrary.history.disks import SpaceCounted
from ContentionLibrary.scenario.plays.filling import run_full, run_full_at_one
from ContentionLibrary.scenario.scenario import Scenario
from ContentionLibrary.scenario.settings import Settings, Size
from ContentionLibrary.stage.small import SmallDisk
from tests.scenarios.direct import played, profile_with


def refuse(*_):
    raise NotPossibleHere("it cannot be mounted here")


@pytest.fixture
def only_namespaces(monkeypatch):
    """Let nobody mount for all, as if we were not root."""
    monkeypatch.setattr("ContentionLibrary.stage.memory.Memory", refuse)


@pytest.fixture
def no_small_disks(monkeypatch):
    monkeypatch.setattr("ContentionLibrary.scenario.stages.make_small_disk", refuse)


@pytest.fixture
def scenario(tmp_path):
    """Return a function that opens a scenario for a copier; it is closed in the end."""
    opened = []

    def make(copier):
        opened.append(Scenario("DSC-000", "", "ResourceExhaustion", Settings(load(copier), Size.QUICK, tmp_path)))
        return opened[-1]

    yield make
    for one in opened:
        assert one.close() == []


def history_of(scenario, play):
    try:
        return scenario.play(play)
    except NotPossibleHere as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize("way", [Way.EXACT, Way.SAMPLED])
def test_in_a_namespace_of_its_own_a_copier_meets_the_same_full_disk(only_namespaces, scenario, monkeypatch, way):
    if way is Way.SAMPLED:
        monkeypatch.setattr("ContentionLibrary.scenario.scenario.best_way", lambda *_: (way, "as it is asked for"))
    one = scenario("good/several")
    if one.way is not way:
        pytest.skip(one.way_reason)
    history = history_of(one, run_full_at_one(older=True))
    counted = history.of(SpaceCounted)
    assert {event.file_system for event in counted} == {"a real tmpfs in a user namespace"}
    assert [event.free for event in counted] == [SIZE // 2 for event in counted]
    assert all("/proc/" not in word for began in history.of(CopyBegan) for word in began.command)
    assert one.verdict().verdict is Verdict.PASSED


SIZE = Size.QUICK.value.content // 4
"""Bytes of a file with three destinations."""


def test_a_copier_that_keeps_space_in_a_namespace_is_caught(only_namespaces, tmp_path):
    verdict = played(profile_with("faulty/keeps-space"), "DSC-002", tmp_path, "older version on a tmpfs that runs full")
    if any("ran full for real" in what for what in verdict.limitations):
        pytest.skip(str(verdict.limitations))
    assert verdict.findings[0].check == "space is given back"
    assert "a real tmpfs in a user namespace; no name tells where" in verdict.findings[0].seen


@pytest.mark.parametrize(("older", "verdict"), [(False, Verdict.NOT_PROVEN), (True, Verdict.PASSED)])
def test_a_disk_that_never_ran_full_proves_nothing(scenario, monkeypatch, older, verdict):
    """Over an older version of the same size a copier may have its room; into an empty place it cannot."""
    monkeypatch.setattr(SmallDisk, "leave", lambda *_: None)
    one = scenario("good/simple")
    history_of(one, run_full("tmpfs", older=older))
    assert one.verdict().verdict is verdict
    assert any("never ran full" in what for what in one.verdict().limitations)


def test_who_cannot_copy_there_at_all_is_not_told_that_space_was_wanting(tmp_path):
    says_no = 'case "$(stat -f -c %T "$(dirname "$1")")" in tmpfs) echo "$1: Invalid cross-device link" >&2; exit 1;; esac; exec cp "$0" "$1"'
    profile = profile_with("good/simple", command=("sh", "-c", says_no, "{source}", "{destination}"))
    verdict = played(profile, "DSC-002", tmp_path, "empty place on a tmpfs that runs full")
    if any("ran full for real" in what for what in verdict.limitations):
        pytest.skip(str(verdict.limitations))
    assert (verdict.verdict, verdict.findings) == (Verdict.NOT_PROVEN, ())
    assert "the copier cannot copy to a real tmpfs" in verdict.reason
    assert "Invalid cross-device link" in verdict.reason


def test_without_small_disks_what_is_emulated_stands_alone(no_small_disks, tmp_path):
    verdict = played(profile_with("good/create-new"), "DSC-002", tmp_path, "an empty place")
    assert verdict.verdict is Verdict.PASSED
    for kind in ("tmpfs", "ext4", "xfs"):
        assert any(f"no {kind} ran full for real (it cannot be mounted here)" in what for what in verdict.limitations)
    assert any("were emulated" in what for what in verdict.limitations)


def test_without_small_disks_three_destinations_are_skipped(no_small_disks, tmp_path):
    verdict = played(profile_with("good/several"), "DSC-001", tmp_path)
    assert (verdict.verdict, verdict.reason) == (Verdict.SKIPPED, "it cannot be mounted here")


def test_a_copier_that_waits_for_room_waits_once_for_each_play(tmp_path):
    verdict = played(
        profile_with("faulty/waits-for-room"), "DSC-002", tmp_path, "empty place on a tmpfs that runs full"
    )
    hung = [one for one in verdict.findings if one.check == "bounded time"]
    assert [one.count for one in hung] == [1]
