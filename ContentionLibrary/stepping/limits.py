"""Limits of the system that hold for one program alone: set in its own process, between fork and exec.

Which limits there are is told by getrlimit(2). A process may lower its limits without privileges.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Resource(StrEnum):
    """What is limited, by the name that getrlimit(2) gives it."""

    OPEN_FILES = "RLIMIT_NOFILE"
    FILE_SIZE = "RLIMIT_FSIZE"


@dataclass(frozen=True)
class Limit:
    """The most that a program gets of something: descriptors, or bytes."""

    resource: Resource
    value: int


def possible() -> bool:
    """Tell whether this system has such limits."""
    return sys.platform != "win32"


def impose(limits: Sequence[Limit]) -> None:
    """Lower the limits of the calling process, which is about to become the program; it cannot raise them again.

    Raises:
        OSError: the system refuses.
    """
    if not limits or sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on Windows

    for limit in limits:
        number = getattr(resource, limit.resource.value)
        _, hard = resource.getrlimit(number)
        value = limit.value if hard == resource.RLIM_INFINITY else min(limit.value, hard)
        resource.setrlimit(number, (value, value))
