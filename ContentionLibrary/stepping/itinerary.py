"""The steps that a program has come to, and at which of them it is to be stopped or looked at."""

from __future__ import annotations

import dataclasses

from ContentionLibrary.stepping.looking import Observer
from ContentionLibrary.stepping.plan import Plan, Stop


class Itinerary:
    """Keeps the list of steps and applies the plan to it.

    Args:
        plan: where to stop.
        observer: what looks at the stage at each step; None when nobody asked.
    """

    def __init__(self, plan: Plan, observer: Observer | None) -> None:
        self.steps: list[str] = []
        self._plan = plan
        self._observer = observer
        self._wanted = set(plan.steps)

    def change(self, stop: Stop, steps: tuple[str, ...] = ()) -> None:
        """Stop elsewhere from now on."""
        self._plan = dataclasses.replace(self._plan, stop=stop, steps=steps)
        self._wanted = set(steps)

    def wants(self, name: str) -> bool:
        """Tell whether a call has to be divided so that something can happen at a step of this name."""
        if self._observer is not None or self._plan.record or self._plan.stop is Stop.EVERYWHERE:
            return True
        if self._plan.stop is Stop.NAMED:
            return any(wanted == name or wanted.startswith(f"{name} #") for wanted in self._wanted)
        return self._plan.stop is Stop.FIRST and not self.steps

    def passes(self, step: str) -> None:
        """Note a step at which nothing can happen, because the call that contains it is not divided."""
        if step:
            self.steps.append(step)

    def arrives(self, step: str, call: str) -> bool:
        """Note that the program stands before a step; tell whether it is to be held there.

        Args:
            step: its name; an empty one is no step of its own.
            call: how the moment is known, for whoever looks.
        """
        if not step:
            return False
        first = not self.steps
        self.steps.append(step)
        if self._observer is not None:
            self._observer.look(step, call)
        if self._plan.stop is Stop.NAMED and step in self._wanted:
            self._wanted.discard(step)
            return True
        return self._plan.stop is Stop.EVERYWHERE or (self._plan.stop is Stop.FIRST and first)
