"""Starts a program for the sampled way, with what each system offers so that nothing of it can escape."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import subprocess
import sys
import time
from functools import partial

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.processes.channel import Channel, Message
from ContentionLibrary.stepping import limits
from ContentionLibrary.stepping.plan import Program


class NotStarted(Exception):  # noqa: N818 - the user's program, not an error of ours
    """The program cannot be started.

    Args:
        number: errno.
        what: `program`, `directory` or `output`.
    """

    def __init__(self, number: int, what: str) -> None:
        super().__init__(os.strerror(number))
        self._number, self._what = number, what

    def message(self) -> Message:
        """Return what the scenario is told: an exit that never was a start."""
        now = time.monotonic_ns()
        return {
            "exited": 127,
            "signal": None,
            "not started": self._number,
            "because of": self._what,
            "peak": 0,
            "survivors": [],
            "began": now,
            "ended": now,
            "steps": [],
        }


def start(program: Program) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own.

    Raises:
        NotStarted: it cannot be started.
        NotPossibleHere: it is to be limited, and this system has no such limits.
    """
    if program.limits and not limits.possible():
        raise NotPossibleHere("this system cannot limit one program alone: run this on Linux or another POSIX system")
    if program.standing is not None:
        raise NotPossibleHere(
            "as another user, or at a terminal, a program is started only where it can be held exactly"
        )
    if not os.path.isdir(program.directory):  # noqa: PTH112
        raise NotStarted(errno.ENOENT, "directory")
    try:
        output, errors = open(program.output, "ab"), open(program.errors, "ab")  # noqa: PTH123, SIM115
    except OSError as error:
        raise NotStarted(error.errno or errno.EACCES, "output") from error
    with output, errors:
        try:
            return subprocess.Popen(
                program.command,
                cwd=program.directory,
                env=program.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                start_new_session=True,
                # This process has one thread, so that the way between fork and exec is safe.
                preexec_fn=partial(limits.impose, program.limits) if program.limits else None,  # noqa: PLW1509
            )
        except OSError as error:
            raise NotStarted(error.errno or errno.EACCES, "program") from error
        except ValueError as error:  # a zero byte in the command or the environment
            raise NotStarted(errno.EINVAL, "program") from error


def enter_namespaces(program: Program) -> None:
    """Go where a program is to run, if that is in namespaces of another process; only Linux has them.

    Raises:
        NotPossibleHere: they cannot be entered.
    """
    if program.within:
        from ContentionLibrary.processes.namespaces import enter  # noqa: PLC0415 - Linux only

        enter(program.within)


def guard_process(channel: Channel) -> None:
    """See that the program ends when this process is lost: on Linux below a guard, on Windows bound to this process."""
    if sys.platform.startswith("linux"):
        from ContentionLibrary.stepping.linux.guarding import continue_under_guard  # noqa: PLC0415 - Linux only
        from ContentionLibrary.stepping.linux.launching import adopt_orphans  # noqa: PLC0415 - Linux only

        continue_under_guard(channel)
        adopt_orphans()
    elif sys.platform == "win32":
        from ContentionLibrary.processes.bond_windows import Bond  # noqa: PLC0415 - Windows only

        Bond()


def take_precedence() -> None:
    """Become more important than the program, so as to see it in time also on a busy machine; only root may."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            os.nice(-10)


def peak_memory() -> int:
    """Return the bytes of resident memory of the largest process that has ended; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0
    import resource  # noqa: PLC0415 - not on Windows

    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def signal_of(code: int, killed_with: int) -> int | None:
    """Return the signal that ended a program; None if it ended by itself.

    Args:
        code: what `Popen.wait` has returned.
        killed_with: the signal with which we have killed it, 0 if we have not.
    """
    if sys.platform == "win32":  # where a killed program has an exit code like any other: the one that psutil gives it
        return killed_with if killed_with and code == signal.SIGTERM else None
    return -code if code < 0 else None
