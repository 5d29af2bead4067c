"""Several copiers and one destination: exactly one may win, and the others must be told."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from ContentionLibrary.checks.check import Check, Run, runs_of, succeeded
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.meeting import held_before, met
from ContentionLibrary.checks.readers import is_whole, what_is_wrong
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.content.sighting import Sighting, Version
from ContentionLibrary.content.wording import describe
from ContentionLibrary.history.cast import COPIERS, NAMES, SENT
from ContentionLibrary.history.copies import KILLED, CopyBegan, CopyEnded, Ending, StepLeft
from ContentionLibrary.history.recording import History

COPIER_A, COPIER_B = COPIERS[:2]
_VERSIONS = {name: version for version, name in NAMES.items()}
_NAME = "one winner"
_REMEDY = (
    "Create the final name in a way that only one can win (link or O_EXCL), or lock, and check before publishing that nobody has "
    "changed the destination since the copy began; the loser refuses with a clear error."
)
_OWN_FILE = "Give each copy a temporary file of its own (a random or process-bound name, opened with O_EXCL)."
_REMEDIES: dict[Level | None, str] = {
    None: "Let the first one that asked win.",
    Level("K", 0): _OWN_FILE,
    Level("W", 0): _OWN_FILE,
}


def _contents(run: Run) -> dict[str, Version]:
    """Return what each copier of a run was to bring."""
    told = {began.who: _VERSIONS[began.source] for began in run.events.of(CopyBegan) if began.source in _VERSIONS}
    return SENT | told


def _killed(run: Run) -> dict[str, str]:
    """Return the copiers that we have killed, and the step before which each of them stood."""
    return {left.who: left.step for left in run.events.of(StepLeft) if left.how.startswith(KILLED)}


def _situation(run: Run, count: int) -> str:
    first, second = (held_before(run, who) for who in (COPIER_A, COPIER_B))
    if not first:
        return f"{'Both' if count == 2 else count} copiers ran freely: "
    if COPIER_A in _killed(run):
        return f"Copier A was killed before '{first}', then copier B ran: "
    if COPIER_B in _killed(run):
        return f"Copier A was held before '{first}' while copier B was killed before its '{second}': "
    if second:
        return f"Copier A was held before '{first}' and copier B before its '{second}': "
    return f"Copier A was held before '{first}' while copier B ran: "


def _all(who: Sequence[str], count: int) -> str:
    """Name some of the copiers of a run, or all of them."""
    if len(who) == count:
        return "both" if count == 2 else f"all {count}"
    return _listed(who) if len(who) > 1 else f"only {who[0]}"


def _listed(who: Sequence[str]) -> str:
    return f"{', '.join(who[:-1])} and {who[-1]}" if len(who) > 1 else who[0]


def whose(run: Run) -> dict[Version, str]:
    """Return how contents are called in a run: after the copier that brings them where there are several."""
    began = {event.who for event in run.events.of(CopyBegan)}
    owners: dict[Version, list[str]] = {}
    for who, version in _contents(run).items():
        if who in began and who in COPIERS:  # one that was killed before them has had the same source
            owners.setdefault(version, []).append(who)
    return NAMES | {version: f"the source of {who[0]}" for version, who in owners.items() if len(who) == 1}


def one_winner(history: History) -> list[Finding]:
    """Find copies to one destination that did not end with exactly one success and its whole content."""
    return [finding for run in runs_of(history) for finding in _judge(run)]


def _judge(run: Run) -> list[Finding]:
    began = {event.who for event in run.events.of(CopyBegan)} & SENT.keys()
    ends = [ended for who in COPIERS if (ended := run.ended(who))]
    look = run.looked("after")
    if look is None or len(ends) < 2 or any(run.ended(who) is None for who in began):
        return []
    winners = [ended for ended in ends if succeeded(ended)]
    if look.destination is not None and not is_whole(look.destination, run.size):
        return [_broken(run, ends, look.destination)]
    if not winners:
        excused = _killed(run) or all(run.kept_its_rule(ended) for ended in ends)
        return [] if excused else [_nobody(run, ends)]
    return _judge_winners(run, ends, winners, look.destination)


def _judge_winners(
    run: Run, ends: Sequence[CopyEnded], winners: Sequence[CopyEnded], sighting: Sighting | None
) -> list[Finding]:
    contents = _contents(run)
    found = sighting.single_version if sighting else None
    together = [
        (one, other)
        for one, other in combinations(winners, 2)
        if contents[one.who] != contents[other.who] and met(run, one, other, contents)
    ]
    if together:
        return [_several(run, ends, winners, found)]
    if found in [contents[winner.who] for winner in winners] or _was_there(run, winners, contents, found):
        return []
    return [_lost(run, ends, winners, sighting)]


def _was_there(run: Run, winners: Sequence[CopyEnded], contents: dict[str, Version], found: Version | None) -> bool:
    """Tell whether a copier that we have killed has replaced the winner's content after that had been in place."""
    held = run.looked("held")
    seen = held.destination.single_version if held and held.destination else None
    return seen in [contents[winner.who] for winner in winners] and found in [contents[who] for who in _killed(run)]


