"""Positive controls: a check that has found nothing is shown a copier that was made to have its fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ContentionLibrary.checks.check import Check
from ContentionLibrary.checks.verdict import Control
from ContentionLibrary.copiers.running import ready
from ContentionLibrary.copiers.shelf import load
from ContentionLibrary.history.copies import CopyBegan
from ContentionLibrary.history.recording import History
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.settings import CONTROL_SCALE, Subject

_NOTHING_FOUND = "nothing was found in any play: was one about this?"


class Controls:
    """The controls of one scenario; each is made once, when its check first finds nothing.

    Args:
        history: gets what was noted of control copiers, too.
        perform: does a play with any copier, until it was enough.
    """

    def __init__(self, history: History, perform: Callable[[Play, Subject, Enough], None]) -> None:
        self._history = history
        self._perform = perform
        self._made: dict[str, Control] = {}

    @property
    def made(self) -> tuple[Control, ...]:
        """All that were made so far."""
        return tuple(self._made.values())

    def prove(self, check: Check, plays: Sequence[Play]) -> Control | None:
        """Show that a check sees its fault: do the same play with a copier that was made to have it.

        Args:
            check: has found nothing.
            plays: what was played; the last one is tried first.

        Returns:
            What it has seen; None when nothing that the check is about can be played here, which is a limitation, or
            when nothing was played.
        """
        if not plays:
            return None
        if check.name not in self._made:
            control = self._make(check, plays)
            if control is None:
                return None
            self._made[check.name] = control
        return self._made[check.name]

    def _make(self, check: Check, plays: Sequence[Play]) -> Control | None:
        tried, nothing_ran = "", False
        for play in reversed([play for play in plays if play.copies and not play.repeats]):
            name = check.control_for(play.kind)
            if name is None:
                continue
            tried = name
            subject = Subject(f"control {name}", load(name), CONTROL_SCALE)
            why_not = ready(subject.profile)
            if why_not:
                return Control(check.name, name, False, why_not)
            if found := self._found(check, play, subject):
                return Control(check.name, name, True, found)
            nothing_ran = not self._history.about(subject.name, play.name).of(CopyBegan)
        if nothing_ran:
            return None
        return Control(check.name, tried or "no copier", False, _NOTHING_FOUND)

    def _found(self, check: Check, play: Play, subject: Subject) -> str:
        """Return what a check finds of a control copier in a play, which is done unless it has been; empty for nothing."""

        def found() -> str:
            findings = check.judge(self._history.about(subject.name, play.name))
            return findings[0].seen if findings else ""

        if already := found():
            return already
        self._perform(play, subject, lambda: bool(found()))
        return found()
