"""A service and an interactive process are started as they should be, whatever their helpers do afterwards."""

import sys

import pytest

from ContentionLibrary.history.copies import Ending, StartedAs
from ContentionLibrary.scenario.parties import INTERACTIVE, SERVICE
from ContentionLibrary.scenario.play import Play
from ContentionLibrary.scenario.plays.accounts import _Pair
from ContentionLibrary.scenario.scenario import Scenario
from ContentionLibrary.scenario.settings import UNDER_TEST, Settings, Size
from tests.scenarios.direct import profile_with

LEAVES_ITS_SESSION = """
import os, shutil, sys
helper = os.fork()
if not helper:
    os.setsid()
    shutil.copyfile(*sys.argv[1:])
    os._exit(0)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(helper, 0)[1]))
"""


@pytest.mark.skipif(
    sys.platform != "linux", reason="terminals and sessions are of POSIX, and it is held exactly on Linux"
)
def test_a_helper_may_leave_the_session_of_its_copier(tmp_path):
    profile = profile_with(
        "good/simple", command=(sys.executable, "-c", LEAVES_ITS_SESSION, "{source}", "{destination}")
    )
    scenario = Scenario("WSS-002", "", "PlatformSpecific", Settings(profile, Size.QUICK, tmp_path))
    alone = []

    def act(lane, enough):
        pair = _Pair(lane, SERVICE)
        alone.append(pair.alone)
        with pair.begin(lane) as run:
            pair.furnish(run)

    try:
        scenario.play(Play("alone", "two accounts", "alone", act, older=False, interferes=False))
        stood = {one.party: one.terminal for one in scenario.history.about(UNDER_TEST).of(StartedAs)}
    finally:
        scenario.close()
    assert alone[0].ending is Ending.SUCCESS
    assert alone[0].steps
    assert stood == {SERVICE: False, INTERACTIVE: True}
