"""Whether a copier's memory grows with the size of the file or with the number of competitors, and is given back.

A line is laid through the peaks that the kernel has kept, without pages of mapped files (see `growth` for the method).
Growth is told only when the larger half of the positions grows as well: a buffer that is filled once, however large, is none.
"""

from __future__ import annotations

from ContentionLibrary.checks.check import Check, runs_of
from ContentionLibrary.checks.growth import LEAST_POINTS, Line, fit
from ContentionLibrary.checks.holdings import COPIES
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.history.copies import CopyEnded
from ContentionLibrary.history.figures import Series
from ContentionLibrary.history.recording import History

SEVERAL_SIZES = "files of several sizes"
MANY_RIVALS = "more and more rivals"
MANY_BESIDE = "more and more copies beside"

OF_THE_FILE, COMPETITORS = "MiB of the file", "competitors"
MEMORY_LEFT = "memory after the copy"

_MIB = float(1 << 20)
_LEAST = 1.0
"""MiB by which memory must have grown in all; an allocator's page more or less is not worth a word."""
_CONFIDENCE_AMONG_LARGER = 0.95
"""Half of the points cannot be told from noise as surely as all of them, and they only have to confirm the whole line."""
_SHARE = 1 / 32
"""Part of the file by which memory must grow: less is bookkeeping (a list of checksums), and ends at no limit."""


def _growth(series: Series) -> Line | None:
    """Return the line, in MiB, of a peak that grows over all positions and over the larger half of them."""
    positions, values = series.positions, [value / _MIB for value in series.values]
    middle = sorted(set(positions))[(len(set(positions)) - 1) // 2]
    upper = [number for number, at in enumerate(positions) if at >= middle]
    if len(positions) < LEAST_POINTS or len(upper) < LEAST_POINTS:
        return None
    line = fit(positions, values)
    slope = max(_SHARE if series.along == OF_THE_FILE else 0.0, _LEAST / (max(positions) - min(positions)))
    if line.low < slope:
        return None
    larger = fit([positions[at] for at in upper], [values[at] for at in upper], _CONFIDENCE_AMONG_LARGER)
    return line if larger.low > 0 else None


def _grown(history: History, along: str, *, check: str, per: str, meaning: str, remedy: str) -> list[Finding]:
    """Find peaks that grow along something; `per` names one more of it."""
    found = []
    for run in runs_of(history):
        for series in run.events.of(Series):
            line = _growth(series) if series.along == along else None
            if line is None:
                continue
            first, last = (value / _MIB for value in (min(series.values), max(series.values)))
            tried = f"up to {max(series.positions):g} {along}"
            seen = (
                f"The {series.name} grew by {line.slope:.3g} MiB for each {per} (between {line.low:.3g} and "
                f"{line.high:.3g} MiB, {line.points} copies), from {first:.1f} to {last:.1f} MiB, {tried} ({run.where}). Pages of "
                "mapped files, which the system can take back, do not count; what lies in a memfd does."
            )
            found.append(Finding(check=check, seen=seen, step="", meaning=meaning, remedy=remedy))
    return found


def grown_with_size(history: History) -> list[Finding]:
    """Find peaks that grow with the size of the file."""
    return _grown(
        history,
        OF_THE_FILE,
        check="memory and size",
        per="MiB of the file",
        meaning="If it goes on beyond the largest file that was tried, a file that is large enough takes all memory of the "
        "machine: then the copy, or another program, is ended by the system.",
        remedy="Copy in blocks of one size, or let the kernel copy; never read a whole file.",
    )


def grown_with_competitors(history: History) -> list[Finding]:
    """Find copiers each of which takes more the more competitors there are."""
    return _grown(
        history,
        COMPETITORS,
        check="memory and competitors",
        per="competitor",
        meaning="What all copies take together grows faster than their number, so that a few more of them may take all memory "
        "of the machine.",
        remedy="Keep nothing for each competitor: a lock says all that has to be known of them.",
    )


def kept(history: History) -> list[Finding]:
    """Find memory of the copiers' processes that was still taken after they had ended, and had time to come to rest."""
    found = []
    for run in runs_of(history):
        for series in run.events.of(Series):
            if series.name != MEMORY_LEFT or series.along != COPIES or max(series.values) <= series.values[0]:
                continue
            alive = [name for ended in run.events.of(CopyEnded) for name in ended.survivors]
            found.append(
                Finding(
                    check="memory returns",
                    seen=f"After a copy, its processes still had {max(series.values) / _MIB:.1f} MiB; before there were "
                    f"{series.values[0] / _MIB:.1f} MiB ({run.where}). Processes that outlived it: {', '.join(alive[:3])}.",
                    step="",
                    meaning="Each such copy takes memory for good, until somebody ends its processes by hand.",
                    remedy="Wait for all processes that the copy has started before it ends.",
                )
            )
    return found


MEMORY_AND_SIZE = Check(
    "memory and size",
    "The memory of a copier grows with the size of the file.",
    grown_with_size,
    None,
    {SEVERAL_SIZES: "faulty/reads-whole-file"},
)
MEMORY_AND_COMPETITORS = Check(
    "memory and competitors",
    "The memory of each copier grows with the number of its competitors.",
    grown_with_competitors,
    None,
    {MANY_RIVALS: "faulty/remembers-rivals"},
)
MEMORY_RETURNS = Check(
    "memory returns",
    "Memory stays taken after the copy.",
    kept,
    None,
    {SEVERAL_SIZES: "faulty/leaves-process"},
)
