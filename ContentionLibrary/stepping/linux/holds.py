"""Which threads of a program stand and wait for our answer, and when that is told to the scenario."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ContentionLibrary.processes.channel import Message
from ContentionLibrary.stepping.linux import tree
from ContentionLibrary.stepping.linux.moving import SplitCall
from ContentionLibrary.stepping.linux.operation import Operation
from ContentionLibrary.stepping.linux.seccomp import Listener, Notification

_NAP = 0.00005  # seconds between two looks at whether the others have come to rest
_SETTLE_WITHIN = 0.1  # seconds that the other threads get to fall asleep before a hold is told as unsettled


@dataclass
class Held:
    """A thread that stands before a step.

    Args:
        notification: its call, which waits for our answer.
        operation: what the call is about to do.
        step: name of the step.
        written: bytes of the file's data that were moved before.
        split: set when it was stopped inside one call that reads or writes.
        told: the scenario knows of it.
    """

    notification: Notification
    operation: Operation
    step: str
    written: int = 0
    split: SplitCall | None = None
    told: bool = False
    since: float = field(default_factory=time.monotonic)

    def is_repeated_by(self, notification: Notification) -> bool:
        """Tell whether a call is the one that stands here: a signal has interrupted it, and it has come again."""
        old = self.notification
        return (old.thread, old.number, old.arguments) == (
            notification.thread,
            notification.number,
            notification.arguments,
        )


class Holds:
    """The threads that stand, by the number under which the scenario knows them.

    Args:
        listener: answers their calls.
        tell: sends a message to the scenario.
    """

    def __init__(self, listener: Listener, tell: Callable[[Message], None]) -> None:
        self._listener = listener
        self._tell = tell
        self._held: dict[int, Held] = {}
        self._next = 1
        self.untold = False

    def __bool__(self) -> bool:
        return bool(self._held)

    def add(self, held: Held) -> None:
        """Let a thread stand until somebody takes the hold."""
        held.told, held.since = False, time.monotonic()
        self._held[self._next] = held
        self._next += 1
        self.untold = True

    def take(self, number: int) -> Held | None:
        """Give a hold up, to release its thread; None when there is no such hold (any more)."""
        return self._held.pop(number, None)

    def numbers(self) -> list[int]:
        """List the numbers of all holds."""
        return list(self._held)

    def resume(self, notification: Notification) -> bool:
        """Tell whether a call is one that stands already and was only interrupted by a signal; then it stands on.

        Kernels before 5.19 wake a waiting thread for each signal, and its call comes again.
        """
        for held in self._held.values():
            if held.is_repeated_by(notification):
                held.notification = notification
                return True
        return False

    def drop_dead(self) -> None:
        """Forget the holds of threads that are gone."""
        for number, held in list(self._held.items()):
            if not self._listener.is_waiting(held.notification.id):
                del self._held[number]
        self.untold = any(not held.told for held in self._held.values())

    def tell_settled(self) -> None:
        """Report new holds once everybody else in the program sleeps too: until then files may still change.

        Somebody whose report has not been answered yet sleeps as well, but only until that: so look for reports last.
        """
        if self.untold:
            self.drop_dead()
        if not self.untold:
            return
        settled = tree.all_asleep({held.notification.thread for held in self._held.values()})
        waiting = self._listener.has_report()
        settled = settled and not waiting
        now = time.monotonic()
        for number, held in self._held.items():
            if held.told or (not settled and now - held.since < _SETTLE_WITHIN):
                continue
            held.told = True
            self._tell(
                {
                    "held": number,
                    "step": held.step,
                    "call": held.operation.call,
                    "path": held.operation.path,
                    "second": held.operation.second,
                    "written": held.written,
                    "settled": settled,
                    "pid": held.notification.thread,
                    "within": held.split is not None,
                }
            )
        self.untold = any(not held.told for held in self._held.values())
        if self.untold and not waiting:
            time.sleep(_NAP)
