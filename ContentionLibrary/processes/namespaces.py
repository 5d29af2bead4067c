"""A world of its own for some processes of an ordinary user: there they may mount, and nobody else sees what they mount.

Method: a user namespace with a mount namespace in it (user_namespaces(7), mount_namespaces(7)). In it a process has the rights
that mounting needs; it stays the same user, so that whatever it starts has no rights that it would not have outside.
Others of the same user look in through `/proc/PID/root`, or enter. Linux; some systems forbid it to ordinary users.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

from ContentionLibrary.errors import NotPossibleHere

_NEW_MOUNTS, _NEW_USERS = 0x00020000, 0x10000000  # CLONE_NEWNS, CLONE_NEWUSER
_PR_SET_DUMPABLE = 4
_RECURSIVE, _PRIVATE = 0x4000, 0x40000  # MS_REC, MS_PRIVATE


def _kernel() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)  # not at import: other systems import this for nothing


def window(pid: int) -> str:
    """Return the directory through which the files of a process in such a world are seen from outside."""
    return f"/proc/{pid}/root"


def seclude() -> None:
    """Go into a new world. The calling process has one thread.

    Raises:
        NotPossibleHere: the system forbids it.
    """
    user, group = os.geteuid(), os.getegid()
    if _kernel().unshare(_NEW_USERS | _NEW_MOUNTS):
        raise NotPossibleHere(f"the system gives us no user namespace ({os.strerror(ctypes.get_errno())})")
    _stay_visible()
    try:
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    except OSError as error:
        raise NotPossibleHere(f"the system gives us no user in a user namespace ({error.strerror})") from error


def seclude_mounts() -> None:
    """Let nobody else see what is mounted from now on; for root, who needs no user namespace for it. One thread only.

    Raises:
        NotPossibleHere: the system forbids it.
    """
    if _kernel().unshare(_NEW_MOUNTS) or _kernel().mount(None, b"/", None, _RECURSIVE | _PRIVATE, None):
        raise NotPossibleHere(f"the system gives us no mounts of our own ({os.strerror(ctypes.get_errno())})")


def enter(pid: int) -> None:
    """Go into the world of a process of ours, or only to its mounts if we are its user already. We have one thread.

    Raises:
        NotPossibleHere: it is gone, or the system forbids it.
    """
    if _has_our_users(pid):
        enter_mounts(pid)
        return
    try:
        opened = [os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY | os.O_CLOEXEC) for kind in ("user", "mnt")]
    except OSError as error:
        raise NotPossibleHere(f"the user namespace of process {pid} cannot be entered ({error.strerror})") from error
    for descriptor in opened:
        failed = _kernel().setns(descriptor, 0)
        trouble = os.strerror(ctypes.get_errno())
        os.close(descriptor)
        if failed:
            raise NotPossibleHere(f"the user namespace of process {pid} cannot be entered ({trouble})")
    _stay_visible()


def _has_our_users(pid: int) -> bool:
    ours, theirs = Path("/proc/self/ns/user"), Path(f"/proc/{pid}/ns/user")
    try:
        return ours.stat().st_ino == theirs.stat().st_ino
    except OSError:  # it is gone, which whoever opens its namespaces is told
        return False


def enter_mounts(pid: int) -> None:
    """See from now on what a process sees as the file system, its root included. We have one thread, and the right.

    Raises:
        NotPossibleHere: it is gone, or the system forbids it.
    """
    try:
        root = os.open(f"/proc/{pid}/root", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        mounts = os.open(f"/proc/{pid}/ns/mnt", os.O_RDONLY | os.O_CLOEXEC)
        if _kernel().setns(mounts, _NEW_MOUNTS):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        os.fchdir(root)
        os.chroot(".")
    except OSError as error:
        raise NotPossibleHere(f"the mounts of process {pid} cannot be entered ({error.strerror})") from error
    os.close(root)
    os.close(mounts)


def _stay_visible() -> None:
    """Let others of the same user still see what belongs to this process: its files, its environment with our token."""
    _kernel().prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)
