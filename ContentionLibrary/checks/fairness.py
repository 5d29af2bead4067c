"""Whether equal copiers that want the same come to it equally often, and nobody waits for ever.

Shares are judged by R. Jain's index (R. Jain, D. Chiu, W. Hawe: A Quantitative Measure of Fairness and Discrimination
for Resource Allocation in Shared Computer Systems, DEC-TR-301, 1984): 1 when all have the same, 1 / n when one has
all. Waits are counted in copies of others that succeed meanwhile, so that a slow machine makes none longer.

Chance alone is unfair in a short period: of equal copiers who draw lots each time, one goes without for some time, and
the index of few copies is low. So nobody is blamed for what lots do in 1 of 10000 cases. A period goes on until the
index is what is demanded, or the copies are so many that lots cannot explain a lower one; the quantile is that of E.
Wilson, M. Hilferty: The distribution of chi-square, PNAS 17, 1931.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from ContentionLibrary.checks.check import Check, Run, runs_of, succeeded
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.history.acts import Acted, Answer
from ContentionLibrary.history.cast import AFTERWARDS, COPIERS
from ContentionLibrary.history.copies import CopyBegan, CopyEnded, StepReached
from ContentionLibrary.history.recording import History

ONE_DESTINATION = "many copies to one destination"
ONE_DIRECTORY = "many copies into one directory"
ONE_QUEUE = "newcomers beside a copier that waits"
ONE_LOCK = "readers that ask for a lock"
ASK = "ask for a shared lock"

DEMANDED = 0.9
"""Jain's index of the shares, at least."""
CHANCE = 1e-4
ASKS = 10
"""So many asks for each copy that is needed are enough to tell that nobody comes to it."""
NEWCOMERS = 5
"""So many copiers that begin later may not all succeed before one that waits and has its way free."""
_MIDST = 3
"""A reader that was refused at so many steps in the midst of the data, and at all of them, is kept out as long as data flow."""


def window(copiers: int) -> int:
    """Return how many copies of others in a row lots do not explain: each copier must have succeeded once by then."""
    return math.ceil(math.log(CHANCE) / math.log(1 - 1 / copiers))


def least_period(copiers: int) -> int:
    """Return how many copies a period has at least."""
    return window(copiers) + copiers


def longest_period(copiers: int) -> int:
    """Return how many copies make an index below what is demanded more than chance."""
    return max(least_period(copiers), math.ceil(_quantile(copiers - 1) / (1 / DEMANDED - 1)))


def _quantile(freedom: int) -> float:
    """Return what chi-square exceeds by chance in 1 of 10000 cases."""
    z = statistics.NormalDist().inv_cdf(1 - CHANCE)
    part = 2 / (9 * freedom)
    return freedom * (1 - part + z * math.sqrt(part)) ** 3


@dataclass(frozen=True)
class Period:
    """Copiers of one run that ask again and again.

    Args:
        run: the run.
    """

    run: Run

    @cached_property
    def asked(self) -> dict[str, int]:
        """How often each copier asked."""
        return dict(Counter(began.who for began in self.run.events.of(CopyBegan) if began.who not in AFTERWARDS))

    @cached_property
    def served(self) -> list[CopyEnded]:
        """The copies that succeeded, in order."""
        ends = [ended for ended in self.run.disturbed_ends() if succeeded(ended)]
        return sorted(ends, key=lambda ended: ended.ended)

    @cached_property
    def shares(self) -> dict[str, int]:
        """How many copies of each copier succeeded."""
        counted = Counter(ended.who for ended in self.served)
        return {who: counted[who] for who in self.asked}

    @property
    def index(self) -> float:
        """Jain's index of the shares; 0 when nobody has any."""
        shares = list(self.shares.values())
        squares = len(shares) * sum(share**2 for share in shares)
        return sum(shares) ** 2 / squares if squares else 0.0

    @property
    def chance_explains(self) -> bool:
        """Whether lots could have made such shares: chi-square is the number of copies times (1 / index - 1)."""
        if not self.served or len(self.shares) < 2:
            return True
        return len(self.served) * (1 / self.index - 1) <= _quantile(len(self.shares) - 1)

    @property
    def longest_wait(self) -> tuple[int, str]:
        """The most copies of others that succeeded in a row while one copier did not, and who that was."""
        found = (0, "")
        for who in self.asked:
            own = [-1, *(at for at, ended in enumerate(self.served) if ended.who == who), len(self.served)]
            found = max(found, *((after - before - 1, who) for before, after in pairwise(own)))
        return found

    @property
    def is_long_enough(self) -> bool:
        """Whether there were copies enough to tell."""
        return len(self.served) >= least_period(len(self.asked))

    @property
    def is_starving(self) -> bool:
        """Whether somebody waits longer than lots explain, or nobody comes to anything."""
        copiers = len(self.asked)
        hopeless = not self.served and sum(self.asked.values()) >= ASKS * copiers
        return hopeless or self.longest_wait[0] >= window(copiers)

    @property
    def is_settled(self) -> bool:
        """Whether more copies would change nothing."""
        copiers = len(self.asked)
        return self.is_starving or (
            self.is_long_enough
            and (self.index >= DEMANDED or not self.chance_explains or len(self.served) >= longest_period(copiers))
        )


