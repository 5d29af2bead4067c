"""Whether a copy to several destinations makes all of them new or leaves all of them as they were."""

from __future__ import annotations

from dataclasses import dataclass

from ContentionLibrary.checks.check import LEAVE_ROOM, Check, Run, how_it_ended, runs_of, succeeded
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.readers import what_is_wrong
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.content.sighting import Sighting
from ContentionLibrary.content.wording import describe
from ContentionLibrary.history.acts import Acted, Answer
from ContentionLibrary.history.cast import AGAIN, NAMES, OLDER, RECOVERY, SOURCE
from ContentionLibrary.history.copies import CopyEnded, Ending, StepLeft
from ContentionLibrary.history.looks import Looked
from ContentionLibrary.history.recording import History

DELETE_ONE = "delete one destination"
PUT_DIRECTORY = "put a directory in the place of one destination"
READ_ONLY = "make the directory of one destination read-only"

_FAILED = "failed with "
_NEW, _OLDER, _ABSENT, _DIRECTORY = "new", "the older version", "absent", "a directory"
_LEAVES = {DELETE_ONE: _ABSENT, PUT_DIRECTORY: _DIRECTORY}
"""What a competitor leaves at a destination: it is as before for a copier that leaves it so."""


def destination_called(number: int) -> str:
    """Name a destination by its number from 0, as competitors' acts and messages do."""
    return f"destination {number + 1}"


@dataclass(frozen=True)
class _Outcome:
    """What every destination of a run shows in the end, and what it may show.

    Args:
        shown: what each destination is, in a word where there is one.
        told: the same for a message.
        new: for each, what is right if the copy was made.
        before: for each, what is right if it was not.
    """

    shown: tuple[str, ...]
    told: tuple[str, ...]
    new: tuple[frozenset[str], ...]
    before: tuple[frozenset[str], ...]

    @property
    def is_all_new(self) -> bool:
        return all(one in right for one, right in zip(self.shown, self.new, strict=True))

    @property
    def is_all_as_before(self) -> bool:
        return all(one in right for one, right in zip(self.shown, self.before, strict=True))

    def __str__(self) -> str:
        return "; ".join(f"{destination_called(number)}: {one}" for number, one in enumerate(self.told))


def _shown(look: Looked, path: str, sighting: Sighting | None, size: int) -> str:
    kind = next((entry.kind for entry in look.entries if entry.path == path), None)
    if kind is None:
        return _ABSENT
    if sighting is None:
        return f"a {kind}"
    if sighting.is_whole(SOURCE, size):
        return _NEW
    if sighting.is_whole(OLDER, size):
        return _OLDER
    return f"{what_is_wrong(sighting)}: {describe(sighting, NAMES, size)}"


def _states(look: Looked, run: Run) -> tuple[str, ...]:
    pairs = zip(run.play.destinations, look.destinations, strict=True)
    return tuple(_shown(look, path, sighting, run.size) for path, sighting in pairs)


def _left_by_competitors(run: Run) -> dict[int, tuple[str, bool]]:
    """Return by destination what a competitor has left there, and whether it had been new before that."""
    found: dict[int, tuple[str, bool]] = {}
    held = run.looked("held")
    seen = _states(held, run) if held is not None else ()
    for act in run.acted(*_LEAVES):
        if act.answer not in (Answer.DONE, Answer.WAITED):
            continue
        number = next((n for n in range(len(run.play.destinations)) if destination_called(n) == act.target), None)
        if number is not None:
            found[number] = _LEAVES[act.operation], bool(seen) and seen[number] == _NEW
    return found


def _outcome(run: Run, look: Looked) -> _Outcome:
    shown = _states(look, run)
    left = _left_by_competitors(run)
    before = _OLDER if run.play.older else _ABSENT
    right_new, right_before, told = [], [], []
    for number, state in enumerate(shown):
        theirs, was_new = left.get(number, ("", False))
        right_new.append(frozenset({_NEW, theirs} if was_new else {_NEW}))
        right_before.append(frozenset({before, theirs} - {""}))
        is_old = state in right_before[-1]
        told.append(
            f"as {'the competitor has left it' if state == theirs else 'before'} ({state})" if is_old else state
        )
    return _Outcome(shown, tuple(told), tuple(right_new), tuple(right_before))


