"""Sentences about signals: which a copier gets at each of its steps, and how it must end."""

from __future__ import annotations

from typing import Literal

from robot.api.deco import keyword

from ContentionLibrary.checks import signals
from ContentionLibrary.keywords.expectations import ExpectationKeywords
from ContentionLibrary.keywords.readings import Playing, Where
from ContentionLibrary.scenario.plays import signalling

Signal = Literal["SIGHUP", "SIGINT", "SIGTERM", "SIGPIPE", "SIGXFSZ", "a burst of signals"]


class SignalKeywords(Playing, ExpectationKeywords):
    """Signals."""

    @keyword("A copy ${where} gets ${signal} at every step")
    def get_signal(self, where: Where, signal: Signal) -> None:
        """For each step a fresh run: the copier is held before it, gets the signal, and goes on to its end.

        Args:
            where: `into an empty place` or `over an older version`.
            signal: `SIGHUP` or `SIGINT` (to all its processes, as from a terminal), `SIGTERM`, `SIGPIPE` or `SIGXFSZ` (to its
                main process), or `a burst of signals`: HUP, INT and TERM at one moment, and TERM again at each
                later step, to all its processes.

        Examples:
            | When a copy into an empty place gets SIGHUP at every step |
        """
        self._play(signalling.get_signal(signal, older=where.value))

    @keyword("A copy ${where} is stopped and continued at every step")
    def stop_and_continue(self, where: Where) -> None:
        """For each step a fresh run: all processes of the held copier are stopped, stand still, and are continued.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | And a copy over an older version is stopped and continued at every step |
        """
        self._play(signalling.stop_and_continue(older=where.value))

    @keyword("Every signal should have ended the copy as is usual, or as the copier's profile says")
    def ends_as_told(self) -> None:
        """A copier ends by the signal itself, with 128 and its number, or as its profile's `on_signal` says.

        It may end with success if it had moved all data already. PIPE and XFSZ may be ignored: they tell of a call that
        cannot succeed, and who ignores them gets the error of that call.

        Examples:
            | Then every signal should have ended the copy as is usual, or as the copier's profile says |
        """
        self._expect(signals.ENDS_AS_TOLD)

    @keyword("Stopping and continuing should have changed nothing")
    def stopping_changes_nothing(self) -> None:
        """A copy that was stopped for a moment must succeed, with the whole file, as if nothing had happened.

        Examples:
            | And stopping and continuing should have changed nothing |
        """
        self._expect(signals.STOPPING_CHANGES_NOTHING)
