"""The process that is the parent of a controlled program: starts it, speaks with the scenario, tells how it ended.

One thread, one loop. Whatever goes wrong here ends the program too (it is killed with us, and its calls fail with
ENOSYS until then), so it can never hang on us. When nothing of the program is left, the next one can be had.
"""

from __future__ import annotations

import dataclasses
import os
import select
import signal
import time

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.processes.channel import Channel, ChannelClosed, Message, readable
from ContentionLibrary.processes.namespaces import enter
from ContentionLibrary.stepping.limits import Resource, allow_no_more
from ContentionLibrary.stepping.linux import tree
from ContentionLibrary.stepping.linux.architecture import this_architecture
from ContentionLibrary.stepping.linux.engine import Engine
from ContentionLibrary.stepping.linux.guarding import continue_under_guard
from ContentionLibrary.stepping.linux.launching import adopt_orphans, launch, make_filters
from ContentionLibrary.stepping.linux.seccomp import Listener
from ContentionLibrary.stepping.plan import Plan, Program, Stop, Watch, from_wire

_KILL_WITHIN = 5.0


class Supervisor:
    """Runs one program to its end.

    Args:
        channel: the conversation with the scenario.
        program: what to run.
        watch: which files matter; symbolic links in the paths are resolved.
        plan: where to stop.
        guard: descriptor that is readable when our guard is gone.
    """

    def __init__(self, channel: Channel, program: Program, watch: Watch, plan: Plan, guard: int) -> None:
        self._channel = channel
        self._guard = guard
        adopt_orphans()
        self._began = time.monotonic_ns()
        launched = launch(program, plan)
        self._main, self._report, self._listener = launched.process, launched.report, launched.listener
        self._terminal = launched.terminal
        self._engine = Engine(this_architecture(), Listener(self._listener), _real(watch), plan, channel.send)
        self._sees_reads, self._sees_data = plan.with_reads, plan.with_data
        self._ended = os.pidfd_open(self._main)
        self._account = tree.open_account(self._main)
        self._exited = False
        self._may_proceed_until = 0.0

    def run(self) -> None:
        """Serve until all processes of the program have ended."""
        poller = select.poll()
        terminal = [self._terminal.fileno()] if self._terminal is not None else []
        flushes = self._engine.flushes
        bell = [flushes.fileno()] if flushes is not None else []
        for descriptor in (self._listener, self._channel.fileno(), self._ended, self._guard, *terminal, *bell):
            poller.register(descriptor, select.POLLIN)
        only_a_report = [(self._listener, select.POLLIN)]
        try:
            self._begin()
            while True:
                found = poller.poll(self._patience())
                if found == only_a_report:
                    self._engine.serve()
                    if not self._engine.holds.untold:
                        continue
                ready = dict(found)
                if flushes is not None and flushes.fileno() in ready:
                    self._engine.let_flushes_come_back()
                    continue
                reports = ready.get(self._listener, 0)
                if reports & select.POLLIN and len(found) > 1:
                    self._engine.serve()
                elif reports & (select.POLLHUP | select.POLLERR):
                    poller.unregister(self._listener)
                if self._channel.fileno() in ready:
                    self._obey()
                self._listen_to_terminal(ready, poller)
                if self._guard in ready:
                    return
                if self._ended in ready and not reports & select.POLLIN:
                    poller.unregister(self._ended)
                    self._tell_exit()
                self._engine.holds.tell_settled()
                if self._exited and self._is_over():
                    return
        finally:
            self._leave_nobody()

    def _begin(self) -> None:
        self._channel.send({"started": self._main})
        if self._channel.pending:  # it came together with the program, so the descriptor does not tell of it
            self._obey()

    def _leave_nobody(self) -> None:
        tree.kill_all(time.monotonic() + _KILL_WITHIN)
        tree.reap(keep=None)
        if self._terminal is not None:
            self._terminal.close()
        if self._engine.flushes is not None:
            self._engine.flushes.close()
        for descriptor in (self._listener, self._report, self._ended, self._account):
            if descriptor >= 0:
                os.close(descriptor)

    def _listen_to_terminal(self, ready: dict[int, int], poller: select.poll) -> None:
        terminal = self._terminal
        if terminal is not None and terminal.fileno() in ready and not terminal.keep_words():
            poller.unregister(terminal)

    def _patience(self) -> int | None:
        """Return how long to sleep in milliseconds: not at all while a program is coming to rest."""
        if self._engine.holds.untold:
            return 0
        return 5 if self._exited else None

    # -- the scenario's wishes ----------------------------------------------------------------------------------

    def _obey(self) -> None:
        message = self._channel.receive(0)
        while message is not None:
            if "release" in message:
                self._engine.release(message["release"], message.get("errno"))
            elif "kill" in message:
                self._kill(message["kill"], message["signal"])
            elif "stop" in message:
                self._engine.itinerary.change(Stop(message["stop"]), tuple(message.get("steps", ())))
            elif "no more" in message:
                allow_no_more(Resource(message["no more"]), tree.descendants())
            elif "proceed" in message:
                self._proceed(message["proceed"])
            message = self._channel.receive(0) if self._channel.pending else None

    def _kill(self, scope: str, number: int) -> None:
        if scope == "main":
            tree.send([self._main] if not self._exited else [], number)
        elif number == signal.SIGKILL:
            tree.kill_all(time.monotonic() + _KILL_WITHIN)
        else:
            tree.send(tree.descendants(), number)

    def _proceed(self, seconds: float) -> None:
        """Let the survivors go on for some time, unheld: nobody waits for their holds any more."""
        self._engine.itinerary.change(Stop.NOWHERE)
        self._engine.release_all()
        tree.send(tree.descendants(), signal.SIGCONT)
        self._may_proceed_until = time.monotonic() + seconds

    # -- the end ------------------------------------------------------------------------------------------------

    def _tell_exit(self) -> None:
        """Tell how the main process ended. What outlives it is stopped, so that the moment can be looked at."""
        moved = tree.bytes_moved(self._account)
        _, status, usage = os.wait4(self._main, 0)
        ended = time.monotonic_ns()
        survivors = tree.descendants()
        tree.send(survivors, signal.SIGSTOP)
        self._engine.holds.drop_dead()
        if self._terminal is not None:
            self._terminal.keep_words()
        observer = self._engine.observer
        if observer is not None:
            observer.look("", "the end")
            self._channel.send({"seen": observer.batch()})
        if self._engine.recorder is not None:
            self._channel.send({"recorded": self._engine.recorder.finish()})
        failed, _, what = os.read(self._report, 64).decode().partition(" ")
        code = os.waitstatus_to_exitcode(status)
        self._exited = True
        self._may_proceed_until = float("inf") if survivors else 0.0
        self._channel.send(
            {
                "exited": code if code >= 0 else None,
                "signal": -code if code < 0 else None,
                "not started": int(failed) if failed else None,
                "because of": what,
                "peak": usage.ru_maxrss * 1024,
                "processor": usage.ru_utime + usage.ru_stime,
                "read": moved[0],
                "written": moved[1],
                "survivors": [tree.describe(process) for process in survivors],
                "began": self._began,
                "ended": ended,
                "steps": self._engine.itinerary.steps,
                "unseen": self._sees_data and not self._engine.brought_data,
                "unread": self._sees_reads and not self._engine.read_source,
                "refused": sorted(set(self._engine.refused)),
            }
        )

    def _is_over(self) -> bool:
        tree.reap(keep=None)
        remaining = tree.descendants()
        if remaining and time.monotonic() < self._may_proceed_until:
            return False
        names = [tree.describe(process) for process in remaining]
        immortal = tree.kill_all(time.monotonic() + _KILL_WITHIN)
        self._channel.send({"gone": names, "free": not immortal})
        return True