def _what_happened(run: Run) -> tuple[str, str]:
    """Return what was done to the copier or a destination, as the begin of a sentence, and at which step."""
    acts = [act for act in run.events.of(Acted) if act.step and act.operation]
    if acts:
        act = acts[-1]
        done = "" if act.answer in (Answer.DONE, Answer.WAITED) else f" ({act.answer.value})"
        return (
            f"{act.who}'s act '{act.operation}' ({act.target}){done} came before the step '{act.step}'",
            act.step or "",
        )
    left = [event for event in run.events.of(StepLeft) if event.how != "released"]
    if left and left[-1].how.startswith(_FAILED):
        return f"The step '{left[-1].step}' {left[-1].how}", left[-1].step
    if left:
        return f"The copier was {left[-1].how} before the step '{left[-1].step}'", left[-1].step
    if full := run.acted_first(LEAVE_ROOM):
        return f"The file system of {full.target} had no room for all of the file", ""
    return "Nobody disturbed the copier", ""


def _finding(run: Run, ended: CopyEnded, outcome: _Outcome, level: Level, meaning: str) -> Finding:
    happened, step = _what_happened(run)
    then = "then the next run" if ended.who == AGAIN else "then the recover command" if ended.who == RECOVERY else "it"
    return Finding(
        check="all or none",
        seen=f"{happened} ({run.where}); {then} ended with {how_it_ended(ended)}, and there are: {outcome}.",
        step=step,
        meaning=meaning,
        remedy="Finish and check every new file under a hidden name, write down what is meant, then rename one after the "
        "other; take back what was renamed when one fails, and let the next run finish or take back what a kill has cut.",
        level=level,
    )


_LIE = "A caller that trusts the exit code takes all copies for made, and may delete the original."
_HALF = "Some places have the new version and some do not, so two readers of one set work on different data."
_UNTOLD = (
    "The exit code says that nothing was done, although the new version is there: the caller does the wrong thing next."
)


def _judge(run: Run, ended: CopyEnded, outcome: _Outcome, weakest: Level) -> list[Finding]:
    if succeeded(ended):
        if outcome.is_all_new:
            return []
        return [_finding(run, ended, outcome, Level("E", 0), _LIE)]
    if outcome.is_all_as_before:
        return []
    return [_finding(run, ended, outcome, weakest, _UNTOLD if outcome.is_all_new else _HALF)]


def _judge_recovery(run: Run, ended: CopyEnded, outcome: _Outcome) -> list[Finding]:
    """A recover command may finish the copy or take it back; which of the two is its own choice."""
    if outcome.is_all_new or outcome.is_all_as_before:
        return []
    return [_finding(run, ended, outcome, Level("M", 1), _HALF)]


def some_but_not_all(history: History) -> list[Finding]:
    """Find copies to several destinations that end with some new and some not, or whose exit code does not tell which.

    What a competitor has done to a destination itself is as before for it, and no fault where the new version had
    been there already. A kill is judged by what the next run, or the recover command, has made of it.
    """
    found = []
    for run in runs_of(history):
        if len(run.play.destinations) < 2:
            continue
        ended, after = run.ended(), run.looked("after")
        if ended is not None and after is not None and not run.was_killed and ended.ending is not Ending.HUNG:
            found += _judge(run, ended, _outcome(run, after), Level("M", 0))
        if not run.was_killed:
            continue
        recovered, again = run.looked("recovered"), run.ended(AGAIN)
        if recovered is not None and again is not None:
            found += _judge(run, again, _outcome(run, recovered), Level("M", 1))
        repaired, recovery = run.looked("repaired"), run.ended(RECOVERY)
        if repaired is not None and recovery is not None:
            found += _judge_recovery(run, recovery, _outcome(run, repaired))
    return found


ALL_OR_NONE = Check(
    "all or none",
    "A copy to several destinations ends with some new and some as before, or its exit code does not tell which.",
    some_but_not_all,
    "M",
    {
        "trouble each destination": "faulty/publishes-one-by-one",
        "kill a copy to several": "faulty/stale-intent-blocks",
        "run full at one of several": "faulty/stops-at-full-target",
    },
)
