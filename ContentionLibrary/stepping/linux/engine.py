"""What a report of the kernel means: whose file, which step, and whether the program goes on, stops or fails there."""

from __future__ import annotations

import errno
from collections import deque
from collections.abc import Callable
from pathlib import Path

from ContentionLibrary.processes.channel import Message
from ContentionLibrary.stepping.itinerary import Itinerary
from ContentionLibrary.stepping.linux.architecture import Architecture
from ContentionLibrary.stepping.linux.calls import DATA_VERBS, UNSEEN_WAYS, Call, Verb
from ContentionLibrary.stepping.linux.flushing import Flushes, is_flush
from ContentionLibrary.stepping.linux.holds import Held, Holds
from ContentionLibrary.stepping.linux.naming import Namer
from ContentionLibrary.stepping.linux.operation import Operation, Stage, read_operation
from ContentionLibrary.stepping.linux.recording import Recorder
from ContentionLibrary.stepping.linux.seccomp import Listener, Notification
from ContentionLibrary.stepping.linux.traffic import Traffic
from ContentionLibrary.stepping.looking import Observer
from ContentionLibrary.stepping.plan import Plan, Watch

_MOVES_DATA = (*DATA_VERBS, Verb.READ)
_MORE_THAN_A_NOTE = 4096
_WITHOUT_FILE = (Verb.EXEC, Verb.DESCRIPTORS)
_CHANGES_DESCRIPTORS = (Verb.CLOSE, Verb.DESCRIPTORS, Verb.EXEC, Verb.RENAME, Verb.OPEN)
_MOST_AT_ONCE = 64  # reports; whoever reports without an end must not keep a flush back


