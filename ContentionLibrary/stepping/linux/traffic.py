"""Lets a program's data flow up to the marks at which it is to be stopped, inside a call where that is needed."""

from __future__ import annotations

import errno
import os
import resource
import stat
from collections.abc import Callable

from ContentionLibrary.stepping.itinerary import Itinerary
from ContentionLibrary.stepping.linux.architecture import Architecture
from ContentionLibrary.stepping.linux.calls import DATA_VERBS, Call, Verb
from ContentionLibrary.stepping.linux.holds import Held, Holds
from ContentionLibrary.stepping.linux.memory import CannotBorrow
from ContentionLibrary.stepping.linux.moving import SplitRead, SplitWrite, finds_the_end, move_bulk
from ContentionLibrary.stepping.linux.naming import Flow, Mark, Namer
from ContentionLibrary.stepping.linux.operation import Operation
from ContentionLibrary.stepping.linux.seccomp import Listener, Notification

_MOST_IN_ONE_CALL = 0x7FFFF000  # what one call moves at most, whatever the program asks for (read(2), NOTES)


class Traffic:
    """Answers the calls that move data.

    Args:
        architecture: tells the calls by number.
        listener: answers them.
        namer: knows how far the data of each file has come.
        itinerary: where to stop.
        holds: takes the threads that are stopped.
        limit: tells the scenario what could not be seen or stopped.

    Attributes:
        failing: files whose next call that moves data fails, with the errno.
    """

    def __init__(
        self,
        *,
        architecture: Architecture,
        listener: Listener,
        namer: Namer,
        itinerary: Itinerary,
        holds: Holds,
        limit: Callable[[str], None],
    ) -> None:
        self._architecture = architecture
        self._listener = listener
        self._namer = namer
        self._itinerary = itinerary
        self._holds = holds
        self._limit = limit
        self.failing: dict[str, int] = {}

    def arrive(self, notification: Notification, operation: Operation) -> None:
        """Answer a call that is about to move data, or hold it if its first byte is a step."""
        if operation.path in self.failing:
            self._listener.fail(notification.id, self.failing.pop(operation.path))
            return
        flow = self._namer.flow(operation)
        due = flow.due(operation.size, whole=not self._is_divided(notification, operation, flow))
        if due is not None:
            step = self._namer.numbered(due.name)
        elif self._is_late(notification, operation, flow) and flow.due_late():
            step = self._namer.late_step(operation)
        else:
            step = ""
        if self._itinerary.arrives(step, operation.call):
            self._holds.add(Held(notification, operation, self._itinerary.steps[-1], flow.done))
        else:
            self.go_on(notification, operation)

    def go_on(self, notification: Notification, operation: Operation) -> None:
        """Let a call happen up to the next mark at which we want to stop, or to its end."""
        flow = self._namer.flow(operation)
        size = min(operation.size, _MOST_IN_ONE_CALL)
        if operation.verb is Verb.BULK:
            size = min(size, max(flow.total - flow.done, 0))  # programs ask for far more than there is
        inner = flow.within(size) if self._is_divided(notification, operation, flow) else []
        stop = next((mark for mark in inner if self._itinerary.wants(mark.name)), None)
        if operation.verb is Verb.BULK and stop is None and inner and not flow.proven:
            stop = inner[0]  # doing a part ourselves shows whether the kernel can do it for these two files at all
        if stop is not None and operation.verb is Verb.BULK:
            self._move_bulk(notification, operation, flow, stop)
        elif stop is not None:
            split = SplitRead if operation.verb is Verb.READ else SplitWrite
            self.move_on(Held(notification, operation, "", split=split(self._call(notification), notification)))
        else:
            for mark in inner:
                self._itinerary.passes(self._namer.numbered(mark.name))
            flow.advance(size, divided=bool(inner))
            self._listener.let_go(notification.id)

    def fail(self, held: Held, number: int) -> None:
        """Make a held call fail: at once, or after the part of it that is done, as the kernel would."""
        if held.split is not None and held.split.done:
            self.failing[held.operation.path] = number
            self._listener.succeed(held.notification.id, held.split.done)
        else:
            if held.operation.verb in (*DATA_VERBS, Verb.READ):
                self._namer.flow(held.operation).fall_back()
            self._listener.fail(held.notification.id, number)

    def move_on(self, held: Held) -> None:
        """Read or write on inside one call: up to the next mark that is wanted, or to its end."""
        assert held.split is not None
        split, size = held.split, min(held.operation.size, _MOST_IN_ONE_CALL)
        flow = self._namer.flow(held.operation)
        while True:
            inner = flow.within(size - split.done)
            stop = next((mark for mark in inner if self._itinerary.wants(mark.name)), None)
            for mark in inner[: inner.index(stop) if stop else None]:
                self._itinerary.passes(self._namer.numbered(mark.name))
            start, error = split.done, None
            until = size if stop is None else split.done + stop.position - flow.done
            try:
                split.move(until)
            except CannotBorrow as refused:
                self._cannot_divide(refused)
                flow.advance(size, divided=True)
                self._listener.let_go(held.notification.id)
                return
            except OSError as raised:
                error = raised.errno or errno.EIO
            if error == errno.EACCES and not split.done:  # a lock of the program's own, which clients of SMB enforce
                flow.advance(size, divided=True)
                self._listener.let_go(held.notification.id)
                return
            flow.advance(split.done - start, divided=True)
            if error is not None and not split.done:
                self._listener.fail(held.notification.id, error)
                return
            file_has_ended = split.done < until
            if error is not None or stop is None or file_has_ended:
                self._listener.succeed(held.notification.id, split.done)
                return
            flow.due(0, whole=False)
            if self._itinerary.arrives(self._namer.numbered(stop.name), held.operation.call):
                held.step, held.written = self._itinerary.steps[-1], flow.done
                self._holds.add(held)
                return

    def _move_bulk(self, notification: Notification, operation: Operation, flow: Flow, stop: Mark) -> None:
        before = flow.within(stop.position - flow.done)
        try:
            moved = move_bulk(self._call(notification), notification, stop.position - flow.done)
        except CannotBorrow as refused:
            self._cannot_divide(refused)
            flow.advance(min(operation.size, flow.total - flow.done), divided=True)
            self._listener.let_go(notification.id)
            return
        except OSError:  # not possible between these two files: the program gets the kernel's own answer and falls back
            self._listener.let_go(notification.id)
            return
        for mark in before:
            self._itinerary.passes(self._namer.numbered(mark.name))
        flow.proven = True
        flow.advance(moved, divided=True)
        self._listener.succeed(notification.id, moved)

    def _is_late(self, notification: Notification, operation: Operation, flow: Flow) -> bool:
        """Tell whether a call writes into a file that should be complete; the one that only finds the end does not."""
        if operation.verb is Verb.BULK:
            return flow.is_late and not finds_the_end(self._call(notification), notification)
        if operation.verb is Verb.SPLICE:
            return flow.is_late and flow.settled  # it may ask for far more than it moves: what was done is unknown
        return flow.is_late

    def _is_divided(self, notification: Notification, operation: Operation, flow: Flow) -> bool:
        """Bulk calls may return a short count; others are divided only if they would jump over a quarter of the file.

        Under a limit of file size we do nothing in the program's place: the limit would not hold for us.
        """
        if operation.verb is not Verb.BULK and (operation.verb is Verb.SPLICE or operation.size <= flow.total // 4):
            return False
        descriptor = self._call(notification).descriptor
        assert descriptor is not None
        try:
            unlimited = resource.prlimit(notification.thread, resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
            mode = os.stat(f"/proc/{notification.thread}/fd/{notification.arguments[descriptor]}").st_mode  # noqa: PTH116
        except OSError:
            return False
        return unlimited and stat.S_ISREG(mode)  # a pipe on the stage could keep us waiting

    def _cannot_divide(self, refused: CannotBorrow) -> None:
        self._limit(f"calls that move much data at once could not be divided: {refused}")

    def _call(self, notification: Notification) -> Call:
        return self._architecture.calls[notification.number]
