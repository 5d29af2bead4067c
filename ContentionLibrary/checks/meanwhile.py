"""What those can do who only use a copier, until its authors have mended what a check has found.

One sentence for each kind of finding, by the check's name and, where it matters, by the level. A kind for which nobody can
honestly be told how to get round it has an empty one: what does not work is worse than no advice.
"""

from __future__ import annotations

from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.verdict import Finding

_RENAME = (
    "Let it copy to a hidden temporary name in the destination's directory, check its exit code, and only then rename that "
    "over the destination yourself (mv -T)."
)
_RENAME_AND_FLUSH = (
    "Let it copy to a temporary name in the destination's directory, sync that file, rename it yourself (mv -T), and sync the "
    "directory, before you delete the original."
)
_FLUSH = "Sync the file and its directory (sync FILE DIRECTORY) after each copy, before you delete the original."
_ONE_AT_A_TIME = (
    "Let only one copy to a destination run at a time: start each under the same lock (flock LOCKFILE COPIER ...)."
)
_COMPARE = "Do not take its word: compare source and destination (cmp) before you delete the original; on a server see first that it is still mounted (mountpoint)."
_REMOVE = "When no copy runs, look among the processes and in the destination's directory for what was left, and end or remove it."
_REMOVE_FIRST = "Before you copy again, look among the processes and in the destination's directory for what was left, and end or remove it."
_SHIELD = "Let it write into a directory that nobody else changes, and rename the result to where it belongs yourself (mv -T)."
_TIMEOUT = "Start it under a time limit (timeout 600 COPIER ...), and take exit code 124 for a failed copy."
_FEW = "Start only a few copies at a time."

_BY_CHECK: dict[str, str] = {
    "torn reads": _RENAME,
    "changed under a reader": _RENAME,
    "gap for readers": _RENAME,
    "readers disagree": _RENAME,
    "consumers get whole files": _RENAME,
    "one whole file": _RENAME,
    "disturbed by readers": "Check its exit code, and copy again when nobody reads.",
    "reader's lock ignored": "Take an exclusive lock yourself while it copies over a file (flock DESTINATION COPIER ...), if your readers take one too; "
    "where there is no file yet, flock would make an empty one.",
    "names": "Let it copy to a directory beside the watched one, on the same file system, and move the finished file in yourself (mv -T).",
    "leftovers look unfinished": "Let it copy to a directory beside the watched one, on the same file system, and move the "
    "finished file in yourself (mv -T).",
    "one winner": _ONE_AT_A_TIME,
    "success is true": _COMPARE,
    "source is kept": "Give it a second copy of the original to work on (cp ORIGINAL SPARE), never the only one.",
    "losses are told": "Look yourself for attributes and streams before you delete the original (getfattr -d -m -).",
    "works on each file system": "Try it on the very file systems that you use, and check its exit code.",
    "lands where it was named": _SHIELD,
    "renames in some order": _SHIELD,
    "whose file it is": "Let it write only into directories that no other account may write to.",
    "nobody in the way": "Give each account a directory of its own to copy to.",
    "clean after an error": _RENAME,
    "clean after a kill": _REMOVE_FIRST,
    "whole after a signal": _RENAME,
    "orderly shutdown": _RENAME,
    "gone after the next copy": _REMOVE,
    "nothing left behind": _REMOVE,
    "clean on this side": _REMOVE,
    "recovers": _REMOVE_FIRST,
    "stale locks": "Remove the lock by hand when you are sure that no copy runs.",
    "ends as told": "End it with SIGKILL when it does not end, and look afterwards for what it has left.",
    "stopping changes nothing": "Do not suspend it; end it, and copy again.",
    "errors are told": _COMPARE,
    "all or none": "Check all destinations after each copy, and copy again to all of them if one differs.",
    "power loss (model)": _FLUSH,
    "power loss (real)": _FLUSH,
    "refusals are clear": "Note source and destination in your own log, with its exit code, before you report its message.",
    "a full disk is named": "When it fails, look whether there is room (df) before you look for another cause.",
    "the full target is named": "When it fails, look at the room of each destination (df).",
    "space is given back": _REMOVE,
    "bounded time": _TIMEOUT,
    "nobody starves": _TIMEOUT,
    "fair shares": _ONE_AT_A_TIME,
    "readers come to their lock": "",
    "no crash at a limit": "Take every exit code but 0 for a failed copy, also 128 and more, which a crash gives.",
    "others go on": "Give each copy its own limits, or start one after the other.",
    "nothing grows": "Watch what it leaves, and clean up or restart what has started it, before a limit is reached.",
    "memory and size": "Limit its memory (systemd-run -p MemoryMax=1G, or ulimit -v), so that it fails alone.",
    "memory and competitors": _FEW,
    "memory returns": "End what it has left running.",
    "keeps its throughput": _FEW,
    "no cliff": _FEW,
    "no work twice": _FEW,
    "as fast as its baseline": "",
}
_BY_LEVEL: dict[tuple[str, Level], str] = {
    ("power loss (model)", Level("D", 0)): _RENAME_AND_FLUSH,
    ("power loss (real)", Level("D", 0)): _RENAME_AND_FLUSH,
    ("clean after a kill", Level("K", 0)): _RENAME,
}


def meanwhile(finding: Finding) -> str:
    """Say what who only uses the copier can do for now; empty where nothing honest can be said."""
    told = _BY_CHECK.get(finding.check, "")
    return told if finding.level is None else _BY_LEVEL.get((finding.check, finding.level), told)