def _real(watch: Watch) -> Watch:
    """Resolve symbolic links as the kernel does when it names an open file; a last component stays as it is."""

    def resolved(path: str) -> str:
        parent, _, name = path.rpartition("/")
        return f"{os.path.realpath(parent or '/')}/{name}".replace("//", "/")

    return dataclasses.replace(
        watch,
        stage=os.path.realpath(watch.stage),
        elsewhere=tuple(os.path.realpath(place) for place in watch.elsewhere),
        source=resolved(watch.source),
        destinations=tuple(resolved(destination) for destination in watch.destinations),
    )


def prepare() -> None:
    """Make, once and for all supervisors, what is the same for each program."""
    make_filters()


def main(channel: Channel, request: Message) -> None:
    """Serve as the supervisor of one program after the other; the role that a starter's child plays.

    Args:
        channel: the conversation with the scenario. When a program is `gone`, the request for the next may be sent.
        request: what `plan.to_wire` made.
    """
    program, watch, plan = _read(request)
    try:
        if program.within:
            enter(program.within)
        guard = continue_under_guard(channel)
        while True:
            Supervisor(channel, program, watch, plan, guard).run()
            following = _next_request(channel, guard)
            if following is None:
                return
            program, watch, plan = _read(following)
    except NotPossibleHere as reason:
        channel.send({"impossible": str(reason)})
    except ChannelClosed:
        pass  # the scenario is gone: so is the program, see `run`


def _read(request: Message) -> tuple[Program, Watch, Plan]:
    return from_wire({part: request[part] for part in ("program", "watch", "plan")})


def _next_request(channel: Channel, guard: int) -> Message | None:
    """Wait for the next program; None when the guard is gone.

    What else comes was sent to the last program, which ended before it could read it.
    """
    while guard not in readable([channel.fileno(), guard], 0 if channel.pending else None):
        message = channel.receive(0)
        if message is not None and "program" in message:
            return message
    return None
