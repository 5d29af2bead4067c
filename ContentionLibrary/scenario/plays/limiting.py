"""Plays in which the copier gets less from the system than it needs: descriptors, memory, processes, answers to `open`."""

from __future__ import annotations

import errno
import os
from contextlib import ExitStack
from functools import partial

from ContentionLibrary.checks.limits import (
    ALLOW,
    ALLOW_NO_MORE,
    FEW_DESCRIPTORS,
    NO_MORE_MEMORY,
    NO_MORE_PROCESSES,
    OPENING_REFUSED,
    REFUSE,
    SMALL_FILES,
    THE_SYSTEM,
)
from ContentionLibrary.content.sizes import format_size
from ContentionLibrary.history.copies import CopyEnded, Ending
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.performance import Performance
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays.disturbing import steps_undisturbed
from ContentionLibrary.scenario.plays.failing import note_deed, rehearse
from ContentionLibrary.scenario.plays.faults import first_and_last_of_each_verb
from ContentionLibrary.scenario.run import Run
from ContentionLibrary.stepping.control import Hold
from ContentionLibrary.stepping.limits import Limit, Resource, possible_while_running
from ContentionLibrary.stepping.plan import Plan, Stop

_ALLOWED = (256, 64, 32, *range(24, 2, -1))
"""How many descriptors a copy gets, from plenty to standard input, output and error alone."""
_TOGETHER = 5
_ERRORS = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)
_OPENING = ("open ", "create ")
_MORE = {Resource.ADDRESS_SPACE: "memory", Resource.PROCESSES: "processes"}
_NEVER_BOUND = "no copy failed, however little the copier got"


def _start_limited(run: Run, limit: Limit, words: str) -> Performance:
    note_deed(run, THE_SYSTEM, ALLOW, None, words)
    return run.start(Plan(Stop.NOWHERE), limits=(limit,))


def _limited_copy(lane: Lane, limit: Limit, words: str) -> CopyEnded:
    with lane.run() as run:
        return _start_limited(run, limit, words).run_to_end()


