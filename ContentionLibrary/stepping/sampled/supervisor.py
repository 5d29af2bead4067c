"""The parent of a program that is stopped by sampling: the same conversation as the exact one, with less to tell.

Steps are `MARKS`; each hold is told with `call: "sampled"` and the bytes that were there once everybody stood.
A step that was passed before the program could be suspended is told as `missed`.
"""

from __future__ import annotations

import os
import signal
import sys
import time

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.processes.channel import Channel, ChannelClosed, Message
from ContentionLibrary.stepping.itinerary import Itinerary
from ContentionLibrary.stepping.limits import Resource, allow_no_more
from ContentionLibrary.stepping.looking import Observer
from ContentionLibrary.stepping.plan import Plan, Program, Stop, Watch, from_wire
from ContentionLibrary.stepping.sampled.family import FINDS_ORPHANS, Family, describe
from ContentionLibrary.stepping.sampled.growth import Growth
from ContentionLibrary.stepping.sampled.starting import (
    NotStarted,
    enter_namespaces,
    guard_process,
    peak_memory,
    signal_of,
    start,
    take_precedence,
)

CALL = "sampled"
MARKS = (
    "first bytes are there",
    "about 1/4 of the data is there",
    "about 2/4 of the data is there",
    "about 3/4 of the data is there",
    "last bytes are there",
)
_QUARTERS = len(MARKS) - 1

_REST_WITHIN = 0.1  # seconds that a suspended program gets to come to rest before it is told as unsettled
_PATIENCE = 0.005  # seconds between two looks at whether a suspended program still lives
_KILL_WITHIN = 5.0
_LOOK_FOR_CHILDREN_EVERY = 0.05  # seconds; it costs a millisecond or two


