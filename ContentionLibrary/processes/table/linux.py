"""The table of processes as Linux shows it in /proc. Our smallest processes import it."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from ContentionLibrary.processes.table.identity import Identity, Life

_PARENT, _FLAGS, _STARTED, _ENVIRONMENT_BEGINS, _ENVIRONMENT_ENDS = 1, 6, 19, 47, 48
"""Fields of /proc/PID/stat, counted from the state, which follows the name."""
_KERNEL_THREAD = 0x00200000  # PF_KTHREAD of linux/sched.h
_EXEC_WITHIN, _LOOK_EACH = 0.2, 0.0005  # seconds
_DEAD = ("Z", "X", "x")
_AWAKE = ("R", "D")


def _fields(pid: int) -> list[str] | None:
    """Return the fields of /proc/PID/stat after the name, which may hold blanks and brackets."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = text.rsplit(")", 1)[1].split()
    if fields[0] in _DEAD and not _other_threads(pid):
        return None
    return fields


def _other_threads(pid: int) -> bool:
    """A program whose first thread has ended shows as a zombie while its other threads still work."""
    try:
        return len(os.listdir(f"/proc/{pid}/task")) > 1  # noqa: PTH208 - names only, 3 times as fast
    except (FileNotFoundError, ProcessLookupError):
        return False


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdecimal()]  # noqa: PTH208


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def _space() -> str:
    return os.readlink("/proc/self/ns/pid")  # noqa: PTH115 - the link's text is no path


def identity_of(pid: int) -> Identity | None:
    """Return who the process with this number is, or None when there is none (a zombie is none)."""
    fields = _fields(pid)
    return Identity(pid, fields[_STARTED], _boot(), _space()) if fields else None


def life_of(identity: Identity) -> Life:
    """Tell whether a process still runs."""
    if identity.boot != _boot():
        return Life.GONE
    if identity.space != _space():
        return Life.ELSEWHERE
    fields = _fields(identity.pid)
    return Life.ALIVE if fields and fields[_STARTED] == identity.started else Life.GONE


def descendants(pid: int) -> list[Identity]:
    """Return all living processes below `pid`, parents before children."""
    boot, space = _boot(), _space()
    children: dict[int, list[Identity]] = {}
    for other in _pids():
        fields = _fields(other)
        if fields:
            children.setdefault(int(fields[_PARENT]), []).append(Identity(other, fields[_STARTED], boot, space))
    found: list[Identity] = []
    waiting = [pid]
    while waiting:
        below = children.get(waiting.pop(0), [])
        found += below
        waiting += [child.pid for child in below]
    return found


def _environment(pid: int) -> bytes:
    """Return the environment that a process was started with.

    In the middle of an exec a process has none for a moment, neither the old one nor the new one, which is waited for: it
    could be what we look for.
    """
    deadline = time.monotonic() + _EXEC_WITHIN
    while True:
        environment = Path(f"/proc/{pid}/environ").read_bytes()
        if environment or _has_none(pid) or time.monotonic() > deadline:
            return environment
        time.sleep(_LOOK_EACH)


def _has_none(pid: int) -> bool:
    """Tell whether a process is gone, part of the kernel, or a program with a place for its environment and nothing in it.

    In an exec there is nothing in that place either, until all is laid there; but who does that is not asleep.
    """
    fields = _fields(pid)
    if fields is None or int(fields[_FLAGS]) & _KERNEL_THREAD:
        return True
    return fields[0] not in _AWAKE and fields[_ENVIRONMENT_BEGINS] == fields[_ENVIRONMENT_ENDS] != "0"


def carriers(variable: str, token: str) -> list[Identity]:
    """Return all living processes that were started with `token` in the environment variable `variable`.

    Args:
        variable: name of the environment variable; its value is a list separated by colons.
        token: the entry of the list to look for.
    """
    found = []
    start = f"{variable}=".encode()
    for pid in _pids():
        try:
            environment = _environment(pid)
        except OSError:  # gone, or another user's, who cannot be a process of ours
            continue
        for entry in environment.split(b"\0"):
            if entry.startswith(start) and token.encode() in entry[len(start) :].split(b":"):
                identity = identity_of(pid)
                if identity:
                    found.append(identity)
    return found


def end(identity: Identity) -> bool:
    """Kill one process, and never another that has got its number meanwhile.

    Returns:
        Whether the signal was sent; False when the process is gone already.

    Raises:
        PermissionError: it belongs to somebody else.
    """
    return _signal(identity, signal.SIGKILL)


def terminate(identity: Identity) -> bool:
    """Ask one process to end (SIGTERM); returns and raises as `end`."""
    return _signal(identity, signal.SIGTERM)


def _signal(identity: Identity, number: signal.Signals) -> bool:
    try:
        descriptor = os.pidfd_open(identity.pid)
    except ProcessLookupError:
        return False
    except OSError:  # a kernel before 5.3
        descriptor = -1
    try:
        if life_of(identity) is not Life.ALIVE:
            return False
        if descriptor >= 0:
            signal.pidfd_send_signal(descriptor, number)
        else:
            os.kill(identity.pid, number)
    except ProcessLookupError:
        return False
    finally:
        if descriptor >= 0:
            os.close(descriptor)
    return True


def describe(identity: Identity) -> str:
    """Return number and command of a process, for people; the command is empty when the process is gone."""
    try:
        words = Path(f"/proc/{identity.pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        name = Path(f"/proc/{identity.pid}/comm").read_text(errors="replace").strip()
    except (FileNotFoundError, ProcessLookupError):
        return str(identity.pid)
    command = " ".join(words).strip() or name
    return f"{identity.pid} {command if len(command) <= 120 else command[:117] + '...'}"
