"""Starts a program with the filter installed, and brings the filter's listener to its supervisor."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
import signal
import socket
import sys
from dataclasses import dataclass
from functools import cache

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.stepping.limits import impose
from ContentionLibrary.stepping.linux.architecture import this_architecture
from ContentionLibrary.stepping.linux.filter import build
from ContentionLibrary.stepping.linux.seccomp import FilterProgram, compiled, install_filter, prefer_synchronous_wake_up
from ContentionLibrary.stepping.linux.taking_on import take_on
from ContentionLibrary.stepping.linux.terminal import Terminal
from ContentionLibrary.stepping.plan import Plan, Program

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Launched:
    """A program that runs under our filter.

    Args:
        process: its main process.
        listener: descriptor of its reports.
        report: descriptor that gives `errno what` if the program could not be started, else just closes.
        terminal: its terminal, if it has one.
    """

    process: int
    listener: int
    report: int
    terminal: Terminal | None


@cache
def _filter(*, with_reads: bool, with_data: bool) -> FilterProgram:
    return compiled(build(this_architecture(), with_reads=with_reads, with_data=with_data))


def make_filters() -> None:
    """Make all filters now: who forks afterwards need not make them in each child."""
    with contextlib.suppress(NotPossibleHere):  # is told to whoever wants to step
        for with_reads, with_data in ((False, True), (True, True), (False, False)):
            _filter(with_reads=with_reads, with_data=with_data)


def adopt_orphans() -> None:
    """Become the parent of all descendants whose own parent ends, so that no process of a program escapes us."""
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _become(program: Program, report: int, terminal: Terminal | None) -> None:
    """Turn the child into the program. Comes back only when that fails."""
    what = "directory"
    try:
        os.chdir(program.directory)
        what = "output"
        if terminal is not None:
            account = program.standing.account if program.standing is not None else None
            terminal.become(account.user if account is not None else os.geteuid())
        else:
            _redirect(program)
        os.set_inheritable(report, False)
        for number in range(1, signal.NSIG):
            with contextlib.suppress(OSError, ValueError):
                signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        if program.standing is not None:
            what = "account"
            take_on(program.standing)
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # who becomes somebody else loses what was asked for before
        what = "program"
        impose(program.limits)
        os.execvpe(_found(program), list(program.command), program.environment)
    except OSError as error:
        os.write(report, f"{error.errno} {what}".encode())
    except ValueError:  # a zero byte in the command or the environment
        os.write(report, f"{errno.EINVAL} {what}".encode())


def _found(program: Program) -> str:
    """Return the path of the program: to try each directory of PATH would be a reported call for each of them."""
    name = program.command[0]
    return shutil.which(name, path=program.environment.get("PATH", os.defpath)) or name


def _redirect(program: Program) -> None:
    empty = os.open(os.devnull, os.O_RDONLY)
    output = os.open(program.output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    errors = os.open(program.errors, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for target, opened in enumerate((empty, output, errors)):
        os.dup2(opened, target)
        if opened > 2:
            os.close(opened)


def launch(program: Program, plan: Plan) -> Launched:
    """Fork, install the filter, exec.

    Exec itself is reported: the caller has to answer notifications before it waits for `Launched.report`.

    Raises:
        NotPossibleHere: the kernel refuses the filter.
    """
    architecture = this_architecture()
    filter_program = _filter(with_reads=plan.with_reads, with_data=plan.with_data)
    ours, theirs = socket.socketpair()
    report, report_end = os.pipe()
    terminal = Terminal(program.errors) if program.standing is not None and program.standing.terminal else None
    sys.stdout.flush()
    supervisor = os.getpid()
    process = os.fork()
    if process == 0:
        try:
            os.setsid()
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # a supervisor that dies takes the program with it
            if os.getppid() != supervisor:
                os._exit(125)
            ours.close()
            os.close(report)
            try:
                listener = install_filter(filter_program, architecture)
            except NotPossibleHere as error:
                theirs.sendall(str(error).encode())
                os._exit(125)
            socket.send_fds(theirs, [b"\0"], [listener])
            os.close(listener)
            theirs.close()
            _become(program, report_end, terminal)
        finally:
            os._exit(127)
    theirs.close()
    os.close(report_end)
    if terminal is not None:
        terminal.was_started()
    said, descriptors, _, _ = socket.recv_fds(ours, 4096, 1)
    ours.close()
    if not descriptors:
        os.close(report)
        os.waitpid(process, 0)
        raise NotPossibleHere(said.decode() or "the child ended before its filter was installed")
    prefer_synchronous_wake_up(descriptors[0])
    return Launched(process, descriptors[0], report, terminal)
