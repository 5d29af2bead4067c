"""Copiers that are clients of a file server: the server's processes work against them, and their faults are caught."""

import pytest

from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.competitors.dialect import why_no_client
from ContentionLibrary.stage.samba import why_no_samba
from tests.scenarios.direct import played, profile_with

WHY_NOT = why_no_samba() or why_no_client()
served = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)


@served
def test_a_careful_client_passes_beside_the_servers_processes(tmp_path):
    verdict = played(profile_with("dialect/careful"), "CPS-001", tmp_path, "over an older version")
    assert (verdict.verdict, verdict.findings) == (Verdict.PASSED, ()), verdict.reason
    assert {"read the first bytes of the source", "read the source from 2/4 on"} <= set(verdict.steps)
    assert "the copier one of them" in verdict.stage


@served
def test_a_client_that_writes_in_place_shows_a_part_to_the_servers_processes(tmp_path):
    verdict = played(profile_with("dialect/in-place"), "RLB-001", tmp_path, "read from its other side")
    torn = [one for one in verdict.findings if one.check == "torn reads"]
    assert any(
        "server process that reads" in one.seen and "256 of 1,024 KiB of the source, cut off" in one.seen
        for one in torn
    ), torn


def test_without_a_server_it_is_skipped_with_the_reason(tmp_path):
    verdict = played(profile_with("dialect/careful"), "RDW-002", tmp_path, "in a loop")
    assert verdict.verdict is Verdict.SKIPPED
    assert "is a client of file servers, and this has no server" in verdict.reason
