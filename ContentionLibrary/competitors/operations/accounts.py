"""Those who go over to another account, or to where another process sees its files, for good."""

from __future__ import annotations

import os

from ContentionLibrary.competitors.hands import Hands
from ContentionLibrary.competitors.report import Outcome


def become(hands: Hands, user: int, group: int, groups: list[int]) -> Outcome:
    """Take on another account; only root may, and never comes back."""
    if os.geteuid() == user:
        return Outcome()
    import shutil  # noqa: F401, PLC0415 - what is needed later must be there before: our program may lie in a closed place

    os.setgroups(groups)
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)
    return Outcome()


def enter_mounts(hands: Hands, process: int) -> Outcome:
    """See from now on what a process sees as the file system; only root may."""
    from ContentionLibrary.processes import namespaces  # noqa: PLC0415 - Linux only

    namespaces.enter_mounts(process)
    return Outcome()


OPERATIONS = (become, enter_mounts) if hasattr(os, "setresuid") else ()
