"""The program of a guest: plays there what the scenario outside asks for, and sends back what was noted.

`python -m ContentionLibrary.scenario.inside DIRECTORY`. Copiers work with the first client of an NFS export; competitors, and a
second copier, work with the second one. Both find the files at the same path.
"""

from __future__ import annotations

import ctypes
import dataclasses
import os
import pickle
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from ContentionLibrary.competitors.pool import Competitor
from ContentionLibrary.errors import HarnessError, NotPossibleHere
from ContentionLibrary.history.acts import Answer
from ContentionLibrary.history.copies import Way
from ContentionLibrary.history.recording import History
from ContentionLibrary.scenario.guest_talk import BROKEN, DONE, ENOUGH, HISTORY, IMPOSSIBLE, READY, TROUBLE, Request
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.place import Place
from ContentionLibrary.scenario.plays import lost_servers, mounts, packet_loss
from ContentionLibrary.scenario.scenario import Scenario
from ContentionLibrary.scenario.settings import Settings
from ContentionLibrary.stage.guest_scripts import SAYS, SECOND, SHARED

_PLAYS = {**mounts.INSIDE, **lost_servers.INSIDE, **packet_loss.INSIDE}
_FORGOTTEN = ".nfs"
"""How the names begin under which a client keeps files that were deleted while somebody on it has them open."""
_LEAST_STAY = 20.0
"""Seconds that a reader keeps its lock, if the copier has not ended before: one that starts slowly has to meet it."""
_FORGOTTEN_WITHIN = 5.0  # seconds after the last close; the client removes such a name when it gets round to it


class _Inside(Scenario):
    """A scenario whose stage is the export, as the first client sees it."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.second_client = int(Path(SECOND).read_text(encoding="ascii"))
        self._entered: set[int] = set()

    @property
    def stage(self) -> Path:
        """Directory below which each run has its place."""
        return Path(SHARED) / "stage"

    def set_clock(self, now: float) -> None:
        """Count time as outside."""
        self._began = time.monotonic() - now

    def competitor(self, name: str, lane: int = 0) -> Competitor:
        """Return the competitor of that name, which works with the second client."""
        competitor = super().competitor(name, lane)
        if competitor.pid not in self._entered:
            entered = competitor.do("enter_mounts", process=self.second_client)
            if entered.answer is not Answer.DONE:
                raise HarnessError(f"{name} cannot work with the second client: {entered.message}")
            self._entered.add(competitor.pid)
        return competitor

    def settle(self, place: Place) -> None:
        """Wait until the client has removed what it was still keeping of files that are deleted."""
        deadline = time.monotonic() + _FORGOTTEN_WITHIN
        while time.monotonic() < deadline and any(_is_forgotten(entry.path) for entry in place.entries()):
            time.sleep(0.01)


def _is_forgotten(path: str) -> bool:
    return path.rpartition("/")[2].startswith(_FORGOTTEN)


def _say(*words: str) -> None:
    sys.stdout.write(f"{SAYS} {' '.join(words)}\n")
    sys.stdout.flush()


class _Desk:
    """Takes requests from the directory that is shared with the outside, and puts histories there.

    Args:
        directory: the shared directory.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._told = 0

    def serve(self) -> None:
        """Play whatever is asked for, until nobody asks any more."""
        scenario: _Inside | None = None
        _say(READY)
        for line in sys.stdin:
            request: Request = pickle.loads((self._directory / line.strip()).read_bytes())
            if scenario is None:
                Path(SHARED, "stage").mkdir(exist_ok=True)
                settings = Settings(request.subject.profile)
                scenario = _Inside("guest", "inside a guest", "PlatformSpecific", settings)
            self._perform(scenario, request)

    def _perform(self, scenario: _Inside, request: Request) -> None:
        scenario.history = History()
        self._told = 0
        scenario.only = request.only
        scenario.set_clock(request.now)
        scale = request.subject.scale
        patient = dataclasses.replace(scale, stay=max(_LEAST_STAY, scale.stay))
        lane = Lane(scenario, dataclasses.replace(request.subject, scale=patient), request.began)
        if scenario.way is not Way.EXACT:
            lane.limit(f"in the guest the copier could not be held exactly: {scenario.way_reason}")
        try:
            _PLAYS[request.play].act(lane, self._asker(scenario))
        except NotPossibleHere as reason:
            self._put(scenario)
            _say(IMPOSSIBLE, " ".join(str(reason).split()))
        except Exception:  # noqa: BLE001 - the outermost edge of a guest: nobody else could tell it
            (self._directory / TROUBLE).write_text(traceback.format_exc(), encoding="utf-8")
            _say(BROKEN)
        else:
            self._put(scenario)
            _say(DONE, *map(str, request.only.repeated if request.only is not None else ()))

    def _asker(self, scenario: _Inside) -> Callable[[], bool]:
        turn = threading.Lock()  # lanes that go side by side ask one after the other

        def enough() -> bool:
            with turn:
                self._put(scenario)
                _say(ENOUGH)
                return sys.stdin.readline().strip() == "yes"

        return enough

    def _put(self, scenario: _Inside) -> None:
        """Write down what was noted since the last time."""
        events = list(scenario.history)
        History(events[self._told :]).store(self._directory / HISTORY)
        self._told = len(events)
        self._bring_out()

    def _bring_out(self) -> None:
        """See that what is written is outside before it is spoken of; other file systems may wait for a server that is lost."""
        shared = os.open(self._directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            if ctypes.CDLL(None, use_errno=True).syncfs(shared) != 0:
                raise HarnessError(f"the outside cannot be written to: {os.strerror(ctypes.get_errno())}")
        finally:
            os.close(shared)


if __name__ == "__main__":
    _Desk(Path(sys.argv[1])).serve()