class Engine:
    """Answers every report about one program.

    While a thread of the program stands at a step, whatever its other threads and processes want to do on the stage
    waits too: the state that somebody looks at is a still one.

    Args:
        architecture: tells the calls by number.
        listener: receives the reports.
        watch: which files matter.
        plan: where to stop.
        tell: sends a message to the scenario.

    Attributes:
        read_source: the program was seen to read the source; only where the plan asks for reads.
        refused: what the program wanted to use, and we have told it that this kernel has no such thing.
    """

    def __init__(
        self, architecture: Architecture, listener: Listener, watch: Watch, plan: Plan, tell: Callable[[Message], None]
    ) -> None:
        self._architecture = architecture
        self._listener = listener
        self._tell = tell
        self._stage = Stage(watch, sees_reads=plan.with_reads)
        self._known = self._stage.known
        self._namer = Namer(watch)
        self._observe_all = plan.observe_all
        self.observer = Observer(watch.stage, watch.own_names) if plan.observe or plan.observe_all else None
        self.itinerary = Itinerary(plan, self.observer)
        steps = self.itinerary.steps
        self.recorder = Recorder(watch, self._namer, steps) if plan.record else None
        self.flushes = Flushes(listener, self.recorder.came_back, self._limit) if self.recorder is not None else None
        self.holds = Holds(listener, tell)
        self._traffic = Traffic(
            architecture=architecture,
            listener=listener,
            namer=self._namer,
            itinerary=self.itinerary,
            holds=self.holds,
            limit=self._limit,
        )
        self._parked: deque[Notification] = deque()
        self._restarted: dict[int, tuple[int, tuple[int, ...]]] = {}
        self._interrupted: dict[int, tuple[Held, int | None]] = {}
        self._limitations: set[str] = set()
        self.refused: list[str] = []
        self.read_source = self._brought_data = False
        self._watch = watch
        self._opened = False
        calls = architecture.calls.items()
        self._plain_writes = {number for number, call in calls if call.name in ("write", "pwrite64")}
        self._follows_an_open = {number for number, call in calls if call.verb in (Verb.CLOSE, Verb.READ, Verb.MAP)}

    # -- reports --------------------------------------------------------------------------------------------------

    def serve(self) -> None:
        """Take one report and answer it, or let its caller stand."""
        fields = self._listener.receive()
        if fields is None:
            return
        if not self._opened and fields[3] in self._follows_an_open and fields[4] == self._architecture.audit:
            # Most of what an interpreter does before it comes to its work: nothing of the stage is open yet.
            self._stage.forget_descriptors()
            self._listener.let_go(fields[0])
        elif fields[3] in self._plain_writes and self._passes_quietly(fields):
            self._listener.let_go(fields[0])
        else:
            self._consider(Notification(fields[0], fields[1], fields[3], fields[4], fields[6:]))

    def _passes_quietly(self, fields: tuple[int, ...]) -> bool:
        """Take the short way for the most frequent report: a write that comes to no mark, or that leads elsewhere."""
        path = self._known.get((fields[1], fields[6] & 0xFFFFFFFF))
        if (
            path is None
            or fields[4] != self._architecture.audit
            or self.holds
            or self._interrupted
            or self._restarted
            or self._observe_all
            or self.recorder is not None
        ):
            return False
        if path:
            flow = self._namer.known_flow(path)
            if flow is None or self._traffic.failing or not flow.is_quiet(fields[8]):
                return False
            flow.done += fields[8]
        return True

    def _consider(self, notification: Notification) -> None:
        call = self._architecture.calls.get(notification.number)
        if notification.architecture != self._architecture.audit or call is None:
            self._limit("a program of another architecture (32-bit) took part: its steps could not be seen")
            self._listener.let_go(notification.id)
            return
        if call.verb is Verb.UNSEEN:
            self.refused.append(UNSEEN_WAYS[call.name])
            self._listener.fail(notification.id, errno.ENOSYS)  # programs fall back to calls that we can see
            return
        operation = None
        if call.verb not in _WITHOUT_FILE:
            try:
                operation = read_operation(call, notification, self._stage)
                self._opened = self._opened or (operation is not None and operation.verb is Verb.OPEN)
            except PermissionError:
                self._limit("a part of the program does not let itself be looked into: its steps could not be seen")
            except OSError:
                pass  # the caller is gone, or the call is about to fail by itself
        if operation is None:
            self._pass_by(notification, call)
        elif operation.verb is Verb.MAP and not operation.manner:
            self._limit("a file on the stage is mapped for shared writing: such writes could not be seen")
            self._listener.let_go(notification.id)
        elif self.holds:
            if not self.holds.resume(notification):
                self._parked.append(notification)
        else:
            if call.verb in _CHANGES_DESCRIPTORS:
                self._stage.forget_descriptors()
            self._act(notification, operation)

    def _pass_by(self, notification: Notification, call: Call) -> None:
        """Let a call happen that concerns no file on the stage, yet."""
        if call.verb in _CHANGES_DESCRIPTORS:
            self._stage.forget_descriptors()
        if self.recorder is not None and self.recorder.note_elsewhere(notification, call):
            self._let_happen(notification)
        else:
            self._listener.let_go(notification.id)

    def _act(self, notification: Notification, operation: Operation) -> None:
        if self._comes_back(notification):
            return
        if self._observe_all and self.observer is not None:
            self.observer.look(self.itinerary.steps[-1] if self.itinerary.steps else "", operation.call)
        self.read_source = self.read_source or operation.reads_source
        self._brought_data = self._brought_data or self._brings_data(operation)
        if operation.verb is Verb.MAP:
            self._limit("the source is mapped into memory: when its data are read there could not be seen or stopped")
        if self.recorder is not None:
            self.recorder.note(notification, operation, self._architecture.calls[notification.number])
        repeated = self._restarted.get(notification.thread) == (notification.number, notification.arguments)
        if repeated:
            del self._restarted[notification.thread]
        if operation.verb in _MOVES_DATA:
            if repeated:
                self._traffic.go_on(notification, operation)
            else:
                self._traffic.arrive(notification, operation)
        elif not repeated and self.itinerary.arrives(self._namer.step(operation), operation.call):
            flow = self._namer.known_flow(operation.path)
            self.holds.add(Held(notification, operation, self.itinerary.steps[-1], flow.done if flow else 0))
        else:
            self._let_happen(notification)

    def _let_happen(self, notification: Notification) -> None:
        call = self._architecture.calls[notification.number]
        if self.flushes is not None and is_flush(call):
            self.flushes.begin(notification, call)
        else:
            self._listener.let_go(notification.id)

    @property
    def brought_data(self) -> bool:
        """Whether the program was seen to bring data onto the stage: more than a note about itself, as lock files hold."""
        return self._brought_data or self._namer.bytes_written >= min(self._watch.size, _MORE_THAN_A_NOTE)

    def _brings_data(self, operation: Operation) -> bool:
        """Tell whether an operation brings data without writing them."""
        if operation.manner == "out":
            return False
        if operation.verb in (Verb.RENAME, Verb.LINK):
            is_the_source = f"{self._watch.source}/".startswith(f"{operation.path}/")  # or a directory above it
            return is_the_source or not (self._stage.holds(operation.path) and self._stage.holds(operation.second))
        return operation.verb in (Verb.CONTROL, Verb.SYMLINK)

    def let_flushes_come_back(self) -> None:
        """Let those go on whose flush has come back, after whatever has been reported before they could know of it."""
        for _ in range(_MOST_AT_ONCE):
            if not self._listener.has_report():
                break
            self.serve()
        if self.flushes is not None:
            self.flushes.serve()

    def _limit(self, what: str) -> None:
        if what not in self._limitations:
            self._limitations.add(what)
            self._tell({"limitation": what})

    # -- after a hold -----------------------------------------------------------------------------------------------

    def release(self, number: int, error: int | None = None) -> None:
        """Let a held call happen, or fail with an errno; then serve what had to wait meanwhile.

        A signal that came during the hold is handled before the call happens, as if it had come just before it.
        """
        held = self.holds.take(number)
        if held is not None:
            self._go(held, error)
        self._serve_parked()

    def _serve_parked(self) -> None:
        """Consider what had to wait for a hold to end."""
        while self._parked and not self.holds:
            notification = self._parked.popleft()
            if self._listener.is_waiting(notification.id):
                self._consider(notification)

    def _comes_back(self, notification: Notification) -> bool:
        """Release a call that was interrupted by a signal in the moment of its release, now that it has come again."""
        held, error = self._interrupted.pop(notification.thread, (None, None))
        if held is None or not held.is_repeated_by(notification):
            return False
        held.notification = notification
        self._go(held, error)
        return True

    def release_all(self) -> None:
        """Let every held call happen, and what has waited for one; whoever stood may have been killed meanwhile."""
        while numbers := self.holds.numbers():
            self.release(numbers[0])
        self._serve_parked()

    def _go(self, held: Held, error: int | None) -> None:
        notification = held.notification
        if error is None and held.split is None and _has_signal_to_handle(notification.thread):
            self._restarted[notification.thread] = (notification.number, notification.arguments)
            self._listener.restart(notification.id)
        elif not self._listener.is_waiting(notification.id):
            # Before 5.19 a signal wakes the thread, and its handler runs already: the call is about to come again, and
            # is released then. This is looked for last, since the thread may wake while we look for its signal.
            self._interrupted[notification.thread] = (held, error)
        elif error is not None:
            self._namer.forget_last()
            self._traffic.fail(held, error)
        elif held.split is not None:
            self._traffic.move_on(held)
        elif held.operation.verb in _MOVES_DATA:
            self._traffic.go_on(notification, held.operation)
        else:
            self._let_happen(notification)


def _has_signal_to_handle(thread: int) -> bool:
    """Tell whether a standing thread will act on a signal as soon as it returns to its program.

    A signal for the whole process (`ShdPnd`) counts for its main thread only: the kernel prefers that one, and
    another would have taken it already.
    """
    fields: dict[str, int] = {}
    process = 0
    try:
        lines = Path(f"/proc/{thread}/status").read_text().splitlines()
    except OSError:
        return False
    for line in lines:
        name, _, value = line.partition(":")
        if name in ("SigPnd", "ShdPnd", "SigBlk"):
            fields[name] = int(value, 16)
        elif name == "Tgid":
            process = int(value)
    pending = fields["SigPnd"] | (fields["ShdPnd"] if process == thread else 0)
    return bool(pending & ~fields["SigBlk"])
