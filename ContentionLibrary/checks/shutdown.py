"""Whether a copy that is told to end, as all are when a system is shut down, leaves the old file or the new one."""

from __future__ import annotations

from ContentionLibrary.checks.check import Check, how_it_ended, runs_of, succeeded
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.power_loss import wrong_with
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.history.acts import ToldToEnd
from ContentionLibrary.history.recording import History

SHUT_DOWN = "shut down in good order"


def torn_by_shutdown(history: History) -> list[Finding]:
    """Find copies that were told to end and left neither the old file nor the new one."""
    found = []
    for run in runs_of(history):
        told, look, ended = run.events.of(ToldToEnd), run.looked("after"), run.ended()
        if not told or look is None or ended is None:
            continue
        wrong = wrong_with(look.destination, run.size, older=run.play.older, reported=succeeded(ended))
        if wrong is None:
            continue
        found.append(
            Finding(
                check="orderly shutdown",
                seen=f"The copier was told to end (SIGTERM to all its processes) before its step '{told[0].step}' "
                f"({run.where}) and ended with {how_it_ended(ended)}; the final name then showed {wrong.said}.",
                step=told[0].step,
                meaning="Each reboot in the middle of a copy leaves a file that looks like a good one, or none.",
                remedy="Write to a temporary file, touch the final name only when all is complete, and remove the temporary "
                "file when told to end (SIGTERM).",
                level=Level("S", 0),
            )
        )
    return found


ORDERLY_SHUTDOWN = Check(
    "orderly shutdown",
    "A copier that was told to end leaves neither the old file nor the new one under the final name.",
    torn_by_shutdown,
    "S",
    {SHUT_DOWN: "faulty/truncates-in-place"},
)
