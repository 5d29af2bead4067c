"""Limits of the system that hold for one program alone: set in its own process before exec, or while it stands.

Which limits there are is told by getrlimit(2). A process may lower its limits without privileges, and so may whoever runs
it. Memory and processes are limited only while a program stands at one of its steps: with less from its start on, the loader
or the interpreter would fail, and nothing were said about how the program copies.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Resource(StrEnum):
    """What is limited, by the name that getrlimit(2) gives it."""

    OPEN_FILES = "RLIMIT_NOFILE"
    FILE_SIZE = "RLIMIT_FSIZE"
    ADDRESS_SPACE = "RLIMIT_AS"
    PROCESSES = "RLIMIT_NPROC"  # of the user; root may have as many as there are


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


def possible_while_running() -> bool:
    """Tell whether this system can limit a program that runs already."""
    return sys.platform.startswith("linux")


def allow_no_more(resource: Resource, processes: Iterable[int]) -> None:
    """Let running processes keep what they have, and get nothing more; what they start gets no more than they.

    Args:
        resource: memory or processes. There are more processes of a user than none, so that none is enough for no more.
        processes: who; one that has ended meanwhile is left alone.

    Raises:
        OSError: the system refuses.
    """
    if sys.platform != "linux":
        return
    import resource as system  # noqa: PLC0415 - not on Windows

    number = getattr(system, resource.value)
    for process in processes:
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):
            value = _address_space(process) if resource is Resource.ADDRESS_SPACE else 0
            _, hard = system.prlimit(process, number)
            value = value if hard == system.RLIM_INFINITY else min(value, hard)
            system.prlimit(process, number, (value, value))


def _address_space(process: int) -> int:
    """Return the bytes that a process has mapped: the figure that the kernel compares with the limit."""
    pages, _, _ = Path(f"/proc/{process}/statm").read_bytes().partition(b" ")
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
