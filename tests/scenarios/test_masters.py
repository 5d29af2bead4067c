"""Whom a Robot must not outlive: the command that has told it who it is, and pabot."""

import os
import subprocess
import sys

import pytest

from ContentionLibrary.errors import HarnessError
from ContentionLibrary.scenario.masters import masters, ourselves

TELL = "from ContentionLibrary.scenario.masters import ourselves; print(ourselves())"


def test_the_command_is_the_outermost_and_both_are_told_by_more_than_their_numbers():
    command, pabot = masters(ourselves(), os.getppid())
    assert (command.pid, pabot.pid) == (os.getpid(), os.getppid())
    assert command.started and pabot.started
    assert masters("", os.getppid()) == (pabot,)
    assert masters("", None) == ()


def test_nothing_more_is_played_for_a_command_that_is_gone():
    gone = subprocess.run([sys.executable, "-c", TELL], capture_output=True, text=True, check=True).stdout
    with pytest.raises(HarnessError, match="the command that has started this Robot is gone"):
        masters(gone, None)
