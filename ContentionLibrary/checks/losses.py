"""Whether a copier tells of what it has not taken along.

What counts is what somebody has put into the file under a name: a stream of NTFS, an attribute (`user.*`). The one side
can hold it and the other cannot, so nobody gets it back from the copy. What does not count is what the other side cannot
say as finely, or does not know: times to 100 ns, permissions. The content itself is judged as everywhere.
"""

from __future__ import annotations

from ContentionLibrary.checks.check import Check, runs_of, succeeded
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.history.looks import Arrived
from ContentionLibrary.history.recording import History

CARRY = "carry all that a file can have"


def kept_to_itself(history: History) -> list[Finding]:
    """Find copies that reported success, have lost something, and have not named it."""
    found = []
    for run in runs_of(history):
        ended = run.ended()
        if ended is None or not succeeded(ended):
            continue
        for one in run.events.of(Arrived):
            if one.kept or not one.counts or one.word.casefold() in ended.message.casefold():
                continue
            said = f"only: {ended.message.strip()[:200]!r}" if ended.message.strip() else "nothing of it"
            found.append(
                Finding(
                    check="losses are told",
                    seen=f"The copier reported success ({run.where}), and {one.what} was lost: {one.told}. It said {said}.",
                    step="",
                    meaning="Whoever deletes the original loses data that the copy has never had, and learns of it too late.",
                    remedy="Ask the source for its streams and attributes (listxattr, ntfs.streams.list); take them along, or "
                    "name on standard error what was not copied.",
                    level=Level("E", 0),
                )
            )
    return found


LOSSES_ARE_TOLD = Check(
    "losses are told",
    "Success is reported, and a stream or an attribute of the source was lost without a word.",
    kept_to_itself,
    "E",
    {CARRY: "faulty/drops-streams-silently"},
)
