"""From findings, claims and controls to measured levels and one verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ContentionLibrary.checks.check import Check, Run, runs_of, succeeded
from ContentionLibrary.checks.fairness import too_short
from ContentionLibrary.checks.levels import LETTERS, Level
from ContentionLibrary.checks.promises import surprises
from ContentionLibrary.checks.swaps import SWAPS
from ContentionLibrary.checks.throughput import undecided
from ContentionLibrary.checks.truth import has_copied
from ContentionLibrary.checks.verdict import Control, Finding, Verdict
from ContentionLibrary.history.acts import Acted, Rearranged
from ContentionLibrary.history.cast import AFTERWARDS, SOURCE
from ContentionLibrary.history.copies import CopyBegan, CopyEnded, StepMissed, StepReached, Way
from ContentionLibrary.history.events import Limitation, PlayBegan
from ContentionLibrary.history.looks import Looked
from ContentionLibrary.history.recording import History

_UNSEEN = "the copier's data reached the destination in a way that was not seen"
_UNREAD = "the copier was not seen to read the source, so that it may have done so at any moment"

ALWAYS_DEMANDED = "E"
"""No claim excuses a copier that reports success for what is not there."""


OF_ERRORS = "S"
"""Nobody has shown what it does on errors and signals whose copies have all succeeded."""


def is_allowed(finding: Finding, claims: Mapping[str, Level]) -> bool:
    """Tell whether a copier with these claims may behave as the finding says."""
    if finding.level is None or finding.level.letter == ALWAYS_DEMANDED:
        return False
    return finding.level.rank >= claims[finding.level.letter].rank


def measured(checks: Iterable[Check], findings: Iterable[Finding], history: History) -> tuple[Level, ...]:
    """Return the level that each tried letter has after these findings: its best, unless a finding caps it.

    Who has never made a good copy gets no level for what was not found: nothing torn, left or lost is no merit then.
    """
    tried = [check.letter for check in checks if check.letter] if has_copied(history) else []
    if all(map(succeeded, history.of(CopyEnded))):
        tried = [letter for letter in tried if letter != OF_ERRORS]
    ranks = {letter: LETTERS[letter].best for letter in tried}
    for finding in findings:
        if finding.level is not None:
            letter = finding.level.letter
            ranks[letter] = min(ranks.get(letter, LETTERS[letter].best), finding.level.rank)
    return tuple(Level(letter, ranks[letter]) for letter in LETTERS if letter in ranks)


def fold(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Count findings that differ only in the run, and keep the first of each."""
    kept: dict[tuple[str, str, str, Level | None, str], list[Finding]] = {}
    for finding in findings:
        key = (finding.check, finding.play, finding.step, finding.level, finding.meaning)
        kept.setdefault(key, []).append(finding)
    return tuple(replace(same[0], count=len(same)) for same in kept.values())


def judge_each_play(check: Check, history: History) -> list[Finding]:
    """Judge the plays of one subject one by one, so that each finding says in which of them it was seen, and in which run."""
    return [finding for play in history.of(PlayBegan) for finding in _judge_play(check, play, history)]


def _judge_play(check: Check, play: PlayBegan, history: History) -> list[Finding]:
    """Judge one play, and then each of its runs as if there had been no other, to see which of them shows a finding."""
    own = history.about(play.subject, play.play)
    found = check.judge(own)
    runs: dict[Finding, list[int]] = {}
    for run in runs_of(own) if found else ():
        for finding in check.judge(History([play, *run.events])):
            runs.setdefault(finding, []).append(run.number)
    # Several runs may show the very same: the first of these findings is about the first of them, and so on.
    return [
        replace(finding, play=play.title, run=runs[finding].pop(0) if runs.get(finding) else 0) for finding in found
    ]


def most_telling(findings: Iterable[Finding], count: int) -> list[Finding]:
    """Choose findings for somebody who reads only a few.

    What was seen while the copier was held comes before what was seen in a free race, which another run may not show
    again; then the weakest level comes first, and each play has its turn before one is told of a second time.
    """
    told: dict[tuple[str, Level | None], int] = {}
    ranked = []
    for finding in findings:
        turn = told[finding.play, finding.level] = told.get((finding.play, finding.level), -1) + 1
        ranked.append((turn, finding))
    ranked.sort(key=lambda one: (not one[1].step, one[0], -1 if one[1].level is None else one[1].level.rank))
    return [finding for _, finding in ranked[:count]]


def hindrances(history: History) -> list[str]:
    """Say what we have refused to a copier that has not succeeded once: it may have failed for that alone.

    Most programs fall back to something else. Who can do without has succeeded at least once, and is judged.
    """
    ends = history.of(CopyEnded)
    refused = dict.fromkeys(what for ended in ends for what in ended.refused)
    if any(succeeded(ended) for ended in ends):
        return []
    return [
        f"the copier was refused {what}, at which it could not be seen, and has never copied without it"
        for what in refused
    ]


