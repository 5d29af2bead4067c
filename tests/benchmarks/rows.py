"""One measured figure beside the figure that it has to stand up to; and how rows are printed and stored."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from ContentionLibrary import __version__


@dataclass(frozen=True)
class Row:
    """One figure.

    `rival` names what it is compared with, `ratio` is value / rival_value, `target` says what is good enough,
    and `met` is None when there is no target.
    """

    name: str
    value: float
    unit: str
    rival: str = ""
    rival_value: float | None = None
    ratio: float | None = None
    target: str = ""
    met: bool | None = None


def row(
    name: str,
    value: float,
    unit: str,
    *,
    rival: str = "",
    rival_value: float | None = None,
    at_most: float | None = None,
    at_most_ratio: float | None = None,
) -> Row:
    """Make a row and see whether it meets its target: a figure, or a multiple of the rival's figure."""
    ratio = value / rival_value if rival_value else None
    targets, met = [], []
    if at_most is not None:
        targets.append(f"<= {at_most:g} {unit}")
        met.append(value <= at_most)
    if at_most_ratio is not None and ratio is not None:
        targets.append(f"<= {at_most_ratio:g} x {rival}")
        met.append(ratio <= at_most_ratio)
    return Row(name, value, unit, rival, rival_value, ratio, ", ".join(targets), all(met) if met else None)


def best_of(rounds: int, work: Callable[[], object]) -> float:
    """Return the seconds of the fastest of some rounds: what the work costs when nothing else disturbs it."""
    fastest = float("inf")
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        fastest = min(fastest, time.perf_counter() - began)
    return fastest


def print_table(rows: Iterable[Row]) -> None:
    """Print one line a row."""
    print(f"{'what':<52} {'value':>10} {'unit':<8} {'rival':<34} {'ratio':>7}  target")
    for one in rows:
        rival = "" if one.rival_value is None else f"{one.rival} {one.rival_value:.4g}"
        ratio = "" if one.ratio is None else f"{one.ratio:.2f}"
        verdict = "" if one.met is None else ("  met" if one.met else "  NOT MET")
        print(f"{one.name:<52} {one.value:>10.4g} {one.unit:<8} {rival:<34} {ratio:>7}  {one.target}{verdict}")


def write_json(rows: Iterable[Row], path: Path) -> None:
    """Store the rows, and on what they were measured: figures of two machines say nothing of each other, ratios may."""
    machine = {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "version": __version__,
    }
    stored = {"machine": machine, "rows": [asdict(one) for one in rows]}
    path.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")
