"""What a copier is asked to do in one run, and what it needs around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from ContentionLibrary.copiers.profile import Profile
from ContentionLibrary.history.copies import Way
from ContentionLibrary.history.events import Event
from ContentionLibrary.stepping.control import Controlled, Hold
from ContentionLibrary.stepping.limits import Limit
from ContentionLibrary.stepping.plan import Plan, Program, Watch
from ContentionLibrary.stepping.standing import Standing

_EventT = TypeVar("_EventT", bound=Event)


@dataclass(frozen=True)
class Task:
    """What a copier is asked to do.

    Args:
        who: its name in the history.
        source: the file to copy.
        source_name: what that content is called.
        plan: where it is to be held.
        command: what is run instead of the copier's own command; empty for that.
        limits: what the system allows it, and only it.
        standing: as whom and in which surroundings it runs; None for ours.
        within: the process whose mounts it sees; 0 for ours.
    """

    who: str
    source: Path
    source_name: str
    plan: Plan
    command: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    standing: Standing | None = None
    within: int = 0


class Spot(Protocol):
    """Where a copier works: all below `root` is its stage."""

    @property
    def root(self) -> Path:
        """The stage."""

    @property
    def destinations(self) -> Sequence[Path]:
        """The files to be made."""

    @property
    def names(self) -> tuple[str, ...]:
        """How the history calls them."""


class Surroundings(Protocol):
    """What a copier at work needs around it: `Run` for the runs of a play, `by_hand.errand.Errand` for a test's own."""

    @property
    def profile(self) -> Profile:
        """The copier."""

    @property
    def place(self) -> Spot:
        """Where it works."""

    @property
    def size(self) -> int:
        """Bytes of the source."""

    @property
    def way(self) -> Way:
        """How exactly it can be held."""

    def now(self) -> float:
        """Seconds since the scenario began."""

    def at(self, monotonic: float) -> float:
        """Turn a moment of the monotonic clock into seconds since the scenario began."""

    def note(self, kind: type[_EventT], **facts: Any) -> _EventT:  # noqa: ANN401 - the fields of the event
        """Write an event into the history."""

    def command_line(self, source: Path) -> list[str]:
        """Return its program and arguments."""

    def environment(self) -> dict[str, str]:
        """Return its environment."""

    def log_path(self, who: str) -> Path:
        """Return where its outputs go; without suffix."""

    def control(self, program: Program, watch: Watch, plan: Plan) -> Controlled:
        """Start a program under control."""


class Onlooker(Protocol):
    """Who looks at the stage at moments that do not come again."""

    def before_leaving(self, hold: Hold) -> None:
        """All that was to happen in a hold has happened."""

    def before_giving_up(self, who: str) -> None:
        """A copier's time is over, and it is going to be killed."""
