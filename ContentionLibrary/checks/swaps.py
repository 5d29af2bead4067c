"""Where a copy has landed when the directory of its destination was moved, removed or replaced meanwhile.

What a copier can know decides what is a fault:

- The directory is swapped while the copier stands before a step, so it has been running already, and could have looked
  at the directory (and kept it open) before it changed anything. Whoever does so notices every swap: before it
  reports success it looks once more whether the path still leads to the directory that it knows. Hence a swap before
  the very first step counts as well.
- A swap after the commit is no fault. The file was whole in its place; that it was then moved, or removed, with its
  directory is the work of the competitor, whatever the copier says afterwards. Who says that it has failed
  may also have put the older version back.
- A new directory of the same name is the place that was named, so a whole file in it is a good end. A link to
  another directory is none: following it puts the content where nobody has named it, although a reader finds it by
  the same path.
- Success for a path at which there is no file is a lie, even if the content lies whole in the directory that was moved.
- After an error there must be nothing new anywhere: neither in the moved directory nor behind the link. A copier that
  keeps the directory open can clean up in it, wherever it has gone.
"""

from __future__ import annotations

from ContentionLibrary.checks.check import Check, Run, crashed, runs_of, said_no, succeeded
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.truth import interference, taken_after_commit
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.content.wording import describe
from ContentionLibrary.history.acts import Rearranged
from ContentionLibrary.history.cast import NAMES, OLDER, SOURCE
from ContentionLibrary.history.looks import Entry, Looked
from ContentionLibrary.history.recording import History

MOVED_AWAY = "rename the directory away"
MOVED_AND_RENEWED = "rename the directory away and make a new one"
LINKED = "replace the directory by a link"
REPLACED_BY_FILE = "replace the directory by a file"
REMOVED = "remove the directory with its content"
RENEWED = "remove the directory and make a new one"
REMOVED_IF_EMPTY = "remove the directory if it is empty"
SWAPS = (MOVED_AWAY, MOVED_AND_RENEWED, LINKED, REPLACED_BY_FILE, REMOVED, RENEWED, REMOVED_IF_EMPTY)
"""What competitors do to the directory; also the kinds of these plays."""

_TOLD = 4  # names; more say nothing new


def accounted_for(run: Run) -> set[str]:
    """Return the names that are no work of the copier: there before, or moved and made by a competitor."""
    before = run.looked("before")
    known = {entry.path for entry in before.entries} if before is not None else set()
    for swap in run.events.of(Rearranged):
        there = known | ({run.play.destination} if taken_after_commit(run) else set())
        if swap.to:
            inside = swap.moved + "/"
            known |= {swap.to} | {f"{swap.to}/{path.removeprefix(inside)}" for path in there if path.startswith(inside)}
        known |= set(swap.made)
    return known


def _told(strays: list[Entry], look: Looked, size: int) -> str:
    """Say where each name is and what it holds."""
    held = {content.path: content.sighting for content in look.contents}
    words = [
        f"{entry.path} holds {describe(held[entry.path], NAMES, size)}"
        if entry.path in held
        else f"{entry.path} ({entry.kind})"
        for entry in strays[:_TOLD]
    ]
    return ", ".join(words) + (f" and {len(strays) - _TOLD} more" if len(strays) > _TOLD else "")


def _strays(run: Run, swap: Rearranged, look: Looked) -> list[Entry]:
    """Return what the copier has put where nobody has named it: new names, and moved files that are others now.

    A new directory is nothing by itself: what lies in it has a name of its own.
    """
    known = accounted_for(run)
    after_commit = taken_after_commit(run)
    right = [SOURCE] if after_commit and succeeded(run.ended()) else [OLDER, SOURCE] if after_commit else [OLDER]
    changed = {
        content.path
        for content in look.contents
        if swap.to
        and content.path.startswith(swap.to + "/")
        and not any(content.sighting.is_whole(version, run.size) for version in right)
    }
    return [
        entry
        for entry in look.entries
        if entry.path in changed
        or (entry.kind != "directory" and entry.path not in known and entry.path != run.play.destination)
    ]


def _judge(run: Run, swap: Rearranged, look: Looked) -> Finding | None:
    strays = _strays(run, swap, look)
    if not strays:
        return None
    level = Level("S", 0)
    told = _told(strays, look, run.size)
    if not succeeded(run.ended()):
        told = f"The copier failed{interference(run)} ({run.where}), yet {told}"
    else:
        told = f"The copier reported success{interference(run)} ({run.where}), yet {told}"
        if look.destination is None and not taken_after_commit(run):
            told += f", and there is no file at {run.play.destination}"
            level = Level("E", 0)
        elif any(entry.path == swap.moved and entry.kind == "symlink" for entry in look.entries):
            # The path leads to the file, and yet the directory that was named has not got it.
            told += f": it has followed {swap.moved}, which had become a link, to a place that nobody has named"
            level = Level("E", 0)
    return Finding(
        check="lands where it was named",
        seen=f"{told}.",
        step=swap.step or "",
        meaning="The content is where nobody looks for it, or where it must not be; no clean-up will ever find it.",
        remedy="Open the directory once, before anything else, and work through that descriptor alone (openat, linkat, "
        "renameat); after the commit see that the path still leads to the same directory, and else take the file back.",
        level=level,
    )


def lands_elsewhere(history: History) -> list[Finding]:
    """Find content of a copy, or a part of it, in a place that nobody has named."""
    found = []
    for run in runs_of(history):
        swaps, look, ended = run.events.of(Rearranged), run.looked("after"), run.ended()
        if not swaps or look is None or ended is None or not (succeeded(ended) or said_no(ended) or crashed(ended)):
            continue
        finding = _judge(run, swaps[-1], look)
        if finding is not None:
            found.append(finding)
    return found


LANDS_WHERE_NAMED = Check(
    "lands where it was named",
    "Content lands in a place that nobody has named.",
    lands_elsewhere,
    "S",
    {LINKED: "faulty/follows-swapped-link", "*": "faulty/publishes-into-moved-directory"},
)
