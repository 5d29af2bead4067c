"""A scenario's hold on one running program: wait for what happens next, let go, make fail, kill.

The same interface serves every way of control. It speaks with a supervisor process (`linux.supervisor`,
`sampled.supervisor`), which is the parent of the program.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from ContentionLibrary.errors import HarnessError, NotPossibleHere, UsageError
from ContentionLibrary.history.copies import Way
from ContentionLibrary.history.disks import DiskOperation, Name
from ContentionLibrary.history.looks import Entry
from ContentionLibrary.processes.channel import Channel, ChannelClosed, Message
from ContentionLibrary.stepping.limits import Resource
from ContentionLibrary.stepping.plan import Scope, Stop

SUPERVISORS = {
    Way.EXACT: "ContentionLibrary.stepping.linux.supervisor",
    Way.SAMPLED: "ContentionLibrary.stepping.sampled.supervisor",
}
"""Which module plays the supervisor of a way. Each has `main(channel, request)`, with the request of `plan.to_wire`."""

KILL = 9
"""The signal that nothing survives; Windows has no name for it."""

_SAMPLED = "sampled"
_REMEDIES = {
    "program": "give a program that is installed and executable as the first word of its command",
    "directory": "give a working directory that exists and may be entered",
    "output": "give files for its output and its errors that may be written",
    "account": "only root may start programs as another user",
}
_SURVIVORS_MAY_TAKE = 2.0  # seconds that processes which outlive the main one get to end by themselves
_LAST_WORDS_WITHIN = 15.0  # seconds that a supervisor gets to end what is left of its program


@dataclass(frozen=True)
class Hold:
    """The program stands just before a step.

    Args:
        number: identifies the hold to the supervisor.
        step: the step's name.
        call: the system call that waits, or how the sampled way saw the moment.
        path: the file that the step is about; `second` is the other name of a rename or link.
        written: bytes of the file's data that have been moved before the step.
        settled: everybody else in the program was asleep when the hold was told.
        pid: the thread that stands.
        within: the step is in the middle of a call, which is done in the program's place from its beginning to its end.
    """

    number: int
    step: str
    call: str
    path: str
    second: str
    written: int
    settled: bool
    pid: int
    within: bool = False


@dataclass(frozen=True)
class Exit:
    """The program's main process has ended. Survivors are stopped until `Controlled.proceed`.

    Times are seconds of the monotonic clock; `peak` is bytes of resident memory of its largest process. `processor` is seconds
    of processor time, `read` and `written` are bytes, of all its processes that it has waited for; 0 where nobody knows.
    `refused` is what it was told that this kernel lacks, because nobody could see it at work there.
    `unread` tells that the plan asked for reads, and the program was not seen to read the source in any way; `unseen` that
    it asked for data, and the program was not seen to bring any.
    """

    code: int | None
    signal: int | None
    peak: int
    survivors: tuple[str, ...]
    began: float
    ended: float
    steps: tuple[str, ...]
    processor: float = 0.0
    read: int = 0
    written: int = 0
    refused: tuple[str, ...] = ()
    unread: bool = False
    unseen: bool = False


@dataclass(frozen=True)
class Missed:
    """A step at which the program should have been held and was not: nothing is proven about it."""

    step: str
    reason: str


@dataclass(frozen=True)
class Look:
    """What the stage held at one moment, seen by the supervisor while the program stood (`Plan.observe`).

    Args:
        step: the step that the program stood before; with `Plan.observe_all`, between two steps, the one before it.
            Empty before its first step and after its end.
        call: the system call that waited; `the end` after the end.
        at: seconds of the monotonic clock.
        entries: every name on the stage; equal states are the same object.
    """

    step: str
    call: str
    at: float
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Record:
    """What a program has done to the disk (`Plan.record`): see `history.disks.Recorded` for the fields."""

    root: int
    views: tuple[tuple[Name, ...], ...]
    operations: tuple[DiskOperation, ...]
    end: int


class Controlled:
    """One program under control.

    Args:
        channel: the conversation with its supervisor; owned from now on.
        command: the program, for messages.
        give_back: called when nothing of the program is left and the supervisor is free for the next; the conversation is
            the caller's again then. None: it ends with the program.

    Attributes:
        pid: its main process, as soon as that is known.
        limitations: what could not be seen or stopped.
        missed: the steps that were passed before the program could be stopped there; never with exact stepping.
        sightings: what the stage held at each step, if the plan asked for it; complete when the exit was told.
        record: what it has done to the disk, if the plan asked for it; complete when the exit was told.
        exit: how it ended, as soon as that is known.
    """

    def __init__(self, channel: Channel, command: tuple[str, ...], give_back: Callable[[], None] | None = None) -> None:
        self._channel = channel
        self._command = command
        self._give_back = give_back
        self._over = False
        self.pid: int | None = None
        self.limitations: list[str] = []
        self.missed: list[Missed] = []
        self.sightings: list[Look] = []
        self.record: Record | None = None
        self.exit: Exit | None = None
        self._survivors_go_on = False
        self._gone: tuple[str, ...] | None = None  # what had to be killed, once all is over
        self._is_free = False  # the supervisor can take another program

    @property
    def channel(self) -> Channel:
        """The conversation with the supervisor, to be waited for among others."""
        return self._channel

    def wait(self, timeout: float) -> Hold | Exit | None:
        """Wait until the program stands at a step or ends.

        Args:
            timeout: seconds.

        Returns:
            What happened, or None when the time is over and the program still runs.

        Raises:
            NotPossibleHere: this way of control does not work on this machine.
            UsageError: the program cannot be started.
            HarnessError: the supervisor was lost.
        """
        deadline = time.monotonic() + timeout
        while True:
            message = self._receive(max(0.0, deadline - time.monotonic()))
            if message is None:
                return None
            if "held" in message:
                return Hold(
                    message["held"],
                    message["step"],
                    message["call"],
                    message["path"],
                    message["second"],
                    message["written"],
                    message["settled"],
                    message["pid"],
                    message.get("within", False),
                )
            if "exited" in message:
                return self._note_exit(message)
            self._note(message)

    def release(self, hold: Hold, error: int | None = None) -> None:
        """Let the held step happen, or make it fail with an errno.

        Raises:
            NotPossibleHere: an errno, but the program is not stepped exactly.
        """
        if error is not None and hold.call == _SAMPLED:
            raise NotPossibleHere(
                f"the step '{hold.step}' cannot be made to fail: the program is suspended by sampling, "
                "not held at a call; run this where exact stepping works"
            )
        self._send({"release": hold.number, "errno": error})

    def kill(self, scope: Scope = Scope.TREE, number: int = KILL) -> None:
        """Send a signal to the program's main process or to all its processes at one moment."""
        self._send({"kill": scope.value, "signal": int(number)})

    def allow_no_more(self, resource: Resource) -> None:
        """Let the program, which stands at a step, keep what it has of something, and get nothing more of it."""
        self._send({"no more": resource.value})

    def stop_at(self, stop: Stop, *steps: str) -> None:
        """Change where the program is held from now on."""
        self._send({"stop": stop.value, "steps": list(steps)})

    def finish(self) -> tuple[str, ...]:
        """Let what survived the main process go on, wait for its end, and return what had to be killed.

        What has been let go on before, and is there still, has had its time and is killed.
        """
        try:
            if self._survivors_go_on and self._gone is None:
                self.kill()
            elif self.exit is not None and self.exit.survivors:
                self._let_go_on(_SURVIVORS_MAY_TAKE)
            if not self._hear_the_last(_LAST_WORDS_WITHIN):
                raise HarnessError(f"the supervisor of {self._command[0]} did not end in {_LAST_WORDS_WITHIN:g} s")
            return self._gone or ()
        finally:
            self._let_supervisor_go()

    def proceed(self, patience: float, limit: float) -> bool:
        """Let what survived the main process go on, and leave it alone, so that others can meet it.

        Args:
            patience: seconds to wait for its end.
            limit: seconds after which its supervisor kills it.

        Returns:
            Whether all of it has ended by itself within our patience.
        """
        self._let_go_on(limit)
        return self._hear_the_last(patience)

    def _let_go_on(self, limit: float) -> None:
        self._survivors_go_on = True
        self._send({"proceed": limit})

    def _hear_the_last(self, timeout: float) -> bool:
        """Wait until nothing of the program is left; False when the time is over."""
        deadline = time.monotonic() + timeout
        while self._gone is None:
            message = self._receive(max(0.0, deadline - time.monotonic()))
            if message is None:
                return False
            if "gone" in message:
                self._gone = tuple(message["gone"])
                self._is_free = message.get("free", False)
            else:
                self._note(message)
        return True

    def abandon(self) -> None:
        """Give the program up: its supervisor kills whatever is left of it."""
        self._let_supervisor_go()

    def _let_supervisor_go(self) -> None:
        if self._over:
            return
        self._over = True
        if self._is_free and self._give_back is not None:
            self._give_back()
        else:
            self._channel.close()

    def _receive(self, timeout: float) -> Message | None:
        try:
            return self._channel.receive(timeout)
        except ChannelClosed as error:
            raise HarnessError(f"the supervisor of {self._command[0]} was lost: {error}") from error

    def _send(self, message: Message) -> None:
        """Send a wish. A program that has just ended cannot fulfil it: what became of it is told by the next `wait`."""
        if not self._over:
            with contextlib.suppress(ChannelClosed):
                self._channel.send(message)

    def _note(self, message: Message) -> None:
        if "started" in message:
            self.pid = message["started"]
        elif "limitation" in message:
            self.limitations.append(message["limitation"])
        elif "missed" in message:
            self.missed.append(Missed(message["missed"], message["reason"]))
        elif "seen" in message:
            self._note_sightings(message["seen"])
        elif "recorded" in message:
            self._note_record(message["recorded"])
        elif "impossible" in message:
            raise NotPossibleHere(message["impossible"])
        elif "error" in message:
            raise HarnessError(f"the supervisor of {self._command[0]} broke:\n{message['error']}")

    def _note_sightings(self, seen: Message) -> None:
        views = [tuple(Entry(*entry) for entry in view) for view in seen["views"]]
        self.sightings += [Look(step, call, at / 1e9, views[number]) for step, call, at, number in seen["looks"]]

    def _note_record(self, told: Message) -> None:
        self.record = Record(
            told["root"],
            tuple(tuple(Name(*name) for name in view) for view in told["views"]),
            tuple(DiskOperation(*operation) for operation in told["operations"]),
            told["end"],
        )

    def _note_exit(self, message: Message) -> Exit:
        if message["not started"] is not None:
            self.abandon()
            raise UsageError(
                f"the copier cannot be started: {self._command[0]}: {os.strerror(message['not started'])}; "
                f"{_REMEDIES[message['because of']]}"
            )
        self.exit = Exit(
            message["exited"],
            message["signal"],
            message["peak"],
            tuple(message["survivors"]),
            message["began"] / 1e9,
            message["ended"] / 1e9,
            tuple(message["steps"]),
            message.get("processor", 0.0),
            message.get("read", 0),
            message.get("written", 0),
            tuple(message.get("refused", ())),
            message.get("unread", False),
            message.get("unseen", False),
        )
        return self.exit
