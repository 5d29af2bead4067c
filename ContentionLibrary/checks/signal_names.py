"""Numbers and names of signals, also where a history of another system is judged: Windows knows hardly any."""

from __future__ import annotations

import signal
import sys

_ON_LINUX = [
    "SIGHUP",
    "SIGINT",
    "SIGQUIT",
    "SIGILL",
    "SIGTRAP",
    "SIGABRT",
    "SIGBUS",
    "SIGFPE",
    "SIGKILL",
    "SIGUSR1",
    "SIGSEGV",
    "SIGUSR2",
    "SIGPIPE",
    "SIGALRM",
    "SIGTERM",
    "SIGSTKFLT",
    "SIGCHLD",
    "SIGCONT",
    "SIGSTOP",
    "SIGTSTP",
    "SIGTTIN",
    "SIGTTOU",
    "SIGURG",
    "SIGXCPU",
    "SIGXFSZ",
    "SIGVTALRM",
    "SIGPROF",
    "SIGWINCH",
    "SIGIO",
    "SIGPWR",
    "SIGSYS",
]
"""In the order of their numbers, which begin with 1, on x86, ARM and most others (signal(7))."""


def signal_name(number: int) -> str:
    """Return a signal's name; empty for a real-time signal, or one that is not known here."""
    if sys.platform == "win32":  # which gives some of the numbers to signals of its own
        return _ON_LINUX[number - 1] if 0 < number <= len(_ON_LINUX) else ""
    try:
        return signal.Signals(number).name
    except ValueError:
        return ""


def signal_number(name: str) -> int:
    """Return a signal's number."""
    return _ON_LINUX.index(name) + 1 if sys.platform == "win32" else int(signal.Signals[name])
