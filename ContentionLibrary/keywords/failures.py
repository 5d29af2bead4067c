"""Sentences about copies that fail: what makes them fail, and what must not be left or kept quiet then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from robot.api.deco import keyword

from ContentionLibrary.checks import failures
from ContentionLibrary.keywords.expectations import ExpectationKeywords
from ContentionLibrary.keywords.readings import Playing, Where
from ContentionLibrary.scenario.play import Play
from ContentionLibrary.scenario.plays import depriving, failing, rivalry, signalling

Failure = Literal[
    "a full disk",
    "a quota that is used up",
    "denied access",
    "a file system that has become read-only",
    "a source that is deleted",
    "a source that cannot be read",
    "a target directory that is removed",
    "a rival that is at work",
    "a lock that is never given back",
    "SIGTERM to its main process",
    "SIGTERM to all its processes",
    "SIGINT to all its processes",
    "SIGHUP to all its processes",
    "SIGKILL to all its processes",
    "a network that is cut",
    "a disk with errors",
]


def _play_of(failure: str, *, older: bool) -> Play:
    if failure == "a rival that is at work":
        return rivalry.overlap(older=older)
    if failure == "a lock that is never given back":
        return depriving.keep_lock(failure)
    plays: dict[str, Callable[..., Play]] = {
        "a source that is deleted": depriving.lose_source,
        "a target directory that is removed": depriving.lose_directory,
        "SIGKILL to all its processes": signalling.kill,
    }
    usual = signalling.send_signal if failure.startswith("SIG") else failing.fail_steps
    return plays.get(failure, usual)(failure, older=older)


class FailureKeywords(Playing):
    """Failures."""

    @keyword("A copy meets")
    def meet(self, failure: Failure, where: Where) -> None:
        """Lets a copy meet one kind of failure, at each step that this kind can hit, in a fresh run each.

        What the system itself fails with (space, quota, access, disk, network) is emulated: the call of the step is answered with
        the error that it would get, on whatever file system the test runs. A full disk stays full for what needs
        space; a read-only file system and a network that is cut refuse every change from that step on. Signals are
        sent while the copier stands before the step.

        Args:
            failure: the kind of failure.
            where: `into an empty place` or `over an older version`; a lock needs an older version to be on.

        Examples:
            | When a copy meets    a full disk    over an older version |
        """
        self._play(_play_of(failure, older=where.value))


class FailureExpectationKeywords(ExpectationKeywords):
    """Checks about failures."""

    @keyword("No signal should have left part of a file")
    def whole_after_signal(self) -> None:
        """A copier that a signal has ended must leave whole what was there, or the new file, or nothing.

        Examples:
            | Then no signal should have left part of a file |
        """
        self._expect(failures.WHOLE_AFTER_SIGNAL)

    @keyword("No failed flush or close should have been kept quiet")
    def errors_are_told(self) -> None:
        """When a flush or close says that data did not reach the disk, the copier must not report success.

        Examples:
            | And no failed flush or close should have been kept quiet |
        """
        self._expect(failures.ERRORS_ARE_TOLD)

    @keyword("What a copy could not remove should be gone after the next copy")
    def gone_after_next_copy(self) -> None:
        """What a killed copier leaves, or one that the system did not let clean up, must be removed by the next run.

        Examples:
            | And what a copy could not remove should be gone after the next copy |
        """
        self._expect(failures.GONE_AFTER_NEXT_COPY)
