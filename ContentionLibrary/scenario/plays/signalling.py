"""Plays in which a copier is told to end, or is killed, at every step; each step gets a fresh run."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ContentionLibrary.checks.check import SIGNAL
from ContentionLibrary.checks.failures import KILL_AT_A_STEP, SEND_A_SIGNAL
from ContentionLibrary.scenario.lane import Enough, Lane, Play
from ContentionLibrary.scenario.performance import Performance
from ContentionLibrary.scenario.plays.disturbing import steps_undisturbed
from ContentionLibrary.scenario.plays.failing import note_deed
from ContentionLibrary.scenario.run import Run
from ContentionLibrary.stepping.control import Hold
from ContentionLibrary.stepping.plan import Plan, Scope, Stop

_NOT_REACHED = "the copier ended before it, although it came to it when nobody told it to end"


@dataclass(frozen=True)
class _Message:
    """A signal, who gets it, and who sends such ones."""

    name: str
    scope: Scope
    sender: str


_MESSAGES = {
    # A scheduler or a container's runtime knows the main process only; a terminal and a shutdown reach all.
    "SIGTERM to its main process": _Message("SIGTERM", Scope.MAIN, "its caller"),
    "SIGTERM to all its processes": _Message("SIGTERM", Scope.TREE, "the shutdown"),
    "SIGINT to all its processes": _Message("SIGINT", Scope.TREE, "the terminal"),
    "SIGHUP to all its processes": _Message("SIGHUP", Scope.TREE, "the terminal"),
}
"""Every signal that a copier can answer, by its name in the suites."""

End = Callable[[Run, Performance, Hold], None]


def _end_at_every_step(end: End, lane: Lane, enough: Enough) -> None:
    def one(lane: Lane, number: int, step: str) -> None:
        with lane.run(number=number) as run:
            copier = run.start(Plan(Stop.NAMED, (step,)))
            hold = copier.next()
            if hold is None:
                copier.miss(step, _NOT_REACHED)
                return
            end(run, copier, hold)
            copier.run_to_end()

    lane.side_by_side(steps_undisturbed(lane), one, enough)


def _send(what: str, run: Run, copier: Performance, hold: Hold) -> None:
    """Send the signal while the copier stands; it acts upon it before the step happens."""
    message = _MESSAGES[what]
    note_deed(run, message.sender, f"{SIGNAL} {what}", hold.step)
    copier.send(signal.Signals[message.name], message.scope)
    copier.release(hold)


def _kill(run: Run, copier: Performance, hold: Hold) -> None:
    note_deed(run, "the system", "kill all its processes", hold.step)
    copier.kill_at(hold, Scope.TREE)


def _title(what: str, *, older: bool) -> str:
    return f"copy {'over an older version' if older else 'into an empty place'} that gets {what}"


def send_signal(what: str, *, older: bool) -> Play:
    """CV-001: the copier gets a signal at every step."""
    title = _title(what, older=older)
    return Play(title, SEND_A_SIGNAL, title, partial(_end_at_every_step, partial(_send, what)), older, fresh=True)


def kill(what: str, *, older: bool) -> Play:
    """CV-001: the copier and all its processes are killed at every step."""
    title = _title(what, older=older)
    return Play(title, KILL_AT_A_STEP, title, partial(_end_at_every_step, _kill), older, fresh=True)