def _go_to_the_middle(copier: Performance, steps: int) -> Hold | None:
    hold = copier.next()
    for _ in range(steps // 2):
        if hold is not None:
            copier.release(hold)
            hold = copier.next()
    return hold


def _few_descriptors(lane: Lane, enough: Enough) -> None:
    """A copy stands in its middle; beside it copies get fewer and fewer descriptors, until one cannot be made.

    Then some are started together with the fewest that were enough, and the first one goes on to its end.
    """
    steps = len(steps_undisturbed(lane))
    with lane.run() as beside:
        running = beside.start(Plan(Stop.EVERYWHERE))
        hold = _go_to_the_middle(running, steps)
        sufficient = None
        bound = False
        for allowed in _ALLOWED:
            if enough():
                break
            limit = Limit(Resource.OPEN_FILES, allowed)
            bound = _limited_copy(lane, limit, f"{allowed} descriptors").ending is not Ending.SUCCESS
            if bound:
                break
            sufficient = limit
        if sufficient is not None and not enough():
            _copy_together(lane, sufficient)
        if hold is not None:
            running.free()
            running.release(hold)
        running.run_to_end()
        if not bound and not enough():
            running.miss("the limit of descriptors", _NEVER_BOUND)


def _copy_together(lane: Lane, limit: Limit) -> None:
    with ExitStack() as entered:
        runs = [entered.enter_context(lane.run()) for _ in range(_TOGETHER)]
        copiers = [_start_limited(run, limit, f"{limit.value} descriptors") for run in runs]
        for copier in copiers:
            copier.run_to_end()


def _small_files(lane: Lane, enough: Enough) -> None:
    """The system allows files of half the size, and then of all but one byte."""
    with lane.run() as beside:
        running = beside.start(Plan(Stop.NOWHERE))
        running.run_to_end()
        size = beside.size
    for allowed in (size // 2, size - 1):
        if enough():
            return
        _limited_copy(lane, Limit(Resource.FILE_SIZE, allowed), f"files of at most {format_size(allowed)}")


def _refuse_opening(lane: Lane, enough: Enough) -> None:
    """For each step that opens or creates, and each error: a fresh run in which the system refuses just that."""
    steps = [step for step in steps_undisturbed(lane, with_reads=True) if step.startswith(_OPENING)]
    items = [(step, error) for error in _ERRORS for step in steps]

    def one(lane: Lane, number: int, item: tuple[str, int]) -> None:
        step, error = item
        with lane.run(number=number) as run:
            copier = run.start(Plan(Stop.NAMED, (step,), with_reads=True))
            hold = copier.reach(step)
            if hold is None:
                return
            _note_refusal(run, step, error)
            copier.release(hold, error)
            copier.run_to_end()

    lane.side_by_side(items, one, enough)


def _note_refusal(run: Run, step: str, error: int) -> None:
    words = f"{errno.errorcode[error]} ({os.strerror(error)})"
    note_deed(run, THE_SYSTEM, f"{REFUSE} it with {words}", step, f"'{step}'")


def _give_no_more(resource: Resource, lane: Lane, enough: Enough) -> None:
    """The copier stands before a step with all that it has by then, and gets nothing more of one thing: a run for each step.

    Chosen are the first and the last step of each kind of call: what a copier needs more of, it needs in between.
    """
    what = _MORE[resource]
    if (reason := _unlimited(resource)) is not None:
        lane.limit(f"the limit of {what} was left out: {reason}")
        return
    steps = [hold.step for hold in first_and_last_of_each_verb(rehearse(lane, with_reads=True)[0])]
    bound: list[bool] = []

    def one(lane: Lane, number: int, step: str) -> None:
        with lane.run(number=number) as run:
            copier = run.start(Plan(Stop.NAMED, (step,), with_reads=True))
            hold = copier.reach(step)
            if hold is None:
                return
            copier.allow_no_more(resource)
            note_deed(run, THE_SYSTEM, f"{ALLOW_NO_MORE} {what}", step)
            copier.release(hold)
            bound.append(copier.run_to_end().ending is not Ending.SUCCESS)

    # Who needs no process from its first step on needs none from a later one on; memory it may have given back meanwhile.
    first = 1 if resource is Resource.PROCESSES else len(steps)
    lane.side_by_side(steps[:first], one, enough)
    if any(bound):
        lane.side_by_side(steps[first:], one, enough)
    elif bound:
        lane.limit(f"no copy failed for want of {what}: what a copy has at its first step seems to be enough for it")


def _unlimited(resource: Resource) -> str | None:
    """Say why a running copier cannot be limited here; None if it can."""
    if not possible_while_running():
        return "this system cannot limit a program that runs already"
    if resource is Resource.PROCESSES and os.geteuid() == 0:
        return "root may always start one more process; run this as an ordinary user"
    return None


def few_descriptors() -> Play:
    """FHL-001: fewer and fewer descriptors, down to one less than the copy needs."""
    title = "copies with fewer and fewer descriptors, beside one that has enough"
    return Play(title, FEW_DESCRIPTORS, title, _few_descriptors, stepped=False)


def small_files() -> Play:
    """FHL-001: the system allows only smaller files."""
    title = "copies with a limit of the file size"
    return Play(title, SMALL_FILES, title, _small_files, stepped=False)


def no_more_memory() -> Play:
    """FHL-001: from each step on the copier's address space may not grow."""
    return _no_more(Resource.ADDRESS_SPACE, NO_MORE_MEMORY)


def no_more_processes() -> Play:
    """FHL-001: from each step on the copier may start no more processes and threads."""
    return _no_more(Resource.PROCESSES, NO_MORE_PROCESSES)


def _no_more(resource: Resource, kind: str) -> Play:
    title = f"copies that get no more {_MORE[resource]} from one of their steps on"
    return Play(title, kind, title, partial(_give_no_more, resource), older=True, fresh=True)


def refuse_opening() -> Play:
    """FHL-001: EMFILE, ENFILE and ENOMEM at each call that opens or creates."""
    title = "copies in which the system refuses to open or create"
    return Play(title, OPENING_REFUSED, title, _refuse_opening, older=True, fresh=True)
