"""Goes straight to the point that a key names: one run, held at one step, and judged by one check, so and so many times.

Where a play has a run for each step, only the run of the key is made. Where it visits all steps in one run, the copier is
held at the step of the key alone, if that shows the finding; else at the step before it too, or everywhere.
"""

from __future__ import annotations

import dataclasses
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ContentionLibrary.checks.check import Check, Run, runs_of
from ContentionLibrary.checks.judging import judge_each_play, unproven
from ContentionLibrary.checks.keys import Key, Origin, keyed, parse_key
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.history.copies import StepReached
from ContentionLibrary.history.events import PlayBegan
from ContentionLibrary.history.recording import History
from ContentionLibrary.replaying.seen import (
    AS_PLAYED,
    EVERYWHERE,
    NOWHERE,
    WHOLE_PLAY,
    Seen,
    Tally,
    why_impossible,
    why_no_such_point,
    why_unstable,
)
from ContentionLibrary.scenario.only import Only
from ContentionLibrary.scenario.play import Play
from ContentionLibrary.scenario.scenario import Scenario

_GOES = itertools.count(1)
"""Numbers of goes, which no two replays of one scenario may share: what was noted of one is not to be judged with the other."""


@dataclass(frozen=True)
class Aim:
    """What a replay looks for.

    Args:
        plays: all plays of the scenario, in order.
        check: the check of the key.
        key: the key.
    """

    plays: Sequence[Play]
    check: Check
    key: Key


@dataclass(frozen=True)
class _Kind:
    """What makes two findings of one check the same."""

    step: str
    level: Level | None
    meaning: str


