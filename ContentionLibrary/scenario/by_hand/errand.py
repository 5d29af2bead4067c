"""What a copier by hand has around it: a place, its environment, a history that belongs to no play."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ContentionLibrary.copiers import running
from ContentionLibrary.copiers.profile import Profile
from ContentionLibrary.history.copies import Way
from ContentionLibrary.history.events import Event
from ContentionLibrary.stepping.control import Controlled
from ContentionLibrary.stepping.plan import Plan, Program, Watch

if TYPE_CHECKING:
    from ContentionLibrary.scenario.scenario import Scenario

_SUBJECT = "the copier by hand"
_EventT = TypeVar("_EventT", bound=Event)


@dataclass(frozen=True)
class Site:
    """Where a copier works by hand: files below `root` are its steps."""

    root: Path
    destination: Path

    @property
    def destinations(self) -> tuple[Path, ...]:
        """The one file to be made."""
        return (self.destination,)

    @property
    def names(self) -> tuple[str, ...]:
        """How the history calls it."""
        return (self.destination.relative_to(self.root).as_posix(),)


class Errand:
    """What one copier by hand has around it.

    Args:
        scenario: who owns everything.
        place: where it works.
        size: bytes of the source.
        name: of its log files, and of the play in the history.
    """

    def __init__(self, scenario: Scenario, place: Site, size: int, name: str) -> None:
        self._scenario = scenario
        self._name = name
        self.place = place
        self.size = size

    @property
    def profile(self) -> Profile:
        """The copier."""
        return self._scenario.settings.profile

    @property
    def way(self) -> Way:
        """How exactly it can be held."""
        return self._scenario.way

    def now(self) -> float:
        """Seconds since the scenario began."""
        return self._scenario.now()

    def at(self, monotonic: float) -> float:
        """Turn a moment of the monotonic clock into seconds since the scenario began."""
        return self._scenario.at(monotonic)

    def note(self, kind: type[_EventT], **facts: Any) -> _EventT:  # noqa: ANN401 - the fields of the event
        """Write an event into the history, as nobody's play."""
        event = kind(at=self.now(), subject=_SUBJECT, play=self._name, run=1, **facts)
        self._scenario.history.add(event)
        return event

    def command_line(self, source: Path) -> list[str]:
        """Return its program and arguments."""
        return running.command_line(self.profile, source, [self.place.destination], self.place.root)

    def environment(self) -> dict[str, str]:
        """Return its environment: ours, with messages in English, and what its profile sets."""
        ours = {**self._scenario.environment(), "LC_ALL": "C.UTF-8"}
        return running.environment(self.profile, self.place.root, ours)

    def log_path(self, who: str) -> Path:
        """Return where its outputs go; without suffix."""
        return self._scenario.log / self._name

    def control(self, program: Program, watch: Watch, plan: Plan) -> Controlled:
        """Start a program under control."""
        return self._scenario.control(program, watch, plan)
