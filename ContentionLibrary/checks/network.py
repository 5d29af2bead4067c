"""What a copy to a server must not leave on its own side when the server is out of reach."""

from __future__ import annotations

from ContentionLibrary.checks.check import Check, Run, runs_of
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.content.sizes import format_size
from ContentionLibrary.history.acts import Acted
from ContentionLibrary.history.copies import SurvivorsEnded
from ContentionLibrary.history.looks import Entry
from ContentionLibrary.history.recording import History

LINK_CUT, LINK_BROKEN, LOST_ANSWERS = "cut the link for good", "break the link for a while", "answer as a lost server"
DISK_FAILS = "fail the server's disk"
BAD_WEATHER, STUMBLES = "bad weather on the link", "answer as a network that stumbles"
PACKETS_LOST = "lose packets on the line"
CONNECTION_CUT, CONNECTION_BROKEN = "cut the copier's own connection for good", "fail the copier's own connection"
"""What the plays are called where a check chooses its control."""


BEFORE_HERE, AFTER_HERE = "before here", "after here"
"""When the copier's own side was looked at."""


def _added_here(run: Run) -> list[Entry]:
    before, after = run.looked(BEFORE_HERE), run.looked(AFTER_HERE)
    if before is None or after is None:
        return []
    known = {entry.path for entry in before.entries}
    return [entry for entry in after.entries if entry.path not in known]


def left_on_this_side(history: History) -> list[Finding]:
    """Find names and processes that a copy has left on its own machine when the link was lost for good.

    What it has left on the server it could not remove; what lies here it could. Processes that end by themselves a moment
    after their main one are not counted.
    """
    found = []
    for run in runs_of(history):
        if not run.lost_the_link:
            continue
        left = [f"{entry.path} ({format_size(entry.size)})" for entry in _added_here(run)]
        left += [f"the process {name}" for event in run.events.of(SurvivorsEnded) for name in event.by_force]
        if not left:
            continue
        step = next((act.step for act in run.events.of(Acted) if act.step), "")
        when = f" while the copier stood before its step '{step}'" if step else ""
        found.append(
            Finding(
                check="clean on this side",
                seen=f"The link to the server was lost{when} "
                f"({run.where}), and on its own machine the copier left {', '.join(left[:5])}.",
                step=step,
                meaning="Each lost connection takes disk space or a process here, until somebody finds out.",
                remedy="Clean up what lies here on every way out, first of all and whatever the server answers.",
                level=Level("S", 0),
            )
        )
    return found


CLEAN_ON_THIS_SIDE = Check(
    "clean on this side",
    "A copy whose server is lost leaves files or processes on its own machine.",
    left_on_this_side,
    "S",
    {LINK_CUT: "faulty/leaves-spool-file", CONNECTION_CUT: "faulty/spools-for-its-server"},
)
