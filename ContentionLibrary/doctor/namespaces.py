"""Tries whether an ordinary user gets a mount namespace of his own, with a small file system in it."""

from __future__ import annotations

import sys
from pathlib import Path

from ContentionLibrary.doctor.probe import Answer, Bench
from ContentionLibrary.errors import NotPossibleHere

_ROOM = 1 << 20  # bytes
_SWITCHES = (
    ("kernel/unprivileged_userns_clone", "0", "sysctl kernel.unprivileged_userns_clone=1"),
    ("kernel/apparmor_restrict_unprivileged_userns", "1", "sysctl kernel.apparmor_restrict_unprivileged_userns=0"),
    ("user/max_user_namespaces", "0", "sysctl user.max_user_namespaces=15000"),
)
_ELSE = "in a container: start it with `--security-opt seccomp=unconfined`"


def user_namespace(bench: Bench) -> Answer:
    """Make one as scenarios do, with a tmpfs in it, and end it."""
    if sys.platform != "linux":
        return Answer(False, f"namespaces exist on Linux only, this is {sys.platform}", "run on Linux")
    from ContentionLibrary.stage.secluded import Secluded  # noqa: PLC0415 - calls of the kernel that others have not

    try:
        Secluded(bench.workspace.path / "disks" / "secluded", bench.starter, _ROOM).end()
    except NotPossibleHere as reason:
        return Answer(False, str(reason).removeprefix("without root: "), remedy())
    return Answer(True, "made one, with a tmpfs in it")


def remedy() -> str:
    """The switch of this system that forbids it, as the command that turns it."""
    for name, off, command in _SWITCHES:
        try:
            value = Path("/proc/sys", name).read_text(encoding="ascii").strip()
        except OSError:  # this kernel has no such switch
            continue
        if value == off:
            return command
    return _ELSE
