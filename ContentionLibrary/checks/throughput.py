"""Whether copies go on with their work when others work beside them, and do no work twice.

What is demanded: the same work must not take more than twice as long at once as one after the other, which is what the
copies take without competitors (or as much longer as the profile says). A copier's work is what it has moved of its
file. Who is refused without having moved anything has no such work and is not waited for; what the machine did for its
refusal until it had ended is counted, but never as more than a copy, and so a refusal is no loss of the winner, and no
excuse for one either. Competitors that are no copiers bring their own work, which was timed too.

How it is told: see `pairs`. Each contended sample is compared with the uncontended copies just before and just after
it. What has no side in the end is decided by the median, unless the machine was too noisy: then nothing is proven. It
was too noisy when more than 15 % of the uncontended copies differed from the one after them by the factor that is to
be told. The same holds for what was seen and is less than what is demanded, so that no copier is blamed for what
chance does on this machine.

What is read and written is counted by the kernel and knows no chance.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ContentionLibrary.checks.check import Check, Run, runs_of
from ContentionLibrary.checks.pairs import LEAD, TURNED, Median, Side, median, side, turned_around
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.history.events import PlayBegan
from ContentionLibrary.history.figures import Compared, Job, Timed
from ContentionLibrary.history.recording import History

BESIDE_READERS = "copies beside readers of the source"
BESIDE_WRITERS = "copies beside writers"
BESIDE_RIVALS = "copies with rivals for the destination"
BESIDE_COPIES = "copies beside others"
BESIDE_YARDSTICK = "copies in turns with a yardstick"

CLIFF = 0.5
"""The next larger number of competitors may not make the work per second less than this part of what it is with fewer."""
SLOWER = 0.5
"""A copier is slower than its baseline when it reaches less than this part of it."""
TWICE = 2.0
"""Each of several copies may read, and write, so many times as much as an uncontended one, and some more for messages."""
_MESSAGES = 1 << 20  # bytes
_AT_WORK = 0.5
"""Who has moved at least this part of a file was at work, and its end is waited for."""


@dataclass(frozen=True)
class Sample:
    """A contended sample beside its uncontended neighbours."""

    round: int
    competitors: int
    ratio: float  # of work per second to that of the uncontended copies


def uncontended(history: History) -> list[float]:
    """Return the seconds of each uncontended copy of one play that succeeded, in order."""
    return [one.jobs[0].seconds for one in history.of(Timed) if _is_alone(one)]


def samples(history: History) -> list[Sample]:
    """Compare each contended sample of one play with the uncontended copies before and after it, where both succeeded."""
    timed = history.of(Timed)
    found = []
    for before, one, after in zip(timed, timed[1:], timed[2:], strict=False):
        if one.competitors and _is_alone(before) and _is_alone(after):
            unit = max(before.jobs[0].written, after.jobs[0].written)
            work = _work(one, unit, _mean(before, after, "seconds"), _mean(before, after, "came"))
            found.append(Sample(one.round, one.competitors, work / _seconds(one, unit)))
    return found


def ratios(history: History) -> dict[int, list[float]]:
    """Return the ratios of one play in the order of their rounds, for each number of competitors."""
    found: dict[int, list[float]] = {}
    for one in samples(history):
        found.setdefault(one.competitors, []).append(one.ratio)
    return found


def _is_alone(one: Timed) -> bool:
    return not one.competitors and one.jobs[0].succeeded and one.jobs[0].seconds > 0


def _share(job: Job, unit: int) -> float:
    """Return which part of a copy a copier has made. A clone of a whole file moves nothing: then its success counts."""
    return min(1.0, job.written / unit) if unit > _MESSAGES else float(job.succeeded)


def _mean(before: Timed, after: Timed, what: str) -> float:
    """Return the geometric mean of what two uncontended copies took: twice and half are equally far from it."""
    return math.sqrt(getattr(before.jobs[0], what) * getattr(after.jobs[0], what))


def _work(one: Timed, unit: int, alone: float, to_come: float) -> float:
    """Return how long the work of a sample takes one after the other; who had not come when it began has to come yet."""
    late = sum(not job.came and _share(job, unit) >= _AT_WORK for job in one.jobs)
    idle = [job.seconds for job in one.jobs if _share(job, unit) < _AT_WORK]
    refusals = min(max(idle, default=0.0), len(idle) * alone)
    return math.fsum(_share(job, unit) for job in one.jobs) * alone + late * to_come + refusals + one.others


def _seconds(one: Timed, unit: int) -> float:
    """Return how long it took at once."""
    return max([one.together, *(job.seconds for job in one.jobs if _share(job, unit) >= _AT_WORK)]) or math.inf


def _falls(history: History) -> dict[tuple[int, int], list[float]]:
    """Return, for neighbouring numbers of competitors, what more of them made of the work per second, round by round."""
    by_round: dict[int, dict[int, float]] = {}
    for one in samples(history):
        by_round.setdefault(one.round, {})[one.competitors] = one.ratio
    found: dict[tuple[int, int], list[float]] = {}
    for speeds in by_round.values():
        for fewer, more in pairwise(sorted(speeds)):
            found.setdefault((fewer, more), []).append(speeds[more] / speeds[fewer] if speeds[fewer] else 1.0)
    return found


def _demanded(history: History) -> float:
    return min((one.demanded for one in history.of(Timed)), default=0.0)


@dataclass(frozen=True)
class Question:
    """Whether some ratios are at least what is demanded, and what they are about."""

    about: str
    ratios: list[float]
    demanded: float
    alone: list[float]

    @property
    def is_told(self) -> bool:
        """Whether one side leads."""
        return side(self.ratios, self.demanded) is not Side.OPEN

    @property
    def noise(self) -> str:
        """Say why nothing can be told; empty when it can."""
        if len(self.ratios) < LEAD:
            return f"only {len(self.ratios)} of at least {LEAD} pairs could be measured"
        told = side(self.ratios, self.demanded)
        factor = min(self.demanded, self.median.middle or 0.001) if told is Side.LOST else self.demanded
        turned = turned_around(self.alone, factor)
        if told is Side.KEPT or turned <= TURNED:
            return ""
        return (
            f"the machine was too noisy: {turned:.0%} of {len(self.alone)} uncontended copies differed from the next one by more "
            f"than the factor {1 / factor:.2g}, and at most {TURNED:.0%} may"
        )

    @property
    def median(self) -> Median:
        """The median ratio with its interval."""
        return median(self.ratios)

    @property
    def is_lost(self) -> bool:
        """Whether the copier is to be blamed."""
        if self.noise:
            return False
        told = side(self.ratios, self.demanded)
        return told is Side.LOST or (told is Side.OPEN and self.median.middle < self.demanded)


def _kept_questions(history: History) -> Iterator[tuple[int, Question]]:
    alone, demanded = uncontended(history), _demanded(history)
    counts = sorted({one.competitors for one in history.of(Timed) if one.competitors})
    measured = ratios(history)
    for count in counts:
        yield count, Question(f"with {_competitors(count)}", measured.get(count, []), demanded, alone)


def _cliff_questions(history: History) -> Iterator[tuple[tuple[int, int], Question]]:
    alone = uncontended(history)
    for (fewer, more), speeds in _falls(history).items():
        yield (fewer, more), Question(f"from {fewer} to {_competitors(more)}", speeds, CLIFF, alone)


def _competitors(count: int) -> str:
    return f"{count} competitor{'s' if count > 1 else ''}"


def _questions(history: History) -> list[Question]:
    return [one for _, one in _kept_questions(history)] + [one for _, one in _cliff_questions(history)]


def is_decided(history: History) -> bool:
    """Tell whether more samples of one play would change nothing."""
    asked = _questions(history)
    return bool(asked) and all(question.is_told for question in asked)


def undecided(history: History) -> list[str]:
    """Say which plays leave open whether the copier keeps what is demanded, and why."""
    return [
        f"{play.title}, {question.about}: {question.noise}"
        for play in history.of(PlayBegan)
        for question in _questions(history.about(play.subject, play.play))
        if question.noise
    ]


def _blame(run: Run, check: str, seen: str, meaning: str, remedy: str) -> Finding:
    return Finding(check=check, seen=f"{seen} ({run.play.title}).", step="", meaning=meaning, remedy=remedy)


def _plays(history: History) -> list[tuple[Run, History]]:
    """Return each play in which something was timed, with its last run to speak of it."""
    runs = {run.play.play: run for run in runs_of(history)}
    found = [(run, history.about(run.play.subject, play)) for play, run in runs.items()]
    return [(run, own) for run, own in found if own.of(Timed)]


def work_kept(history: History) -> list[tuple[str, Question]]:
    """Tell for each play and number of competitors how much of the work per second was kept, whether it is enough or not."""
    return [(run.play.title, question) for run, own in _plays(history) for _, question in _kept_questions(own)]


def lost_work(history: History) -> list[Finding]:
    """Find numbers of competitors beside which the work per second is less than demanded."""
    return [
        _blame(
            run,
            "keeps its throughput",
            f"With {_competitors(count)} the work per second was {question.median} times that of uncontended copies; "
            f"demanded is {question.demanded:g}",
            "Where several copies are made at once, each takes much longer than its share of the machine explains.",
            "Hold no lock longer than the work needs, and wait for an event or in short turns, not for a fixed time.",
        )
        for run, own in _plays(history)
        for count, question in _kept_questions(own)
        if question.is_lost
    ]


def cliffs(history: History) -> list[Finding]:
    """Find where the next larger number of competitors makes the work per second fall."""
    return [
        _blame(
            run,
            "no cliff",
            f"From {fewer} to {_competitors(more)} the work per second fell to {question.median} times what it was",
            "A few more copies at once make all of them slow.",
            "Look for what each copy does for each other one: it grows with the square of their number.",
        )
        for run, own in _plays(history)
        for (fewer, more), question in _cliff_questions(own)
        if question.is_lost
    ]


def thrashing(history: History) -> list[Finding]:
    """Find copiers that read or write much more for each copy when there are competitors, whatever becomes of the copy."""
    found = []
    for run, own in _plays(history):
        alone = [one.jobs[0] for one in own.of(Timed) if _is_alone(one)]
        for verb in ("read", "written") if alone else ():
            usual = statistics.median(getattr(job, verb) for job in alone)
            for count in sorted({one.competitors for one in own.of(Timed) if one.competitors}):
                crowd = [one for one in own.of(Timed) if one.competitors == count]
                each = [statistics.fmean(getattr(job, verb) for job in one.jobs) for one in crowd]
                if (much := statistics.median(each)) > TWICE * usual + _MESSAGES:
                    found.append(
                        _blame(
                            run,
                            "no work twice",
                            f"With {_competitors(count)} each copier has {verb} {much / 2**20:.1f} MiB, and {usual / 2**20:.1f} MiB "
                            f"without any (medians of {len(each)} and {len(alone)} copies, counted by the kernel)",
                            "Several copies at once load the disk with work that none of them needs: the copier thrashes.",
                            "Do not begin again, or look again at all data, because somebody else is at work.",
                        )
                    )
    return found


def slower(history: History) -> list[Finding]:
    """Find a copier that is slower than this machine's baseline of it, beyond the noise of both."""
    found = []
    for run in runs_of(history):
        for one in run.events.of(Compared):
            if min(len(one.ratios), len(one.before)) < LEAD:
                continue
            now, before = median(one.ratios), median(one.before)
            if now.high < SLOWER * before.low:
                found.append(
                    _blame(
                        run,
                        "as fast as its baseline",
                        f"Its speed was {now} times that of the yardstick; in the baseline it was {before} times"
                        f"{f', see {one.path}' if one.path else ''}",
                        "The copier, or what it stands on, has become slower since the baseline was made.",
                        "Compare the two versions; if the new speed is what you want, remove the baseline's file.",
                    )
                )
    return found


KEEPS_ITS_THROUGHPUT = Check(
    "keeps its throughput",
    "All copies together do less than the demanded part of the uncontended work per second.",
    lost_work,
    None,
    {BESIDE_COPIES: "faulty/sleeps-for-lock"},
)
NO_CLIFF = Check(
    "no cliff",
    "The work per second falls when there are more competitors.",
    cliffs,
    None,
    {BESIDE_RIVALS: "faulty/reads-again-for-rivals"},
)
NO_WORK_TWICE = Check(
    "no work twice",
    "Each of several copies reads or writes much more than an uncontended one.",
    thrashing,
    None,
    {BESIDE_RIVALS: "faulty/reads-again-for-rivals"},
)
AS_FAST_AS_ITS_BASELINE = Check(
    "as fast as its baseline",
    "The copier is slower than this machine's baseline of it.",
    slower,
    None,
    {BESIDE_YARDSTICK: "faulty/sleeps-between-blocks"},
)
