"""Whether two copiers of one run were at work at the same time, as far as the history proves it.

A copy that had not touched the stage, or had its content in place, while the other one ran has met nobody: both may
succeed. What a busy machine makes of a free race is therefore judged by the times at which each copier came to its steps.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import combinations

from ContentionLibrary.checks.check import Run
from ContentionLibrary.content.sighting import Version
from ContentionLibrary.history.copies import CopyBegan, CopyEnded, StepLeft, StepReached, Way
from ContentionLibrary.history.looks import Looked

_LAST_DATA = " the last bytes of "  # part of the name of every step that completes a file's data
_CREATE = "create "  # how the name of every step begins that makes a file
_NORMAL = 1.96  # standard deviations that enclose 95 % of a normal distribution


def held_before(run: Run, who: str) -> str:
    """Return the step before which a copier was held; none if it was not, or only to start together with others."""
    steps = [event.step for event in run.events.of(StepReached) if event.who == who]
    return steps[-1] if steps and not started_together(run) else ""


def started_together(run: Run) -> bool:
    """Tell whether several copiers were held, each at its first step, which makes a barrier of it."""
    reached = run.events.of(StepReached)
    firsts = {who: ended.steps[:1] for who in {event.who for event in reached} if (ended := run.ended(who))}
    return len(firsts) > 1 and all(event.step in firsts.get(event.who, ()) for event in reached)


def met(run: Run, one: CopyEnded, other: CopyEnded, contents: dict[str, Version]) -> bool:
    """Tell whether two copies that both reported success have surely met.

    Args:
        run: the run that they were in.
        one: how one of them ended.
        other: how the other one ended.
        contents: what each copier was to bring.
    """
    if _came_after(run, one, other, contents) or _came_after(run, other, one, contents):
        return False
    if started_together(run):
        return _had_begun_before_last_data(one, other) and _had_begun_before_last_data(other, one)
    exact = all(began.way is Way.EXACT for began in run.events.of(CopyBegan))
    if not exact and run.looked("held") is None:
        return False  # a race for which not all could be stopped at their first step: nobody knows who was where
    held, free = (one, other) if held_before(run, one.who) else (other, one)
    let_go = _let_go(run, held.who)
    if let_go is None or free.ended <= let_go:
        return True
    # The held one had to be let go before the free one had ended.
    if _stood_at_first_step(run, held) and held.step_times and free.step_times:
        return _had_begun_before_last_data(one, other) and _had_begun_before_last_data(other, one)
    return not free.step_times or free.step_times[0] <= let_go


def _let_go(run: Run, who: str) -> float | None:
    left = [event.at for event in run.events.of(StepLeft) if event.who == who]
    return left[-1] if left else None


def _stood_at_first_step(run: Run, ended: CopyEnded) -> bool:
    return held_before(run, ended.who) in ended.steps[:1]


def _came_after(run: Run, late: CopyEnded, early: CopyEnded, contents: dict[str, Version]) -> bool:
    """Tell whether one copy touched nothing before the other had its content in place, and is there in the end."""
    look = run.looked("after")
    if look is None or look.destination is None or not look.destination.is_whole(contents[late.who], run.size):
        return False
    return _waited_for_its_first_file(late, early) or _in_place(run, early, contents) <= _untouched_until(run, late)


def _waited_for_its_first_file(late: CopyEnded, early: CopyEnded) -> bool:
    """Tell whether a copier came to nothing but the making of a file of its own until the other one was at its last step.

    Who finds a rival's lock file there tries to make it again and again, which is one step: he has touched nothing. The last
    step of the rival takes that file away.
    """
    if len(late.step_times) < 2 or not late.steps[0].startswith(_CREATE) or "destination" in late.steps[0]:
        return False
    return late.step_times[1] >= (early.step_times[-1] if early.step_times else early.ended)


def _in_place(run: Run, ended: CopyEnded, contents: dict[str, Version]) -> float:
    """Return the earliest moment at which a copier's content was surely in place: first seen there, else its end."""
    seen = [
        look.at
        for look in run.events.of(Looked)
        if look.moment == "held" and look.destination and look.destination.is_whole(contents[ended.who], run.size)
    ]
    return min([ended.ended, *seen])


def _untouched_until(run: Run, ended: CopyEnded) -> float:
    """Return the last moment at which a copier had surely not touched the stage."""
    reached = [event for event in run.events.of(StepReached) if event.who == ended.who]
    let_go = _let_go(run, ended.who)
    if reached and let_go is not None and reached[0].step in ended.steps[:1]:
        return let_go
    return min([ended.began, *(event.at for event in reached)])


def _had_begun_before_last_data(one: CopyEnded, other: CopyEnded) -> bool:
    """Tell whether a copier that started at a barrier had begun to work before another one had all its data together.

    On a busy machine one may do its whole copy while the other waits for a processor. Without proof that they met, two
    successes are no finding: the play that holds one at each step shows the same for certain.
    """
    last = _last_data(other)
    return last is not None and len(one.step_times) > 1 and one.step_times[1] < last


def _last_data(ended: CopyEnded) -> float | None:
    return next((at for step, at in zip(ended.steps, ended.step_times, strict=False) if _LAST_DATA in step), None)


def were_at_work_together(copies: Iterable[CopyEnded]) -> bool:
    """Tell whether two of these free copies overlapped: one had all its data only after another had done something.

    Done something means that it has gone past the step at which all were let go: it came to a second one, or it ended.
    """
    return any(_overlapped(one, other) or _overlapped(other, one) for one, other in combinations([*copies], 2))


def _overlapped(one: CopyEnded, other: CopyEnded) -> bool:
    last = _last_data(one)
    if last is None or len(one.step_times) < 2 or not other.step_times:
        return False
    did = other.step_times[1] if len(other.step_times) > 1 else other.ended
    return did < last and one.step_times[1] < other.ended


def interval(hits: int, rounds: int) -> tuple[float, float]:
    """Return the limits, with 95 % confidence, of the share of which so many hits in so many rounds are a sample.

    Method: E. B. Wilson, 1927: it holds for few rounds, and for none or all of them as well.
    """
    share, square = hits / rounds, _NORMAL**2
    centre = (share + square / (2 * rounds)) / (1 + square / rounds)
    reach = _NORMAL * math.sqrt(share * (1 - share) / rounds + square / (4 * rounds**2)) / (1 + square / rounds)
    return max(0.0, centre - reach), min(1.0, centre + reach)
