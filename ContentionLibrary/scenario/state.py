"""What a scenario looks like at one moment: names on the stage, locks, and every process with the call that it is in.

It is taken when something has gone wrong that no history tells: a copier that does not end, an error of the harness. So
it must itself not fail: whatever has ended meanwhile, or may not be looked at, is left out or said to be hidden.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ContentionLibrary.content.sizes import format_size
from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.history.looks import Entry
from ContentionLibrary.processes.table import descendants
from ContentionLibrary.scenario.kernel_locks import locks_on
from ContentionLibrary.stepping.linux.architecture import this_architecture

STATE_FILE, STATE_TEXT = "state.json", "state.txt"
_PROC = Path("/proc")
_HIDDEN = "a call that is hidden from this user"
_OURS = "ContentionLibrary.processes."
_WAITING = {
    # Calls in which programs wait and that no step is made of: x86_64, aarch64.
    "read": (0, 63),
    "write": (1, 64),
    "poll": (7, None),
    "fcntl": (72, 25),
    "flock": (73, 32),
    "pause": (34, None),
    "nanosleep": (35, 101),
    "recvfrom": (45, 207),
    "recvmsg": (47, 212),
    "wait4": (61, 260),
    "futex": (202, 98),
    "clock_nanosleep": (230, 115),
    "epoll_wait": (232, None),
    "waitid": (247, 95),
    "pselect6": (270, 72),
    "ppoll": (271, 73),
    "epoll_pwait": (281, 22),
}


@dataclass(frozen=True)
class Descriptor:
    """An open file of a process that lies on the stage; `position` is -1 where it is not told."""

    number: int
    path: str
    position: int


@dataclass(frozen=True)
class Thread:
    """A thread, its state in the letters of ps(1), and the system call that it is in; empty if it is in none."""

    number: int
    state: str
    call: str


@dataclass(frozen=True)
class Alive:
    """A process. `descriptors` are the open files on the stage, `others` is the number of all others; -1: hidden."""

    number: int
    parent: int
    command: str
    threads: tuple[Thread, ...]
    descriptors: tuple[Descriptor, ...]
    others: int


@dataclass(frozen=True)
class State:
    """A moment of a scenario.

    Args:
        occasion: why it was taken.
        at: seconds since the scenario began.
        stage: the directory that everything is relative to.
        names: everything that lies there.
        locks: the kernel's locks on it, in words.
        processes: all that the scenario has started, parents before children.
    """

    occasion: str
    at: float
    stage: str
    names: tuple[Entry, ...]
    locks: tuple[str, ...]
    processes: tuple[Alive, ...]


@dataclass(frozen=True)
class Family:
    """The processes of a scenario.

    Args:
        starter: the process that all others descend from.
        ours: what those of our own are there for, by number.
    """

    starter: int
    ours: Mapping[int, str]


def take_state(occasion: str, at: float, root: Path, entries: Sequence[Entry], family: Family) -> State:
    """Look around.

    Args:
        occasion: why.
        at: seconds since the scenario began.
        root: the stage of the run.
        entries: what lies there.
        family: whose processes to look at.
    """
    try:
        locks = locks_on(root, entries) or ()
    except OSError as error:  # the stage itself has gone
        locks = (f"not known: {error}",)
    numbers = [identity.pid for identity in descendants(family.starter)]
    alive = [one for one in (_process(number, root, family.ours) for number in numbers) if one is not None]
    return State(occasion, round(at, 3), str(root), tuple(entries), locks, tuple(alive))


def _process(number: int, root: Path, ours: Mapping[int, str]) -> Alive | None:
    """Look at one process as Linux shows it in /proc; None if it has ended, or on another system."""
    own = _PROC / str(number)
    try:
        words = (own / "cmdline").read_bytes().split(b"\0")
        parent = int((own / "stat").read_text(errors="replace").rpartition(")")[2].split()[1])
        threads = tuple(_thread(path) for path in sorted((own / "task").iterdir(), key=lambda path: int(path.name)))
    except (FileNotFoundError, ProcessLookupError):
        return None
    command = " ".join(word.decode(errors="backslashreplace") for word in words if word) or "ended, not yet waited for"
    if _OURS in command:
        command = f"({ours.get(number, 'of ContentionLibrary')})"
    found, others = _descriptors(own, root)
    return Alive(number, parent, command, threads, found, others)


def _thread(own: Path) -> Thread:
    state = (own / "stat").read_text(errors="replace").rpartition(")")[2].split()[0]
    try:
        first = (own / "syscall").read_text().split()[0]
    except OSError:
        return Thread(int(own.name), state, _HIDDEN)
    return Thread(int(own.name), state, "" if first in ("running", "-1") else _call_name(int(first)))


def _call_name(number: int) -> str:
    try:
        architecture = this_architecture()
    except NotPossibleHere:
        return f"system call {number}"
    column = 0 if architecture.name == "x86_64" else 1
    waiting = next((name for name, numbers in _WAITING.items() if numbers[column] == number), "")
    call = architecture.calls.get(number)
    return call.name if call is not None else waiting or f"system call {number}"


def _descriptors(own: Path, root: Path) -> tuple[tuple[Descriptor, ...], int]:
    found, others = [], 0
    try:
        listed = sorted((own / "fd").iterdir(), key=lambda link: int(link.name))
    except OSError:
        return (), -1
    for link in listed:
        try:
            path = str(link.readlink())
            told = (own / "fdinfo" / link.name).read_text().split()
        except OSError:
            continue  # closed meanwhile
        if path == str(root) or path.startswith(f"{root}/"):
            found.append(Descriptor(int(link.name), os.path.relpath(path, root), int(told[1])))
        else:
            others += 1
    return tuple(found), others


def store_states(states: Iterable[State], directory: Path) -> None:
    """Write states beside a scenario's history: as JSON, and as text to be read."""
    taken = list(states)
    if not taken:
        for name in (STATE_FILE, STATE_TEXT):  # of an earlier run
            (directory / name).unlink(missing_ok=True)
        return
    directory.mkdir(parents=True, exist_ok=True)
    plain = json.dumps([dataclasses.asdict(state) for state in taken], indent=1)
    (directory / STATE_FILE).write_text(plain + "\n", encoding="utf-8")
    text = "\n\n".join(state_text(state) for state in taken)
    (directory / STATE_TEXT).write_text(text + "\n", encoding="utf-8", errors="backslashreplace")


def state_text(state: State) -> str:
    """Tell a state in lines."""
    lines = [f"{state.occasion}, {state.at:.3f} s after the scenario began", f"stage: {state.stage}"]
    lines += [
        f"  {one.path}{'/' if one.kind == 'directory' else ''}"
        + (f"  {format_size(one.size)}, inode {one.inode}" if one.kind == "file" else "")
        + (f"  ({one.kind})" if one.kind not in ("file", "directory") else "")
        for one in state.names
    ]
    lines += ["locks:", *(f"  {lock}" for lock in state.locks)] if state.locks else ["locks: none"]
    lines.append("processes:" if state.processes else "processes: none")
    depth: dict[int, int] = {}
    for one in state.processes:
        depth[one.number] = depth.get(one.parent, 0) + 1
        indent = "  " * depth[one.number]
        lines.append(f"{indent}{one.number} {one.command}")
        lines += [f"{indent}    thread {thread.number}: {_doing(thread)}" for thread in one.threads]
        lines += [f"{indent}    open {file.number}: {file.path}, at byte {file.position}" for file in one.descriptors]
    return "\n".join(lines)


def _doing(thread: Thread) -> str:
    return f"state {thread.state}, in {thread.call}" if thread.call else f"state {thread.state}"
