"""Whether something grows: a line is laid through many points, and its slope is told with an interval.

Ordinary least squares; the slope's standard error is the root of SSE / (n - 2) / Sxx, and (slope - true slope) / error has
Student's distribution with n - 2 degrees of freedom (N. Draper, H. Smith: Applied Regression Analysis, 3rd edition, section
1.4). The quantile of that distribution is the expansion of M. Abramowitz, I. Stegun: Handbook of Mathematical Functions, 26.7.5;
it is right to 1 % from 3 degrees of freedom on, and that is why fewer than 5 points give no answer.

Growth is told only when both halves of the points grow as well: a step, as when something is set up once, is none.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

CONFIDENCE = 0.999
"""Many series are judged in each scenario, and a copier must not be blamed by chance."""

LEAST_POINTS = 5
_POINTS_WITH_WARM_UP = 10
_WARM_UP = 0.2
"""Share of the points at the beginning that are left out when there are enough: what is set up once is no growth."""


@dataclass(frozen=True)
class Line:
    """A line through points: its slope per unit of the positions, and between which bounds the true slope lies."""

    slope: float
    low: float
    high: float
    points: int


def t_quantile(probability: float, freedom: int) -> float:
    """Return the quantile of Student's distribution.

    Args:
        probability: between 0 and 1.
        freedom: degrees of freedom, at least 3.

    Raises:
        ValueError: too few degrees of freedom for the expansion.
    """
    if freedom < 3:
        raise ValueError(f"{freedom} degrees of freedom are too few: the expansion holds from 3 on")
    x = statistics.NormalDist().inv_cdf(probability)
    terms = (
        x,
        (x**3 + x) / 4,
        (5 * x**5 + 16 * x**3 + 3 * x) / 96,
        (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384,
        (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92160,
    )
    return math.fsum(term / float(freedom) ** power for power, term in enumerate(terms))


def fit(positions: Sequence[float], values: Sequence[float], confidence: float = CONFIDENCE) -> Line:
    """Lay a line through points.

    Args:
        positions: where; not all the same.
        values: what was there.
        confidence: of the two-sided interval.

    Raises:
        ValueError: fewer than 5 points.
    """
    count = len(positions)
    if count < LEAST_POINTS:
        raise ValueError(f"{count} points are too few for a line with an interval: {LEAST_POINTS} are needed")
    slope, intercept = statistics.linear_regression(positions, values)
    middle = statistics.fmean(positions)
    spread = math.fsum((x - middle) ** 2 for x in positions)
    misfit = math.fsum((y - intercept - slope * x) ** 2 for x, y in zip(positions, values, strict=True))
    width = t_quantile((1 + confidence) / 2, count - 2) * math.sqrt(misfit / (count - 2) / spread)
    return Line(slope, slope - width, slope + width, count)


def growth(positions: Sequence[float], values: Sequence[float], least: float) -> Line | None:
    """Return the line of something that grows, or None.

    Args:
        positions: how often, how much, or when.
        values: what was there.
        least: by how much it has to have grown in all, at the lower end of the interval; less is not worth a word.
    """
    skipped = int(len(values) * _WARM_UP) if len(values) >= _POINTS_WITH_WARM_UP else 0
    positions, values = positions[skipped:], values[skipped:]
    if len(values) < LEAST_POINTS:
        return None
    line = fit(positions, values)
    if line.low <= 0 or line.low * (positions[-1] - positions[0]) < least:
        return None
    half = len(values) // 2
    if half >= LEAST_POINTS:
        for part in (slice(None, half), slice(-half, None)):
            if fit(positions[part], values[part]).low <= 0:
                return None
    return line
