"""Plays in which a copier gets a signal, is stopped for a while, or is killed, at every step; each step gets a fresh run."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ContentionLibrary.checks.check import SIGNAL
from ContentionLibrary.checks.failures import KILL_AT_A_STEP, SEND_A_SIGNAL
from ContentionLibrary.checks.signals import GET_A_SIGNAL, STOP_AND_CONTINUE
from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.history.acts import Signalled, StoodStill
from ContentionLibrary.history.copies import Way
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.performance import Performance
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays.disturbing import steps_undisturbed
from ContentionLibrary.scenario.plays.failing import note_deed
from ContentionLibrary.scenario.run import Run
from ContentionLibrary.scenario.standstill import standing
from ContentionLibrary.stepping.control import Hold
from ContentionLibrary.stepping.plan import Plan, Scope, Stop


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

_ORDERS = {
    "SIGHUP": _Message("SIGHUP", Scope.TREE, "the terminal"),
    "SIGINT": _Message("SIGINT", Scope.TREE, "the terminal"),
    "SIGTERM": _Message("SIGTERM", Scope.MAIN, "its caller"),
    "SIGPIPE": _Message("SIGPIPE", Scope.MAIN, "somebody"),
    "SIGXFSZ": _Message("SIGXFSZ", Scope.MAIN, "somebody"),
}
"""Who gets which signal where it is the question how a copier ends."""
_WHOM = {Scope.MAIN: "its main process", Scope.TREE: "all its processes"}

BURST = "a burst of signals"
_BURST = ("SIGHUP", "SIGINT", "SIGTERM")
_AGAIN = signal.SIGTERM
_MOST = 4 << 20  # bytes of a file: how a copier takes a signal does not depend on its size
_STANDS_WITHIN = 5.0  # seconds that a stopped program gets to stand still

End = Callable[[Run, Performance, Hold], None]


def _end_at_every_step(end: End, lane: Lane, enough: Enough) -> None:
    def one(lane: Lane, number: int, step: str) -> None:
        with lane.run(number=number) as run:
            copier = run.start(Plan(Stop.NAMED, (step,)))
            hold = copier.reach(step)
            if hold is None:
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
    _end_of(run, copier)


def _note_signals(run: Run, names: tuple[str, ...], scope: Scope, step: str) -> None:
    answers = [one for one in run.profile.on_signal if f"SIG{one.signal}" in names]
    run.note(
        Signalled,
        step=step,
        signals=tuple(int(signal.Signals[name]) for name in names),
        all_processes=scope is Scope.TREE,
        codes=tuple(code for one in answers for code in one.codes),
        ignored=tuple(int(signal.Signals[f"SIG{one.signal}"]) for one in answers if not one.codes),
    )


def _order(name: str, run: Run, copier: Performance, hold: Hold) -> None:
    """Send one signal while the copier stands."""
    message = _ORDERS[name]
    note_deed(run, message.sender, f"{SIGNAL} {name} to {_WHOM[message.scope]}", hold.step)
    _note_signals(run, (name,), message.scope, hold.step)
    copier.send(signal.Signals[name], message.scope)
    copier.release(hold)
    _end_of(run, copier)


def _burst(run: Run, copier: Performance, hold: Hold) -> None:
    """Send three signals while the copier stands, and one more at each step that it comes to after that.

    So whatever it does to clean up meets a signal, too.
    """
    everybody = Scope.TREE
    note_deed(run, "the terminal", f"{SIGNAL} {', '.join(_BURST)} to {_WHOM[everybody]}", hold.step)
    _note_signals(run, _BURST, everybody, hold.step)
    copier.hold_everywhere()
    for name in _BURST:
        copier.send(signal.Signals[name], everybody)
    copier.release(hold)
    while (later := copier.next()) is not None:
        copier.send(_AGAIN, everybody)
        copier.release(later)
    _end_of(run, copier)


def _end_of(run: Run, copier: Performance) -> None:
    """Look when all its processes have ended: which of them ends first, and what is removed by then, may be chance."""
    copier.run_to_end()
    run.look_at_rest()


def _stop_and_continue(run: Run, copier: Performance, hold: Hold) -> None:
    """Stop all its processes, let go of the held call, see that everybody stands still, and continue them.

    A thread that we hold stops when we let it go, before its call happens.
    """
    note_deed(run, "the terminal", "stop it for a moment and continue it", hold.step)
    copier.send(signal.SIGSTOP, Scope.TREE)
    copier.release(hold)
    stand = standing(copier.pid, _STANDS_WITHIN)
    copier.send(signal.SIGCONT, Scope.TREE)
    if stand:
        run.note(StoodStill, step=hold.step, processes=stand)
    else:
        copier.miss(hold.step, f"the copier did not stand still within {_STANDS_WITHIN:g} s after SIGSTOP")
    copier.run_to_end()


def _held_exactly(act: Callable[[Lane, Enough], None], lane: Lane, enough: Enough) -> None:
    if lane.way is not Way.EXACT:
        raise NotPossibleHere(
            "a signal can be sent at every step only where a copier is held exactly: run this where exact stepping works"
        )
    act(lane, enough)


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


def get_signal(what: str, *, older: bool) -> Play:
    """LSS-003: the copier gets a signal, or a burst of them, at every step."""
    title = _title(what, older=older)
    end = _burst if what == BURST else partial(_order, what)
    act = partial(_held_exactly, partial(_end_at_every_step, end))
    return Play(title, GET_A_SIGNAL, title, act, older, fresh=True, at_most=_MOST)


def stop_and_continue(*, older: bool) -> Play:
    """LSS-003: all processes of the copier are stopped and continued at every step."""
    title = f"copy {'over an older version' if older else 'into an empty place'} that is stopped and continued"
    act = partial(_held_exactly, partial(_end_at_every_step, _stop_and_continue))
    return Play(title, STOP_AND_CONTINUE, title, act, older, fresh=True, at_most=_MOST)
