"""Whether something is surely at least a part of something else, told from pairs measured one after the other.

The machine's load decides how long things take, but two measurements right after each other share it, so only their
ratio is looked at, and of the ratio only on which side of the demanded part it lies. Chance turns some pairs around;
it turns more of them around the busier the machine is. So pairs are added until one side leads by `LEAD`, or there are
`MOST_PAIRS`: the sequential test of A. Wald (Sequential Tests of Statistical Hypotheses, Annals of Mathematical
Statistics 16, 1945) for signs (W. Dixon, A. Mood: The statistical sign test, JASA 41, 1946). If chance turns at most
the part `TURNED` of the pairs around, the wrong side comes to lead by 5 in 1 of 6000 cases (the gambler's ruin: (0.15
/ 0.85) ** 5).

The interval of a median is that of the sign test too (W. Conover: Practical Nonparametric Statistics, 3rd edition,
section 3.2): no distribution is assumed.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

LEAD = 5
MOST_PAIRS = 15
TURNED = 0.15
CONFIDENCE = 0.9


class Side(Enum):
    """On which side of what is demanded the pairs lie."""

    KEPT = "kept"
    LOST = "lost"
    OPEN = "open"


@dataclass(frozen=True)
class Median:
    """The median of some ratios, the bounds between which the true one lies, and how many pairs there were."""

    middle: float
    low: float
    high: float
    pairs: int

    def __str__(self) -> str:
        """Tell it with its interval and count."""
        return f"{self.middle:.2f} (between {self.low:.2f} and {self.high:.2f}, {self.pairs} pairs)"


def side(ratios: Iterable[float], demanded: float) -> Side:
    """Go through ratios in order until one side leads.

    Args:
        ratios: in the order in which they were measured.
        demanded: the part that must be kept.
    """
    lead = 0
    for ratio in ratios:
        lead += 1 if ratio >= demanded else -1
        if abs(lead) == LEAD:
            return Side.KEPT if lead > 0 else Side.LOST
    return Side.OPEN


def median(ratios: Sequence[float]) -> Median:
    """Return the median with the narrowest interval of the sign test that holds it with 90 %; with all, for few.

    Args:
        ratios: at least one.
    """
    ordered, count = sorted(ratios), len(ratios)
    left_out = 0
    while 2 * _at_most(left_out, count) <= 1 - CONFIDENCE:
        left_out += 1
    left_out = max(0, left_out - 1)
    return Median(statistics.median(ordered), ordered[left_out], ordered[-1 - left_out], count)


def _at_most(heads: int, throws: int) -> float:
    """Return how likely a coin shows heads at most so often."""
    return math.fsum(math.comb(throws, number) for number in range(heads + 1)) / float(2**throws)


def turned_around(values: Sequence[float], factor: float) -> float:
    """Return the part of neighbours among equal measurements that differ by more than a factor: what chance alone does.

    Args:
        values: the same thing, measured again and again.
        factor: below 1.
    """
    neighbours = [one / other for one, other in pairwise(values) if one > 0 and other > 0]
    if not neighbours:
        return 1.0
    return sum(not factor <= ratio <= 1 / factor for ratio in neighbours) / len(neighbours)
