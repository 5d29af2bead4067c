"""Whether what copiers hold grows with the number of copies or bytes, and is given back in the end."""

from __future__ import annotations

from ContentionLibrary.checks.check import Check, Run, runs_of
from ContentionLibrary.checks.growth import growth
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.history.copies import CopyEnded
from ContentionLibrary.history.figures import Series
from ContentionLibrary.history.recording import History

ONE_AFTER_ANOTHER = "copies one after another"
TOLD_TO_STOP = "copies that are told to stop"
KILLED = "copies that are killed"
WITHIN_ONE = "what one copy holds"
MANY_FILES = "many files in one process"

COPIES, MIB, FILES = "copies", "MiB", "files"
_PER = {COPIES: "copy", MIB: "MiB", FILES: "file"}
_KIBIBYTE = 1024.0
_LEAST_BYTES = 64 * _KIBIBYTE
_OF_THE_MACHINE = "names in shared memory"
_LEAST_OF_THE_MACHINE = 0.5
"""How many names per copy count as growth where other programs of the same user may add and take names too."""


def _amount(value: float, unit: str) -> str:
    return f"{value / _KIBIBYTE:,.0f} KiB" if unit == "bytes" else f"{value:g}"


def _least(series: Series) -> float:
    if series.name == _OF_THE_MACHINE:
        return _LEAST_OF_THE_MACHINE * (series.positions[-1] - series.positions[0])
    return _LEAST_BYTES if series.unit == "bytes" else 1.0


def _level(run: Run) -> Level:
    """Return what such a copier can claim at most: leftovers of a kill are a matter of their own."""
    return Level("K", 1) if run.was_killed else Level("S", 0)


def _why(run: Run) -> str:
    survivors = [name for ended in run.events.of(CopyEnded) for name in ended.survivors]
    return f" Processes that outlived their copy: {', '.join(survivors[:3])}." if survivors else ""


def _grown(run: Run, series: Series) -> Finding | None:
    line = growth(series.positions, series.values, _least(series))
    if line is None:
        return None
    per = _PER[series.along]
    unit = " KiB" if series.unit == "bytes" else ""
    scale = _KIBIBYTE if series.unit == "bytes" else 1.0
    return Finding(
        check="nothing grows",
        seen=f"The number of {series.name} grew by {line.slope / scale:.3g}{unit} with each {per} (between "
        f"{line.low / scale:.3g} and {line.high / scale:.3g}, {line.points} points), from "
        f"{_amount(series.values[0], series.unit)} to {_amount(series.values[-1], series.unit)} ({run.where}).{_why(run)}",
        step="",
        meaning=f"A machine that makes such copies day by day comes to its limit of {series.name}, and then nothing works on it "
        "any more.",
        remedy="Close each descriptor, remove each temporary file, and wait for each process on every way out.",
        level=_level(run) if series.along == COPIES else None,
    )


def _kept(run: Run, series: Series) -> Finding | None:
    first, last = series.values[0], series.values[-1]
    if series.along != COPIES or series.name == _OF_THE_MACHINE or series.unit or last <= first:
        return None
    return Finding(
        check="nothing grows",
        seen=f"After all copies, the last of which nobody disturbed, there were {last:g} {series.name}; before the first "
        f"disturbed one there were {first:g} ({run.where}).{_why(run)}",
        step="",
        meaning=f"The {series.name} that a disturbed copy leaves stay for good.",
        remedy="Take over or remove what earlier copies have left, at the begin of the next one.",
        level=_level(run),
    )


def held_on(history: History) -> list[Finding]:
    """Find figures that grow with copies or bytes, and those that have not returned to what they were before."""
    found = []
    for run in runs_of(history):
        for series in run.events.of(Series):
            if series.along in _PER:
                found.append(_grown(run, series) or _kept(run, series))
    return [finding for finding in found if finding is not None]


NOTHING_GROWS = Check(
    "nothing grows",
    "Something that copies hold grows with their number, or stays when they are over.",
    held_on,
    None,
    {
        "*": "faulty/leaves-process",
        KILLED: "faulty/own-temporary-name",
        WITHIN_ONE: "faulty/leaks-descriptor",
        MANY_FILES: "faulty/leaks-for-each-file",
    },
)