def unseen(history: History) -> list[str]:
    """Say in which plays a copy has arrived although nobody saw the copier bring any data, or read the source."""
    plays: dict[str, dict[str, None]] = {}
    for run in runs_of(history):
        ended = run.ended()
        alone = sum(began.who not in AFTERWARDS for began in run.events.of(CopyBegan)) == 1
        if ended is None or not (ended.unseen or ended.unread) or not succeeded(ended) or not alone or not run.size:
            continue
        before, after = (_holds_the_source(run, run.looked(moment)) for moment in ("before", "after"))
        if after and not before and ended.unseen:
            plays.setdefault(_UNSEEN, {})[run.play.title] = None
        if after and not before and ended.unread:
            plays.setdefault(_UNREAD, {})[run.play.title] = None
    return [f"{_one_of(list(titles))}: {what}" for what, titles in plays.items()]


def _holds_the_source(run: Run, look: Looked | None) -> bool:
    return look is not None and look.destination is not None and look.destination.is_whole(SOURCE, run.size)


def unproven(history: History, controls: Iterable[Control]) -> list[str]:
    """Say why nothing is proven, if so: the interference did not land where it should, or a control could not fail."""
    plays: dict[str, list[str]] = {}
    for play in history.of(PlayBegan):
        own = history.about(play.subject, play.play)
        if own.of(Limitation) and not own.of(CopyBegan):
            continue  # it was left out, and the verdict says so
        held = own.of(StepReached)
        acted = [act for act in own.of(Acted) if act.step]
        wanted_steps = any(began.way is not Way.TIMED for began in own.of(CopyBegan))
        ends = [(run, ended) for run in runs_of(own) for ended in run.disturbed_ends()]
        if ends and all(run.kept_its_rule(ended) for run, ended in ends):
            continue
        if play.stepped and wanted_steps and not held:
            plays.setdefault("the copier was never held at any step", []).append(play.title)
        elif play.stepped and play.interferes and not acted:
            plays.setdefault("no competitor acted while the copier was held", []).append(play.title)
        elif (swaps := [act for act in acted if act.operation in SWAPS]) and not own.of(Rearranged):
            refused = f"{swaps[0].who} was refused at every step: {swaps[0].error}"
            plays.setdefault(refused, []).append(play.title)
        elif play.interferes and not own.of(Acted):
            plays.setdefault("no competitor acted at all", []).append(play.title)
    reasons = [f"{_one_of(titles)}: {what}" for what, titles in plays.items()]
    reasons += unseen(history)
    first: dict[str, str] = {}
    for event in history.of(StepMissed):
        first.setdefault(f"{event.play}: '{event.step}'", event.reason)
    missed: dict[str, list[str]] = {}
    for step, reason in first.items():
        missed.setdefault(reason, []).append(step)
    reasons += [f"{_one_of(steps)} was not reached: {reason}" for reason, steps in missed.items()]
    reasons += undecided(history) + too_short(history) + surprises(history)
    reasons += list(dict.fromkeys(event.what for event in history.of(Limitation) if event.blind))
    reasons += [
        f"the check '{control.check}' could not fail: it did not see the fault of {control.copier} ({control.finding})"
        for control in controls
        if not control.seen
    ]
    if not reasons and history.of(PlayBegan) and not history.of(CopyBegan):
        reasons.append("no copy was made in any play: all were left out")
    return reasons


def _one_of(what: list[str]) -> str:
    """Name the first, and count the others: whoever reads why nothing is proven mends one after the other."""
    return f"{what[0]} (and {len(what) - 1} more like it)" if len(what) > 1 else what[0]


def decide(failing: Iterable[Finding], reasons: Iterable[str], allowed: Iterable[Finding]) -> tuple[Verdict, str]:
    """Return the verdict of a scenario that was played to its end, and its reason in one sentence.

    A finding is a fact, whatever else could not be proven: failed goes before not proven. The reason is the most telling
    finding of the first check that has found something.
    """
    found = list(failing)
    if found:
        return Verdict.FAILED, most_telling((one for one in found if one.check == found[0].check), 1)[0].seen
    reason = "; ".join(reasons)
    if reason:
        return Verdict.NOT_PROVEN, reason
    leaning = sorted({str(finding.level) for finding in allowed if finding.level is not None})
    if leaning:
        return Verdict.PASSED, f"passed because no more than {', '.join(leaning)} is demanded"
    return Verdict.PASSED, "nothing forbidden was seen"
