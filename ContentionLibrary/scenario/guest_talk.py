"""What a scenario and the guest that plays for it say to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ContentionLibrary.history.events import PlayBegan
from ContentionLibrary.scenario.only import Only

if TYPE_CHECKING:
    from ContentionLibrary.scenario.settings import Subject

READY, ENOUGH, DONE, IMPOSSIBLE, BROKEN = "ready", "enough?", "done", "impossible", "broken"
"""What the guest says: that it is up, a question in the middle of a play, and how a play has ended. With `DONE` come the numbers
of the runs that were done again, where one run of the play was asked for."""
HISTORY, TROUBLE = "history.jsonl", "trouble"
"""Files in the shared directory: what was noted since the last time, and a traceback."""


@dataclass(frozen=True)
class Request:
    """A play to be done in the guest.

    Args:
        play: which one, by its name in `plays.mounts`.
        subject: whose behaviour is shown.
        began: what all its runs have in common.
        now: what time it is outside, in seconds since the scenario began.
        only: one run of it, if not all are wanted.
    """

    play: str
    subject: Subject
    began: PlayBegan
    now: float
    only: Only | None = None
