"""The one point of a play that a replay is about: everything else of the play is left out.

Each play holds the copier at many steps. One that has a run for each step goes through `Lane.side_by_side`; one that
visits all steps in one run asks for `Stop.EVERYWHERE`; runs that go one after another come from `Lane.one_by_one`. All
know the number of their run, and that is all that it takes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from ContentionLibrary.stepping.plan import Plan, Stop

if TYPE_CHECKING:
    from ContentionLibrary.scenario.run import Run
    from ContentionLibrary.stepping.control import Hold

_ItemT = TypeVar("_ItemT")


@dataclasses.dataclass(frozen=True)
class Only:
    """One run of a play.

    Args:
        run: its number.
        steps: where it is held, if the play would hold it everywhere; None leaves it so.
        times: how often it is done where a play has a run for each step, one after another or beside each other.
        look_around: is called when the play is through with a held step and before the copier is let go, and at the end
            of the run, with no hold.
        repeated: the numbers under which it was done where it went side by side; filled in as the play goes on.
    """

    run: int
    steps: tuple[str, ...] | None = None
    times: int = 1
    look_around: Callable[[Run, Hold | None], None] | None = None
    repeated: list[int] = dataclasses.field(default_factory=list)

    def among(self, numbered: Sequence[tuple[int, _ItemT]]) -> list[tuple[int, _ItemT]]:
        """Choose from runs that go side by side. Each repetition of the one gets a number that no other run has.

        Runs with lower numbers only prepare for later ones, so they are needed all; those with higher numbers are not.
        """
        if not numbered or numbered[-1][0] < self.run:
            return list(numbered)
        chosen = [(number, item) for number, item in numbered if number == self.run]
        again = [(number + len(numbered) * turn, item) for number, item in chosen for turn in range(self.times)]
        self.repeated.extend(number for number, _ in again)
        return again

    def just(self, numbered: Sequence[tuple[int, _ItemT]]) -> list[tuple[int, _ItemT]]:
        """Choose from runs that go one after another, none of which needs an earlier one."""
        return [(number, item) for number, item in numbered if number == self.run] or list(numbered)

    def narrowed(self, plan: Plan, run: int) -> Plan:
        """Return where a copier is held in a run of that number: nowhere else than needed."""
        if run != self.run or self.steps is None or plan.stop is not Stop.EVERYWHERE:
            return plan
        return dataclasses.replace(plan, stop=Stop.NAMED if self.steps else Stop.NOWHERE, steps=self.steps)
