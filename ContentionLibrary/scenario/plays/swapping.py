"""Plays in which the destination's directory is moved, removed or replaced at one step; each step gets a fresh run."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial

from ContentionLibrary.checks import swaps
from ContentionLibrary.checks.readers import READ
from ContentionLibrary.history.acts import Answer, Rearranged
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.place import DECOY, DESTINATION, MOVED
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays.disturbing import disturb_at_every_step
from ContentionLibrary.scenario.run import Run
from ContentionLibrary.stepping.control import Hold

_DIRECTORY = os.path.dirname(DESTINATION)  # noqa: PTH120 - a name, not a path of this machine


@dataclass(frozen=True)
class _Swap:
    """One way to swap the directory.

    Args:
        called: what the competitor does, for the history.
        operation: the worker's operation.
        aside: the name of its argument for where the directory goes; empty if the directory goes nowhere.
        makes: something new is in its place afterwards.
    """

    called: str
    operation: str
    aside: str = ""
    makes: bool = False


_SWAPS = {
    "renamed away": _Swap(swaps.MOVED_AWAY, "rename", "to"),
    "renamed away and made anew": _Swap(swaps.MOVED_AND_RENEWED, "swap_for_directory", "aside", makes=True),
    "replaced by a link": _Swap(swaps.LINKED, "swap_for_symlink", "aside", makes=True),
    "replaced by a file": _Swap(swaps.REPLACED_BY_FILE, "swap_for_file", "aside", makes=True),
    "removed with its content": _Swap(swaps.REMOVED, "remove_tree"),
    "removed and made anew": _Swap(swaps.RENEWED, "renew_directory", makes=True),
    "removed when it is empty": _Swap(swaps.REMOVED_IF_EMPTY, "remove_directory"),
}


def _swap_directory(swap: _Swap, lane: Lane, enough: Enough) -> None:
    def disturb(lane: Lane, run: Run, hold: Hold) -> None:
        # What is at the destination just before tells whether the copy was committed already.
        run.act(lane.competitor("reader"), "read", READ, hold.step, path=str(run.place.destination))
        arguments = {"path": str(run.place.destination.parent)}
        if swap.aside:
            arguments[swap.aside] = str(run.place.root / MOVED)
        if swap.operation == "swap_for_symlink":
            arguments["to"] = str(run.place.root / DECOY)
        act = run.act(
            lane.competitor("swapper"),
            swap.operation,
            swap.called,
            hold.step,
            target="the directory of the destination",
            **arguments,
        )
        if act.answer is Answer.DONE:
            made = (_DIRECTORY,) if swap.makes else ()
            run.note(Rearranged, step=hold.step, moved=_DIRECTORY, to=MOVED if swap.aside else "", made=made)

    disturb_at_every_step(lane, disturb, enough, decoy=True)


def swap_directory(how: str, *, older: bool) -> Play:
    """SAP-003: the destination's directory is renamed away, removed or replaced at every step."""
    swap = _SWAPS[how]
    where = "over an older version" if older else "into an empty place"
    title = f"copy {where}, directory {how} at every step"
    return Play(title, swap.called, title, partial(_swap_directory, swap), older, fresh=True)
