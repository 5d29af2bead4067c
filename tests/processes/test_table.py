"""Who carries a token is found, also in the moment in which it becomes another program."""

import subprocess
import sys

import pytest
from looking_around import until

from ContentionLibrary.processes.table import carriers

VARIABLE = "CONTENTION_TEST_TOKEN"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="of the table of Linux")
def test_who_is_in_the_middle_of_an_exec_is_found(tmp_path):
    program = tmp_path / "again"
    program.write_text('#!/bin/sh\nexec "$0"\n')
    program.chmod(0o755)
    with subprocess.Popen([program], env={VARIABLE: "mine"}) as restless:
        try:
            assert until(lambda: carriers(VARIABLE, "mine"))
            missed = sum(not carriers(VARIABLE, "mine") for _ in range(300))
        finally:
            restless.kill()
    assert missed == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="of the table of Linux")
def test_who_has_no_environment_at_all_carries_nothing():
    with subprocess.Popen(["sleep", "60"], env={}) as bare:
        try:
            assert bare.pid not in [who.pid for who in carriers(VARIABLE, "mine")]
        finally:
            bare.kill()