class Replay:
    """Plays one play of a scenario again, as far as a key asks for it.

    Args:
        scenario: in which it is played.
        aim: what is looked for.
    """

    def __init__(self, scenario: Scenario, aim: Aim) -> None:
        self._scenario = scenario
        self._titles = [play.title for play in aim.plays]
        self._play = aim.plays[aim.key.play - 1]
        self._check = aim.check
        self._key = aim.key
        self._same_run = False  # only what is seen in the run of the key is meant, because other runs are other points
        self._kind: _Kind | None = None
        self._finding: Finding | None = None
        self._reasons: dict[str, None] = {}
        self.way: Only | None = None  # by which the finding can be seen; known when it was seen

    @property
    def step(self) -> str:
        """The step before which the copier is held when the finding is seen; empty if none is, or it was never seen."""
        return self._kind.step if self._kind is not None else ""

    def go(self, times: int, *, only_there: bool = False) -> Seen:
        """Go there.

        Args:
            times: how often.
            only_there: do not try whether it takes more than the run of the key to see it.
        """
        try:
            return self._go(times, only_there=only_there)
        except NotPossibleHere as reason:
            return Seen(impossible=str(reason))

    def _go(self, times: int, *, only_there: bool) -> Seen:
        began = time.monotonic()
        tally = Tally()
        alone = self._key.run > 0
        if alone:
            only = Only(self._key.run, times=times)
            took, held = self._go_alone(only, tally, times, began)
        if not tally.hits and (not alone or (only.repeated and not only_there)):
            # Perhaps it takes more than this run to see it: once as it was played first, and as often as asked if so.
            whole = Tally()
            self._same_run = alone
            took = self._add(self._perform(None), whole, began)
            if whole.hits or not alone:
                tally, held = whole, WHOLE_PLAY
                while len(tally.goes) < times:
                    self._add(self._perform(None), tally, began)
        if self._play.free and not tally.hits:
            self._reasons[f"nobody is held in this race, so not to see it in {tally.rounds} rounds proves nothing"] = (
                None
            )
        return Seen(
            goes=len(tally.goes),
            hits=tally.hits,
            rounds=tally.rounds if self._play.free else 0,
            rounds_hit=tally.rounds_hit,
            held=held,
            finding=self._finding,
            unproven=tuple(self._reasons) if tally.hits < len(tally.goes) else (),
            seconds=took,
            unstable=why_unstable(tally.goes, self._finding),
        )

    def _go_alone(self, only: Only, tally: Tally, times: int, began: float) -> tuple[float, str]:
        """Make the one run only; return how long the first go took, and where the copier was held."""
        history = self._perform(only)
        self._same_run = not (only.repeated or self._play.free)
        if only.repeated:
            for number in only.repeated:
                self._add(_run_alone(history, number), tally, began)
            self.way = only if tally.hits else None
            held = self.step or AS_PLAYED
            return (time.monotonic() - began) / len(only.repeated), held
        took = self._add(history, tally, began)
        self.way, held = only, EVERYWHERE if history.of(StepReached) else NOWHERE
        if tally.hits:
            for narrow in self._narrower(only, history):
                tried = Tally()
                again = self._perform(narrow)
                self._add(again, tried, began)
                if tried.hits:
                    tally.replace_by(tried)
                    self.way, held = narrow, " and ".join(narrow.steps or ()) or NOWHERE
                    break
        elif missing := why_no_such_point(history, self._key):
            self._reasons[missing] = None
            times = 1  # it would be the same again
        while len(tally.goes) < times:
            self._add(self._perform(self.way), tally, began)
        if not tally.hits:
            self.way = None
        return took, held

    def _narrower(self, only: Only, history: History) -> Iterator[Only]:
        """Propose fewer steps to be held at, fewest first: the finding's own, and the one before it; or none."""
        steps = list(dict.fromkeys(event.step for event in history.of(StepReached)))
        if not steps:
            return
        if self.step not in steps:
            yield dataclasses.replace(only, steps=())
            return
        at = steps.index(self.step)
        yield dataclasses.replace(only, steps=(self.step,))
        if at:
            yield dataclasses.replace(only, steps=(steps[at - 1], self.step))

    def _perform(self, only: Only | None) -> History:
        """Play once more, under another name in the history so that it is judged by itself."""
        self._scenario.only = only
        history = self._scenario.play(dataclasses.replace(self._play, name=f"{self._play.name}, go {next(_GOES)}"))
        if reason := why_impossible(history):
            raise NotPossibleHere(reason)
        return history

    def perform(self, only: Only) -> list[Finding]:
        """Play once more, and return the findings that are the one of the key."""
        return self._shown(self._perform(only))

    def where_else(self, wanted: Finding) -> Key | None:
        """Play the whole play once; return the key of a finding that is of the same kind and at a step of the same name."""
        history = self._perform(None)
        key = self._key
        origin = Origin(key.scenario, key.copier, self._titles, key.size)
        for one in keyed(judge_each_play(self._check, history), history, origin):
            if _Kind(one.step, one.level, one.meaning) == _Kind(wanted.step, wanted.level, wanted.meaning):
                return parse_key(one.key)
        return None

    def record(self) -> tuple[Run, Finding] | None:
        """Go there once more, by the way that was found; return the run that shows it, and what it shows."""
        if self.way is None:
            return None
        only = dataclasses.replace(self.way, times=1, repeated=[])
        history = self._perform(only)
        shown = [one for one in self._shown(history) if one.run]
        runs = [run for run in runs_of(history) if shown and run.number == shown[0].run]
        return (runs[0], shown[0]) if runs else None

    def _add(self, history: History, tally: Tally, began: float) -> float:
        """Count one go; return how much time has passed since it all began."""
        shown = self._shown(history)
        tally.add(history, shown)
        if not shown:
            self._reasons |= dict.fromkeys(unproven(history, ()))
        return time.monotonic() - began

    def _shown(self, history: History) -> list[Finding]:
        """Judge a go; the first one that shows the finding of the key tells what it is like, whichever run it is in."""
        found = judge_each_play(self._check, history)
        if self._same_run and self._key.run:
            found = [one for one in found if one.run == self._key.run]
        if self._kind is None:
            key = self._key
            named = keyed(found, history, Origin(key.scenario, key.copier, self._titles, key.size), numbered=True)
            same = [one for one in named if key.is_of_same_point(parse_key(one.key))]
            if not same:
                return []
            self._finding = same[0]
            self._kind = _Kind(same[0].step, same[0].level, same[0].meaning)
        return [one for one in found if _Kind(one.step, one.level, one.meaning) == self._kind]


def _run_alone(history: History, number: int) -> History:
    """Return one run of a play as if there had been no other."""
    (run,) = [run for run in runs_of(history) if run.number == number] or [_nothing(history, number)]
    return History([run.play, *run.events])


def _nothing(history: History, number: int) -> Run:
    return Run(history.of(PlayBegan)[0], number, History())
