"""Copiers that connect to an SSH server by themselves are played where there is one that does what they need, and only there."""

import pytest

from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.copiers.shelf import from_command
from ContentionLibrary.stage.served import Served
from ContentionLibrary.stage.sftp_server import why_no_server
from tests.scenarios.direct import played, profile_with

served = pytest.mark.skipif(bool(why_no_server()), reason=why_no_server())
FOR_GOOD = "empty place on a server that is lost for good"


@pytest.mark.parametrize("scenario", ["RDW-002", "LSS-002", "CPS-001"])
def test_where_there_is_none_it_is_skipped_with_the_reason_before_anything_is_set_up(scenario, tmp_path):
    verdict = played(profile_with("scp"), scenario, tmp_path)
    assert (verdict.verdict, verdict.runs) == (Verdict.SKIPPED, 0)
    assert "scp connects to an SSH server by itself, and this has none: play" in verdict.reason
    assert "real server" not in verdict.stage


def test_what_is_left_out_is_told_and_proves_nothing(tmp_path):
    verdict = played(profile_with("scp"), "NIS-001", tmp_path, "meets a network that is cut")
    assert (verdict.verdict, verdict.runs) == (Verdict.NOT_PROVEN, 0)
    (told,) = verdict.limitations
    assert "no error of a network was emulated: the copier connects to the server by itself" in told


@served
@pytest.mark.parametrize(
    "why", ["", "the server runs no commands for the user me (no shell)"], ids=["runs", "runs none"]
)
def test_an_undisturbed_copy_that_fails_is_nobodys_fault_if_the_server_runs_no_commands(why, monkeypatch, tmp_path):
    monkeypatch.setattr(Served, "try_login", lambda self: why)
    profile = from_command("sh -c 'echo no shell >&2; exit 5' {source} {destination_path}")
    verdict = played(profile, "NIS-001", tmp_path, FOR_GOOD)
    assert verdict.verdict is (Verdict.SKIPPED if why else Verdict.FAILED)
    assert (f"{why}, and a copy that nobody disturbed ended with exit code 5: no shell" in verdict.reason) is bool(why)


@served
def test_a_copy_that_sends_nothing_over_the_link_proves_nothing(tmp_path):
    verdict = played(from_command("cp {source} {destination_path}"), "NIS-001", tmp_path, FOR_GOOD)
    assert verdict.verdict is Verdict.NOT_PROVEN
    assert "the copier has sent nothing over the link" in verdict.reason