def _finding(run: Run, ends: Sequence[CopyEnded], seen: str, meaning: str, level: Level | None) -> Finding:
    remedy = _REMEDIES.get(level, _REMEDY)
    situation, step = _situation(run, len(ends)), held_before(run, COPIER_A)
    return Finding(check=_NAME, seen=f"{situation}{seen}.", step=step, meaning=meaning, remedy=remedy, level=level)


def _broken(run: Run, ends: Sequence[CopyEnded], sighting: Sighting) -> Finding:
    there = f"the destination ended as {what_is_wrong(sighting)} content: {describe(sighting, whose(run), run.size)}"
    versions = {span.version for span in sighting.spans if span.version}
    killed = {_contents(run)[who] for who in _killed(run)}
    if killed and versions <= killed and not any(succeeded(ended) for ended in ends):
        meaning = "A killed copy has left its part under the final name, and the other copy, which has refused, has not mended it."
        return _finding(run, ends, there, meaning, Level("K", 0))
    meaning = f"{'Two' if len(ends) == 2 else len(ends)} jobs for one file have made a file that none of them sent."
    return _finding(run, ends, there, meaning, Level("W", 0))


def _nobody(run: Run, ends: Sequence[CopyEnded]) -> Finding:
    who = _all([ended.who for ended in ends], len(ends))
    meaning = "The jobs block each other and nothing is delivered."
    how = "refused" if all(ended.ending is Ending.BUSY for ended in ends) else "failed"
    seen = f"{who} {how}, nobody's content got there"
    return _finding(run, ends, seen, meaning, None)


def _several(run: Run, ends: Sequence[CopyEnded], winners: Sequence[CopyEnded], found: Version | None) -> Finding:
    who = _all([winner.who for winner in winners], len(ends))
    contents = _contents(run)
    losers = [winner.who for winner in winners if contents[winner.who] != found]
    there = (
        f"the destination holds only {whose(run).get(found, 'what nobody sent')}"
        if found
        else "there is no file at the destination"
    )
    gone = f"what {_listed(losers)} {'has' if len(losers) == 1 else 'have'} copied is gone without a word"
    meaning = "A job is told that its file is in place while another one's content is there."
    seen = f"{who} reported success, but {there}: {gone}"
    return _finding(run, ends, seen, meaning, Level("W", 1 if found else 0))


def _lost(run: Run, ends: Sequence[CopyEnded], winners: Sequence[CopyEnded], sighting: Sighting | None) -> Finding:
    who = _all([winner.who for winner in winners], len(ends))
    there = describe(sighting, whose(run), run.size) if sighting else "no file"
    meaning = "The job that was told that it had succeeded has lost its file."
    return _finding(run, ends, f"{who} reported success, yet the destination holds {there}", meaning, Level("E", 0))


ONE_WINNER = Check(
    _NAME,
    "Overlapping copies to one destination end other than with one success, its whole content, and clear refusals.",
    one_winner,
    "W",
    {"*": "faulty/ignores-rival", "same copy twice": "faulty/loser-removes-winner"},
)
