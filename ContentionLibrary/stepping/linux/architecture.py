"""What differs between processors: the audit number of the architecture and the numbers of its system calls."""

from __future__ import annotations

import platform
from dataclasses import dataclass

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.stepping.linux.calls import CALLS, Call


@dataclass(frozen=True)
class Architecture:
    """One processor family. `calls` maps its system call numbers to what we know about them."""

    name: str
    audit: int
    seccomp: int
    calls: dict[int, Call]


_X86_64 = Architecture("x86_64", 0xC000003E, 317, {call.x86_64: call for call in CALLS if call.x86_64 is not None})
_AARCH64 = Architecture("aarch64", 0xC00000B7, 277, {call.aarch64: call for call in CALLS if call.aarch64 is not None})
ARCHITECTURES = {"x86_64": _X86_64, "aarch64": _AARCH64, "arm64": _AARCH64}


def this_architecture() -> Architecture:
    """Return the architecture of this machine.

    Raises:
        NotPossibleHere: exact stepping knows no call numbers for this processor.
    """
    machine = platform.machine()
    if machine not in ARCHITECTURES:
        raise NotPossibleHere(
            f"exact stepping knows the processors x86_64 and aarch64, this one is {machine}: the sampled way is used"
        )
    return ARCHITECTURES[machine]
