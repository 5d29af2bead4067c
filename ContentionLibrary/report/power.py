"""Power losses in one table: what may be found by the model and what was found on real file systems, step by step."""

from __future__ import annotations

from html import escape

from ContentionLibrary.checks.power_loss import Outcome, power_outcomes
from ContentionLibrary.history.recording import History
from ContentionLibrary.report.story import table

_KINDER = {
    "a real ext4": "ext4 flushes a file by itself when it is renamed over another one, or closed after it was emptied "
    "(auto_da_alloc), and keeps the names of all directories in one order",
    "a real xfs": "xfs logs names, lengths and clones in one order, so that only data that was written waits for its flush",
}
_UNFLUSHED = "nothing that was not flushed had reached the disk"


def power_table(history: History) -> str:
    """Put what all plays of one subject have shown into one table for Robot's log.

    Args:
        history: of one subject.
    """
    outcomes = power_outcomes(history)
    columns = list(dict.fromkeys(one.where for one in outcomes))
    rows: dict[tuple[bool, str], dict[str, Outcome]] = {}
    for one in outcomes:
        rows.setdefault((one.older, one.step), {})[one.where] = one
    shown = [
        (
            "over an older version" if older else "into an empty place",
            step or "after the end",
            *(by_column[column].word if column in by_column else "-" for column in columns),
            "\n".join(_differences(by_column)),
        )
        for (older, step), by_column in rows.items()
    ]
    head = ("copy", "power lost before", *columns, "where they differ")
    return f"<b>{escape('What the final name shows after a power loss')}</b>{table(head, shown)}"


def _differences(by_column: dict[str, Outcome]) -> list[str]:
    """Say why a real file system has shown less than the model has to fear."""
    model = by_column.get("model")
    if model is None:
        return []
    told = []
    for one in by_column.values():
        if one is model or one.rank == model.rank:
            continue
        if one.rank < model.rank:
            told.append(f"{one.where}: worse than the model")
        elif not one.flushed:
            told.append(f"{one.where}: kinder, because {_UNFLUSHED}")
        else:
            told.append(f"{one.where}: kinder, because {_KINDER[one.file_system]}")
    return told
