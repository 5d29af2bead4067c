"""Plays in which the system fails a copy: a fresh run for each step that this kind of failure can hit."""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass
from functools import partial

from ContentionLibrary.checks.check import THE_NETWORK
from ContentionLibrary.checks.failures import FAIL_A_STEP
from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.history.acts import Acted, Answer
from ContentionLibrary.history.copies import BARRED, FAILED, Way
from ContentionLibrary.scenario.lane import Lane, Mounted
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays.faults import FAULTS, Fault
from ContentionLibrary.scenario.run import Run
from ContentionLibrary.stepping.control import Hold
from ContentionLibrary.stepping.plan import Plan, Stop


def note_deed(run: Run, who: str, what: str, step: str | None, target: str = "the copier") -> None:
    """Note what was done by nobody who could be asked: the system, the network, or the sender of a signal."""
    now = run.now()
    run.note(Acted, who=who, operation=what, target=target, step=step, began=now, ended=now, answer=Answer.DONE)


def note_network(run: Run, operation: str, step: str | None = None) -> None:
    """Note what was done to the link."""
    note_deed(run, THE_NETWORK, operation, step, "the link")


def rehearse(
    lane: Lane, *, with_reads: bool = False, share: Mounted | None = None, number: int | None = None
) -> tuple[list[Hold], str]:
    """Hold an undisturbed copy at each step, to learn by which calls it does them; also return its source.

    Args:
        lane: where it runs.
        with_reads: hold it at reads of the source too.
        share: the directory on a server to which it copies; none by default.
        number: of its run within the play; the next one by default.

    Raises:
        NotPossibleHere: calls cannot be told apart, or made to fail, on this machine.
    """
    with lane.run(share=share, number=number) as run:
        if run.way is not Way.EXACT:
            raise NotPossibleHere(
                "a call can be made to fail, and its kind be known, only where a copier is held exactly at its calls: "
                "run this where exact stepping works"
            )
        copier = run.start(Plan(Stop.EVERYWHERE, with_reads=with_reads))
        holds = []
        while (hold := copier.next()) is not None:
            holds.append(hold)
            copier.release(hold)
        return holds, str(run.place.source)


@dataclass(frozen=True)
class _Blow:
    """One step and the error that it gets."""

    step: str
    error: int


def _fail_steps(fault: Fault, lane: Lane, enough: Enough) -> None:
    holds, source = rehearse(lane, with_reads=fault.about_source)
    errors = itertools.cycle(fault.errors)
    blows = [_Blow(step, next(errors)) for step in fault.visits(holds, source)]
    lane.side_by_side(blows, partial(_fail_step, fault), enough)


def _fail_step(fault: Fault, lane: Lane, number: int, blow: _Blow) -> None:
    how = BARRED if fault.bars else FAILED
    with lane.run(number=number) as run:
        source = str(run.place.source)
        copier = run.start(Plan(Stop.NAMED, (blow.step,), with_reads=fault.about_source))
        hold = copier.reach(blow.step)
        if hold is None:
            return
        note_deed(run, fault.who, f"fail the step: {os.strerror(blow.error)}", hold.step)
        copier.hold_everywhere()
        copier.release(hold, blow.error, how)
        while (hold := copier.next()) is not None:
            if fault.lasts_to(hold, source):
                copier.release(hold, blow.error, how)
            else:
                copier.release(hold)


def fail_steps(what: str, *, older: bool) -> Play:
    """CV-001: the system fails at every step that this kind of failure can hit."""
    title = f"copy {'over an older version' if older else 'into an empty place'} that meets {what}"
    return Play(title, FAIL_A_STEP, title, partial(_fail_steps, FAULTS[what]), older, fresh=True)
