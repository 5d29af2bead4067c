"""Finds the pabot that has started this Robot, because pabot leaves its Robots running when it is terminated itself."""

from __future__ import annotations

import functools

import psutil
from robot.libraries.BuiltIn import BuiltIn

from ContentionLibrary.errors import HarnessError

_GIVEN_BY_PABOT = "${PABOTQUEUEINDEX}"
_WORDS = 4  # of a command line: `python -P -m pabot.pabot`


def pabot_of_this_robot() -> int | None:
    """Return the number of the pabot process above us; None when this Robot was not started by pabot.

    Raises:
        HarnessError: it was there for an earlier scenario, and is gone: nobody waits for this Robot any more.
    """
    if BuiltIn().get_variable_value(_GIVEN_BY_PABOT) is None:
        return None
    pabot = _first_found()
    if pabot is None or not pabot.is_running():
        raise HarnessError("pabot, which has started this Robot, is gone: no further scenario is played")
    return pabot.pid


@functools.cache
def _first_found() -> psutil.Process | None:
    """Find the nearest process above us that is called pabot, or else our parent: others may use pabot as a library."""
    for process in psutil.Process().parents():
        try:
            words = process.cmdline()
        except psutil.Error:
            continue
        if any("pabot" in word.replace("\\", "/").rpartition("/")[2] for word in words[:_WORDS]):
            return process
    return psutil.Process().parent()
