"""The errors of the house: whose fault a trouble is decides the verdict, so each class names one culprit.

None of these is ever a verdict on the copier. A copier's misbehaviour is a finding, not an exception.
"""

from __future__ import annotations


class ContentionError(Exception):
    """Root of all errors raised by this package."""

    ROBOT_SUPPRESS_NAME = True


class UsageError(ContentionError):
    """The user gave something that cannot be used: the message names file, line, field and remedy."""


class HarnessError(ContentionError):
    """Something of ours broke (a barrier, a supervisor, a worker): no verdict can be given."""

    ROBOT_EXIT_ON_FAILURE = False


class SystemTrouble(ContentionError):  # noqa: N818 - it is the system's trouble, not our error
    """The machine cannot give what a scenario needs at this moment (no space, no permission, no process)."""


class NotPossibleHere(ContentionError):  # noqa: N818 - a reason to skip, not an error
    """This scenario or way of control cannot be tried on this machine: the message says why and the remedy."""
