"""The outside of a guest: brings it up for a scenario, and lets it do plays whose histories become part of the scenario's."""

from __future__ import annotations

import os
import pickle
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ContentionLibrary.errors import HarnessError, NotPossibleHere
from ContentionLibrary.history.recording import History, load_history
from ContentionLibrary.locations import PACKAGE
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.scenario.guest_talk import BROKEN, DONE, ENOUGH, HISTORY, IMPOSSIBLE, TROUBLE, Request
from ContentionLibrary.stage.guest import Guest

_PLAY_WITHIN = 240.0  # seconds; a play of many steps takes some ten on a quiet machine
_JOB = "ContentionLibrary.scenario.inside"


def open_guest(directory: Path, starter: Starter) -> Guest:
    """Begin to bring a guest up.

    Raises:
        NotPossibleHere: it cannot be had here.
    """
    if sys.platform != "linux":
        raise NotPossibleHere("only Linux runs a Linux guest: run there")
    job = (sys.executable, "-m", _JOB)
    packages = [str(PACKAGE.parent), *(path for path in sys.path if path.endswith("-packages"))]
    environment = {"PYTHONPATH": os.pathsep.join(packages), "HOME": "/root"}
    return Guest(directory, starter, job, {**environment, "LC_ALL": "C.UTF-8"})


def perform(guest: Guest, request: Request, history: History, enough: Callable[[], bool]) -> None:
    """Let a guest do a play, and add what it notes to a history.

    Args:
        guest: the guest.
        request: the play.
        history: of the scenario.
        enough: tells whether the play may stop early.

    Raises:
        NotPossibleHere: the play cannot be done there.
        HarnessError: it broke, or takes too long.
    """
    (guest.directory / "request").write_bytes(pickle.dumps(request))
    guest.say("request")
    deadline = time.monotonic() + _PLAY_WITHIN
    while True:
        said, _, reason = guest.hear(deadline - time.monotonic()).partition(" ")
        if said == BROKEN:
            trouble = (guest.directory / TROUBLE).read_text(encoding="utf-8")
            raise HarnessError(f"the play '{request.began.title}' broke in the guest:\n{trouble}")
        if said not in (ENOUGH, DONE, IMPOSSIBLE):
            told = f"{said} {reason}{guest.last_words()}"
            raise HarnessError(f"the guest has ended in the play '{request.began.title}': {told}")
        for event in load_history(guest.directory / HISTORY):
            history.add(event)
        if said == DONE:
            if request.only is not None:
                request.only.repeated.extend(map(int, reason.split()))
            return
        if said == IMPOSSIBLE:
            raise NotPossibleHere(reason)
        guest.say("yes" if enough() else "no")
