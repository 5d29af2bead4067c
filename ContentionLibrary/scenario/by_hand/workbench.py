"""All that a test has at hand when it works by hand; made at the first use, cleared when the scenario ends."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ContentionLibrary.scenario.by_hand.copying import COPIER, Copying
from ContentionLibrary.scenario.by_hand.crew import Crew
from ContentionLibrary.scenario.by_hand.files import Files
from ContentionLibrary.scenario.by_hand.meetings import Meetings
from ContentionLibrary.scenario.by_hand.orders import Orders
from ContentionLibrary.scenario.by_hand.outcomes import CompetitorOutcome
from ContentionLibrary.scenario.by_hand.rivals import Rivals
from ContentionLibrary.scenario.by_hand.truth import Judge, Takers
from ContentionLibrary.scenario.by_hand.watching import Watching
from ContentionLibrary.scenario.by_hand.workplace import Workplace

if TYPE_CHECKING:
    from ContentionLibrary.scenario.scenario import Scenario

_DIRECTORY = "work"
_LANE = -1
"""Competitors by hand are others than those of plays, whatever their names."""


class Workbench:
    """The parts of a test by hand, which know of each other.

    Args:
        scenario: who owns everything.

    Attributes:
        workplace: where relative paths are.
        files: makes and judges test files.
        meetings: barriers.
        crew: competitors.
        orders: what they can be sent to do.
        rivals: copiers among them.
        copying: the copier that can be held.
        watching: the monitor.
    """

    def __init__(self, scenario: Scenario) -> None:
        takers = Takers()
        self.workplace = Workplace(scenario.stage / _DIRECTORY)
        self.files = Files(self.workplace)
        self.meetings = Meetings(scenario.barriers)
        self.crew = Crew(partial(scenario.competitor, lane=_LANE), self.meetings)
        self.orders = Orders(self.workplace, self.files, takers)
        judge = Judge(self.workplace, self.files, takers)
        self.rivals = Rivals(scenario, self.workplace, self.files, judge)
        self.copying = Copying(scenario, self.workplace, self.files, judge)
        self.watching = Watching(scenario)

    def outcome(self, name: str, timeout: float) -> CompetitorOutcome:
        """Return how a competitor, or the copier, has ended; wait for it if it has not.

        Args:
            name: the competitor's, or `copier`.
            timeout: seconds after which a competitor counts as hung; the copier has its own time limit.

        Raises:
            UsageError: there is no such competitor.
        """
        return self.copying.wait() if name == COPIER else self.crew.wait(name, timeout)

    def clear(self) -> list[str]:
        """End what is still at work; return what that was, one line each."""
        return [*self.crew.clear(), *self.copying.clear()]
