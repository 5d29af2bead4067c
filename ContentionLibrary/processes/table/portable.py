"""The table of processes by way of psutil, for systems without /proc."""

from __future__ import annotations

import platform

from ContentionLibrary.processes.table.identity import Identity, Life


def _identity(pid: int, started: float) -> Identity:
    import psutil  # noqa: PLC0415 - slow to import, and only wanted when something has to be ended

    return Identity(pid, f"{started:.3f}", f"{platform.node()} {psutil.boot_time():.0f}", platform.node())


def identity_of(pid: int) -> Identity | None:
    """Return who the process with this number is, or None when there is none (a zombie is none)."""
    import psutil  # noqa: PLC0415

    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return _identity(pid, process.create_time())
    except psutil.NoSuchProcess:
        return None


def life_of(identity: Identity) -> Life:
    """Tell whether a process still runs."""
    if identity.space != platform.node():
        return Life.ELSEWHERE
    now = identity_of(identity.pid)
    return Life.ALIVE if now is not None and now.started == identity.started else Life.GONE


def descendants(pid: int) -> list[Identity]:
    """Return all living processes below `pid`, parents before children."""
    import psutil  # noqa: PLC0415

    try:
        below = psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
    return [identity for child in below if (identity := identity_of(child.pid))]


def carriers(variable: str, token: str) -> list[Identity]:
    """Return all living processes that were started with `token` in the environment variable `variable`.

    Args:
        variable: name of the environment variable; its value is a list separated by colons.
        token: the entry of the list to look for.
    """
    import psutil  # noqa: PLC0415

    found = []
    for process in psutil.process_iter():
        try:
            value = process.environ().get(variable, "")
        except (psutil.Error, OSError):
            continue
        if token in value.split(":") and (identity := identity_of(process.pid)):
            found.append(identity)
    return found


def end(identity: Identity) -> bool:
    """Kill one process, and never another that has got its number meanwhile.

    Returns:
        Whether the signal was sent; False when the process is gone already.

    Raises:
        PermissionError: it belongs to somebody else.
    """
    return _signal(identity, "kill")


def terminate(identity: Identity) -> bool:
    """Ask one process to end; returns and raises as `end`."""
    return _signal(identity, "terminate")


def _signal(identity: Identity, method: str) -> bool:
    import psutil  # noqa: PLC0415

    if life_of(identity) is not Life.ALIVE:
        return False
    try:
        getattr(psutil.Process(identity.pid), method)()
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied as error:
        raise PermissionError(str(error)) from error
    return True


def describe(identity: Identity) -> str:
    """Return number and command of a process, for people; the command is empty when the process is gone."""
    import psutil  # noqa: PLC0415

    try:
        return f"{identity.pid} {' '.join(psutil.Process(identity.pid).cmdline())[:120]}"
    except psutil.Error:
        return str(identity.pid)