def periods(history: History) -> list[Period]:
    """Return the periods in which copiers asked again and again."""
    return [Period(run) for run in runs_of(history) if run.play.play in (ONE_DESTINATION, ONE_DIRECTORY)]


def too_short(history: History) -> list[str]:
    """Say which periods leave open whether the copier is fair."""
    return [
        f"{period.run.play.title}: {len(period.served)} of {sum(period.asked.values())} copies succeeded before the time was over, "
        f"which is too few to tell shares from chance (Jain's index {period.index:.2f})"
        for period in periods(history)
        if not period.is_settled
    ]


_WAIT_WELL = "Bound the wait: wait in a queue, or try again soon, and never the later the longer you have waited."


def _told(shares: dict[str, int]) -> str:
    return ", ".join(f"{who} {share}" for who, share in shares.items())


def unfair_shares(history: History) -> list[Finding]:
    """Find periods in which some copiers succeeded much more often than others."""
    return [
        Finding(
            check="fair shares",
            seen=f"Of {len(period.served)} copies that succeeded, {_told(period.shares)}: Jain's index is {period.index:.2f}, "
            f"demanded is {DEMANDED:g} ({period.run.play.title}).",
            step="",
            meaning="Of programs that do the same, some have their files in place and others hardly ever.",
            remedy="Let whoever has waited longest go first, or let all wait in the same way, the newcomer too.",
        )
        for period in periods(history)
        if period.served and period.index < DEMANDED and not period.chance_explains
    ]


def starved(history: History) -> list[Finding]:
    """Find copiers that did not come to a copy while others came to many."""
    found = []
    for period in periods(history):
        if not period.is_starving:
            continue
        copies, who = period.longest_wait
        asks = sum(period.asked.values())
        seen = (
            f"While {copies} copies of others succeeded in a row, {who} did not come to one; it asked {period.asked[who]} times"
            if period.served
            else f"Not one of {asks} copies succeeded while {len(period.asked)} copiers asked again and again"
        )
        found.append(
            Finding(
                check="nobody starves",
                seen=f"{seen} ({period.run.play.title}).",
                step="",
                meaning="A program waits, or asks again and again, and its file is never put in place.",
                remedy=_WAIT_WELL,
            )
        )
    return found + _passed(history)


def _passed(history: History) -> list[Finding]:
    """Find copiers that still wait when others have come, and ended with success, after whoever had kept them waiting."""
    found = []
    for run in runs_of(history):
        ends = run.disturbed_ends() if run.play.play == ONE_QUEUE else []
        waiting = next((ended for ended in ends if ended.who == COPIERS[1]), None)
        holder = next((ended for ended in ends if ended.who == COPIERS[0]), None)
        if waiting is None or holder is None or waiting.ended < holder.ended:
            continue
        newcomers = [
            ended for ended in ends if succeeded(ended) and ended.began > holder.ended and ended.ended < waiting.ended
        ]
        if len(newcomers) < NEWCOMERS:
            continue
        free = newcomers[0].began - holder.ended
        found.append(
            Finding(
                check="nobody starves",
                seen=f"{waiting.who} waited for {holder.who} for {holder.ended - waiting.began:.1f} s, and did not look again for "
                f"{free:.1f} s after that one had ended; then {len(newcomers)} copiers that had begun later succeeded before it "
                f"({run.play.title}).",
                step="",
                meaning="A program that comes in good time is passed by all that come later, and its file is put in place last or never.",
                remedy=_WAIT_WELL,
            )
        )
    return found


def readers_kept_out(history: History) -> list[Finding]:
    """Find copiers that keep readers from a lock all the time in which the new data are written."""
    found = []
    for run in runs_of(history):
        midst = [at.step for at in run.events.of(StepReached) if 0 < at.written < run.size]
        asked = [act for act in run.acted(ASK) if act.step in midst]
        for lock in dict.fromkeys(act.target for act in asked):
            tries = [act for act in asked if act.target == lock]
            if len(tries) < _MIDST or any(act.answer is not Answer.REFUSED for act in tries):
                continue
            found.append(_kept_out(run, lock, tries))
    return found


def _kept_out(run: Run, lock: str, tries: list[Acted]) -> Finding:
    return Finding(
        check="readers come to their lock",
        seen=f"From '{tries[0].step}' to '{tries[-1].step}' {tries[0].who} was refused a {lock} at each of {len(tries)} steps "
        f"({run.where}).",
        step=tries[0].step or "",
        meaning="A reader that takes a lock waits as long as the file is large, and where copies follow each other it may wait for ever.",
        remedy="Write the new data elsewhere without the readers' lock, and take it only for the moment of the change.",
    )


FAIR_SHARES = Check(
    "fair shares",
    "Of equal copiers some succeed much more often than others.",
    unfair_shares,
    None,
    {ONE_DESTINATION: "faulty/spares-fresh-files"},
)
NOBODY_STARVES = Check(
    "nobody starves",
    "A copier does not come to a copy while others come to many.",
    starved,
    None,
    {ONE_QUEUE: "faulty/backs-off-further"},
)
READERS_COME_TO_THEIR_LOCK = Check(
    "readers come to their lock",
    "A reader is refused a lock as long as data are written.",
    readers_kept_out,
    None,
    {ONE_LOCK: "faulty/starves-readers"},
)
