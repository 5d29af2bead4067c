"""The competitors of a test by hand: started under names, waited for, and told apart by how they ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ContentionLibrary.competitors.pool import Competitor, KeptAway
from ContentionLibrary.competitors.report import Report
from ContentionLibrary.errors import HarnessError, UsageError
from ContentionLibrary.history.acts import Answer
from ContentionLibrary.processes.channel import ready
from ContentionLibrary.scenario.by_hand.meetings import Meetings
from ContentionLibrary.scenario.by_hand.names import unknown
from ContentionLibrary.scenario.by_hand.outcomes import CompetitorOutcome

LOCK, HALF = "a lock", "a half-read file"
"""What a competitor can keep."""

_LOOK = 0.01
_GOODBYE = 10.0  # seconds in which a competitor that is idle does a small thing: give a lock back, close a file

Judgement = Callable[[str, Report], CompetitorOutcome]


@dataclass(frozen=True)
class Order:
    """What a competitor is sent to do.

    Args:
        kind: what it is called if the test gives it no name.
        did: what it does, in words that follow its name: `reads 'x.bin'`.
        operation: the worker's operation.
        arguments: those of the operation; paths are absolute.
        judge: finds the word for its end.
        endless: it goes on until it is told to stop.
        keeps: what it keeps when it has ended well: `a lock`, `a half-read file`, or nothing.
    """

    kind: str
    did: str
    operation: str
    arguments: dict[str, Any]
    judge: Judgement
    endless: bool = False
    keeps: str = ""


@dataclass
class _Engaged:
    """A competitor and its present or last order."""

    competitor: Competitor
    order: Order
    barrier: str
    passed: int  # how often it had left the barrier before
    report: Report | None = None
    outcome: CompetitorOutcome | None = None
    trouble: str = ""
    keeping: bool = False

    @property
    def busy(self) -> bool:
        return self.outcome is None and not self.trouble


class Crew:
    """The competitors of one test.

    Args:
        take: returns the process of a name; the same one for the same name.
        meetings: the test's barriers.
    """

    def __init__(self, take: Callable[[str], Competitor], meetings: Meetings) -> None:
        self._take = take
        self._meetings = meetings
        self._engaged: dict[str, _Engaged] = {}

    def choose(self, name: str, kind: str) -> str:
        """Return the name under which a competitor is started: the wanted one, or its kind with a number.

        Raises:
            UsageError: a competitor of this name is still at work.
        """
        if name:
            engaged = self._engaged.get(name)
            if engaged is not None and engaged.busy:
                raise UsageError(
                    f"{name} is still at work (it {engaged.order.did}): wait for it, or name the other one"
                )
            return name
        number = 1
        while (free := kind if number == 1 else f"{kind} {number}") in self._engaged:
            number += 1
        return free

    def send(self, name: str, order: Order, barrier: str = "") -> None:
        """Let a competitor begin, at once or when a barrier opens.

        Args:
            name: from `choose`.
            order: what it shall do.
            barrier: name of a barrier; empty for at once.

        Raises:
            UsageError: there is no such barrier.
        """
        if barrier:
            self._meetings.find(barrier)
        competitor = self._take(name)
        passed = self._meetings.passed(barrier, competitor.pid) if barrier else 0
        if barrier:
            self._meetings.send(barrier, competitor, order.operation, **order.arguments)
        else:
            competitor.begin(order.operation, **order.arguments)
        self._engaged[name] = _Engaged(competitor, order, barrier, passed)

    def wait(self, name: str, timeout: float) -> CompetitorOutcome:
        """Wait for the end of a competitor's order; asked again, it tells the same.

        Args:
            name: the competitor's.
            timeout: seconds after which it counts as hung. One that goes on until it is told to stop is told so now.

        Raises:
            HarnessError: it was lost.
            UsageError: there is no such competitor, it was stopped before it ended, or too few came to its barrier.
        """
        engaged = self._find(name)
        if engaged.trouble:
            raise UsageError(engaged.trouble)
        if engaged.outcome is None:
            try:
                engaged.report = self._report(engaged, timeout)
            except (HarnessError, UsageError) as error:
                engaged.trouble = str(error)
                raise
            engaged.outcome = engaged.order.judge(name, engaged.report)
            engaged.keeping = bool(engaged.order.keeps) and engaged.report.answer in (Answer.DONE, Answer.WAITED)
        return engaged.outcome

    def _report(self, engaged: _Engaged, timeout: float) -> Report:
        competitor, deadline = engaged.competitor, time.monotonic() + timeout
        while engaged.barrier and self._meetings.passed(engaged.barrier, competitor.pid) == engaged.passed:
            left = deadline - time.monotonic()
            if ready([competitor.channel], max(0.0, min(_LOOK, left))):
                break  # it was kept away from the barrier, and says so
            if left <= 0:
                name, barrier = competitor.name, engaged.barrier
                want = self._meetings.want(barrier, timeout)
                competitor.replace()
                raise UsageError(f"{name} still waited and was ended: {want}")
        left = max(0.0, deadline - time.monotonic())
        try:
            return competitor.stop(left) if engaged.order.endless else competitor.result(left)
        except KeptAway as error:
            if engaged.barrier and self._meetings.broke_for_want(engaged.barrier):
                raise UsageError(f"{competitor.name} did not begin: {self._meetings.want(engaged.barrier)}") from error
            raise

    def finish_reading(self, name: str, timeout: float) -> tuple[Report, Report]:
        """Let a competitor that has read the first half of a file read the second, and close the file.

        Returns:
            What it reported of the first half and of the second.

        Raises:
            UsageError: it has no such file.
        """
        engaged = self._keeper(name, HALF, timeout)
        assert engaged.report is not None
        second = engaged.competitor.do("finish_reading", timeout)
        if second.answer is not Answer.HUNG:
            engaged.competitor.do("close_file", _GOODBYE)
        engaged.keeping = False
        return engaged.report, second

    def retell(self, name: str, outcome: CompetitorOutcome) -> None:
        """Replace what is told of a competitor's end by what is known now."""
        self._find(name).outcome = outcome

    def release_lock(self, name: str, timeout: float) -> None:
        """Let a competitor give its lock back; returns when the lock is free.

        Raises:
            UsageError: it holds none.
        """
        engaged = self._keeper(name, LOCK, timeout)
        engaged.competitor.do("close_file", _GOODBYE)
        engaged.keeping = False

    def _keeper(self, name: str, what: str, timeout: float) -> _Engaged:
        """Return a competitor that keeps something, once it has it."""
        outcome = self.wait(name, timeout)
        engaged = self._find(name)
        if engaged.order.keeps != what or not engaged.keeping:
            raise UsageError(
                f"{name} has not {what} (any more): it {engaged.order.did} and ended {outcome.outcome.name}"
            )
        return engaged

    def stop(self, name: str) -> None:
        """End a competitor's process with all that it has started; locks and files that it held are free then.

        What it had done before can still be asked for; an order that it had not finished has no outcome.
        """
        engaged = self._find(name)
        if engaged.busy:
            engaged.trouble = f"{name} was stopped before it ended (it {engaged.order.did}): it has no outcome"
        engaged.keeping = False
        engaged.competitor.replace()

    def clear(self) -> list[str]:
        """End all that are still at work; return what they did."""
        unfinished = [f"{name} ({one.order.did})" for name, one in self._engaged.items() if one.busy]
        for engaged in self._engaged.values():
            if engaged.busy:
                engaged.competitor.replace()
        return unfinished

    def _find(self, name: str) -> _Engaged:
        if name not in self._engaged:
            raise unknown("competitor", name, self._engaged)
        return self._engaged[name]