class Supervisor:
    """Runs one program to its end.

    Args:
        channel: the conversation with the scenario.
        program: what to run.
        watch: which files matter.
        plan: where to stop.
    """

    def __init__(self, channel: Channel, program: Program, watch: Watch, plan: Plan) -> None:
        self._channel = channel
        self._plan = plan
        self._path = watch.destinations[0] if watch.destinations else ""
        self._parent = os.getppid()
        self._observer = Observer(watch.stage, watch.own_names) if plan.observe or plan.observe_all else None
        self._itinerary = Itinerary(plan, self._observer)
        self._growth = Growth(watch)
        self._passed = 0  # number of marks that lie behind
        self._held = 0  # number of the present hold, 0 for none
        self._holds = 0
        self._killed_with = 0  # the last signal by which we were asked to end it
        self._limitations: set[str] = set()
        self._began = time.monotonic_ns()
        self._process = start(program)
        self._family = Family(self._process.pid)
        self._next_search = time.monotonic() + _LOOK_FOR_CHILDREN_EVERY
        take_precedence()

    def run(self) -> None:
        """Serve until all processes of the program have ended."""
        try:
            self._channel.send({"started": self._process.pid})
            if self._plan.with_reads or self._plan.observe_all:
                self._limit("single reads and writes cannot be seen by sampling")
            while self._process.poll() is None:
                self._obey(_PATIENCE if self._held else 0)
                if not self._held:
                    self._sample()
                if os.getppid() != self._parent:
                    return
            self._tell_exit()
        finally:
            self._family.kill(_KILL_WITHIN)
            self._process.wait()

    # -- looking --------------------------------------------------------------------------------------------------

    def _sample(self) -> None:
        if self._passed < len(MARKS):
            reached = self._reached(self._growth.bytes_there())
            if reached > self._passed:
                self._arrive(reached)
        if not FINDS_ORPHANS and time.monotonic() > self._next_search:
            self._family.members()  # a child must be known before its parent ends
            self._next_search = time.monotonic() + _LOOK_FOR_CHILDREN_EVERY

    def _reached(self, there: int) -> int:
        """Return how many marks lie at or before a number of bytes."""
        total = self._growth.total
        if not there or not total:
            return 0
        return min(1 + there * _QUARTERS // total, len(MARKS))

    def _arrive(self, reached: int) -> None:
        """Suspend the program if a hold is wanted at a mark that it has reached; see then where it stands."""
        if not any(self._itinerary.wants(mark) for mark in MARKS[self._passed : reached]):
            self._pass_to(reached, "")
            return
        settled = self._family.suspend(_REST_WITHIN)
        there = self._growth.bytes_there()
        reached = max(reached, self._reached(there))
        if self._process.poll() is not None:
            return  # it has ended meanwhile: `_tell_exit` tells what was missed
        self._pass_to(reached - 1, "the data had grown beyond it before the program could be suspended")
        step = MARKS[reached - 1]
        self._passed = reached
        if self._itinerary.arrives(step, CALL):
            self._holds += 1
            self._held = self._holds
            self._channel.send(
                {
                    "held": self._held,
                    "step": step,
                    "call": CALL,
                    "path": self._path,
                    "second": "",
                    "written": there,
                    "settled": settled,
                    "pid": self._process.pid,
                }
            )
        else:
            self._family.resume()

    def _pass_to(self, reached: int, reason: str) -> None:
        """Note the marks up to `reached` as passed, and tell those at which a hold was wanted as missed."""
        for mark in MARKS[self._passed : reached]:
            wanted = self._itinerary.wants(mark)
            self._itinerary.passes(mark)
            if wanted:
                self._channel.send({"missed": mark, "reason": reason})
        self._passed = max(self._passed, reached)

    def _limit(self, what: str) -> None:
        if what not in self._limitations:
            self._limitations.add(what)
            self._channel.send({"limitation": what})

    # -- the scenario's wishes ----------------------------------------------------------------------------------

    def _obey(self, timeout: float) -> None:
        message = self._channel.receive(timeout)
        while message is not None:
            if "release" in message:
                self._release(message)
            elif "kill" in message:
                self._kill(message["kill"], message["signal"])
            elif "no more" in message:
                allow_no_more(Resource(message["no more"]), [one.pid for one in self._family.members()])
            elif "stop" in message:
                self._itinerary.change(Stop(message["stop"]), tuple(message.get("steps", ())))
            message = self._channel.receive(0) if self._channel.pending else None

    def _release(self, message: Message) -> None:
        if message.get("errno") is not None:
            self._channel.send({"impossible": "a call can be made to fail only where programs are stepped exactly"})
        elif message["release"] == self._held:
            self._held = 0
            self._family.resume()

    def _kill(self, scope: str, number: int) -> None:
        self._killed_with = number
        if scope == "main":
            self._family.send_main(number)
        elif sys.platform != "win32" and number != signal.SIGKILL:
            self._family.send(number)
        else:
            self._family.kill(_KILL_WITHIN)

    # -- the end ------------------------------------------------------------------------------------------------

    def _tell_exit(self) -> None:
        ended = time.monotonic_ns()
        survivors = self._family.survivors()
        self._family.suspend(0.0)
        code = self._process.wait()
        number = signal_of(code, self._killed_with)
        last = self._reached(self._growth.bytes_there())
        if code == 0 and self._growth.blind:
            last = len(MARKS)
        self._pass_to(last, self._growth.blind or "the program had ended before it could be suspended")
        if self._observer is not None:
            self._observer.look("", "the end")
            self._channel.send({"seen": self._observer.batch()})
        self._channel.send(
            {
                "exited": code if number is None else None,
                "signal": number,
                "not started": None,
                "because of": "",
                "peak": peak_memory(),
                "survivors": [describe(process) for process in survivors],
                "began": self._began,
                "ended": ended,
                "steps": self._itinerary.steps,
            }
        )
        seconds = self._wait_for_word_to_proceed() if survivors else 0.0
        self._family.resume()
        deadline = time.monotonic() + seconds
        while (remaining := self._family.survivors()) and time.monotonic() < deadline:
            message = self._channel.receive(0.005)
            if message is not None and "kill" in message:
                break
        names = [describe(process) for process in remaining]
        self._family.kill(_KILL_WITHIN)
        self._channel.send({"gone": names})

    def _wait_for_word_to_proceed(self) -> float:
        """Wait until the survivors may go on; returns for how many seconds."""
        while True:
            message = self._channel.receive()
            if message is not None and "proceed" in message:
                return float(message["proceed"])


def main(channel: Channel, request: Message) -> None:
    """Serve as the supervisor of one program; the role that a starter's child plays.

    Args:
        channel: the conversation with the scenario.
        request: what `plan.to_wire` made.
    """
    program, watch, plan = from_wire({part: request[part] for part in ("program", "watch", "plan")})
    try:
        enter_namespaces(program)
        guard_process(channel)
        Supervisor(channel, program, watch, plan).run()
    except NotStarted as reason:
        channel.send(reason.message())
    except NotPossibleHere as reason:
        channel.send({"impossible": str(reason)})
    except ChannelClosed:
        pass  # the scenario is gone: so is the program, see `run`
