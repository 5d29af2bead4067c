"""The supervisors of one scenario: one that has brought its program to its end is given the next.

To start one is two forks and all that they copy, which a small copy would feel.
"""

from __future__ import annotations

from ContentionLibrary.history.copies import Way
from ContentionLibrary.processes.channel import ChannelClosed, Message
from ContentionLibrary.processes.starter import Child, Starter
from ContentionLibrary.stepping.control import SUPERVISORS, Controlled
from ContentionLibrary.stepping.plan import Plan, Program, Watch, to_wire

_MOST_IDLE = 4  # as many programs as are usually run side by side; each waits with some MB of memory of its own


class Supervisors:
    """Starts programs under control. May be used from several threads.

    Args:
        starter: starts the supervisors.

    Attributes:
        pids: all that were ever started.
    """

    def __init__(self, starter: Starter) -> None:
        self._starter = starter
        self._idle: list[Child] = []
        self.pids: set[int] = set()

    def control(self, way: Way, program: Program, watch: Watch, plan: Plan) -> Controlled:
        """Start a program under control.

        A supervisor that has entered the namespaces of others cannot leave them, and would keep what is mounted there:
        it serves one program.

        Raises:
            HarnessError, SystemTrouble: no supervisor can be started, as `Starter.start`.
        """
        request = to_wire(program, watch, plan)
        child = self._idle_one(request) if way is Way.EXACT and not program.within else None
        if child is None:
            child = self._starter.start(SUPERVISORS[way], request)
            self.pids.add(child.pid)
        taken = child
        return Controlled(child.channel, program.command, None if program.within else lambda: self._take_back(taken))

    def _idle_one(self, request: Message) -> Child | None:
        """Give the request to one that is idle, if any is."""
        self._starter.see_that_it_runs()
        while self._idle:
            try:
                child = self._idle.pop()
            except IndexError:  # another thread was faster
                return None
            try:
                child.channel.send(request)
            except ChannelClosed:  # somebody has killed it meanwhile
                self._starter.release(child)
            else:
                return child
        return None

    def _take_back(self, child: Child) -> None:
        if len(self._idle) < _MOST_IDLE:
            self._idle.append(child)
        else:
            self._starter.release(child)
