"""Barriers with names, for programs that are not ours: `contention wait NAME` is all that they have to call.

A barrier is a directory. Who comes takes a seat in it; who takes the last seat writes down the moment at which all
shall leave, some milliseconds ahead, and each leaves by the clock. So there is no server that could be lost, and no
one is waken before the others. Nothing here needs more than files that can be linked and a clock that all share.
"""

from __future__ import annotations

import json
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

from ContentionLibrary.competitors.gate import give_way, processors
from ContentionLibrary.errors import HarnessError, UsageError
from ContentionLibrary.processes.starter import BARRIERS_VARIABLE
from ContentionLibrary.processes.table import Identity, Life, describe, identity_of, life_of

_COUNT, _DECISION = "count", "decision"
_LEAD = 30_000_000
"""Nanoseconds between the decision and the start: enough for everybody's next look."""
_LOOK = 0.002
"""Seconds between two looks for the decision."""
_SPIN = 500_000
"""Nanoseconds before the start in which nobody sleeps any more, if there is a processor for each."""
_LOOK_FOR_THE_LOST = 0.1
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,60}")


class BarrierBroken(HarnessError):  # noqa: N818 - it is told as what happened, like its siblings
    """Not all came: the message names who did."""


@dataclass(frozen=True)
class Arrival:
    """How somebody passed a barrier.

    Args:
        name: the barrier's.
        turn: which use of the barrier it was, from 1.
        seat: which of those who came this was, from 1.
        pid: the process that waited.
        came: when it came, in nanoseconds of the monotonic clock.
        left: when it left, likewise.
    """

    name: str
    turn: int
    seat: int
    pid: int
    came: int
    left: int


def create_barrier(name: str, count: int, directory: Path) -> None:
    """Make a barrier that opens when `count` processes have come; it can be used again and again.

    Args:
        name: letters, digits, blanks and `.` `_` `-`.
        count: how many must come, at least 1.
        directory: the `barriers` directory of the workspace.

    Raises:
        UsageError: the name or the count cannot be used, or there is a barrier of this name.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"'{name}' is no name for a barrier: use letters, digits, blanks and . _ -")
    if count < 1:
        raise UsageError(f"Barrier '{name}' cannot wait for {count} processes: the count is at least 1.")
    unfinished = directory / f".{name}.{os.getpid()}"
    try:
        unfinished.mkdir()
        (unfinished / _COUNT).write_text(str(count))
        unfinished.rename(directory / name)
    except OSError as error:
        (unfinished / _COUNT).unlink(missing_ok=True)
        if unfinished.is_dir():
            unfinished.rmdir()
        if (directory / name).exists():
            raise UsageError(f"There is a barrier '{name}' already: choose another name.") from error
        raise UsageError(f"Barrier '{name}' cannot be made: {error}") from error


def wait_at(name: str, directory: Path, timeout: float) -> Arrival:
    """Wait at a barrier until all have come, and leave with them.

    Args:
        name: the barrier's.
        directory: the `barriers` directory of the workspace.
        timeout: seconds to wait.

    Returns:
        When this process came and left.

    Raises:
        UsageError: there is no such barrier.
        BarrierBroken: not all came in time, or one of them is gone. It stays broken for all who wait or come later.
    """
    barrier = directory / name
    try:
        count = int((barrier / _COUNT).read_text()) if _NAME.fullmatch(name) else 0
    except (OSError, ValueError):
        count = 0
    if not count:
        raise _no_such_barrier(name, directory)
    came = time.monotonic_ns()
    deadline = time.monotonic() + timeout
    turn, seat = _take_seat(barrier, count, came)
    start = _decision(turn, count, deadline, name, timeout)
    ahead = start - time.monotonic_ns() - (_SPIN if count <= processors() else 0)
    if ahead > 0:
        time.sleep(ahead / 1e9)
    while time.monotonic_ns() < start:
        give_way()
    left = time.monotonic_ns()
    (turn / f"left-{seat}").write_text(str(left))
    return Arrival(name, int(turn.name), seat, os.getpid(), came, left)


def _no_such_barrier(name: str, directory: Path) -> UsageError:
    paths = directory.iterdir() if directory.is_dir() else ()
    known = sorted(path.name for path in paths if _NAME.fullmatch(path.name))
    return UsageError(
        f"There is no barrier '{name}' in '{directory}' ({'only ' + ', '.join(known) if known else 'and no other'}): "
        "create it before anybody waits at it."
    )


def departures(name: str, directory: Path) -> list[Arrival]:
    """Return who has passed a barrier so far, turn by turn; who has not yet written it down is missing.

    Args:
        name: the barrier's.
        directory: the `barriers` directory of the workspace.
    """
    found = []
    for turn in sorted(
        (path for path in (directory / name).iterdir() if path.is_dir()), key=lambda path: int(path.name)
    ):
        for seat, (who, came) in _seats(turn).items():
            left = turn / f"left-{seat}"
            if left.exists() and (text := left.read_text()):
                found.append(Arrival(name, int(turn.name), seat, who.pid, came, int(text)))
    return found


def waiting(name: str, directory: Path) -> list[Identity]:
    """Return who came to a barrier for a turn that has not begun: they wait, or have waited until their time was over."""
    turns = sorted((path for path in (directory / name).iterdir() if path.is_dir()), key=lambda path: int(path.name))
    if not turns or "start" in (_read_decision(turns[-1]) or {}):
        return []
    return [who for who, _ in _seats(turns[-1]).values()]


def broke_for_want(name: str, directory: Path) -> bool:
    """Tell whether a barrier is broken because too few came in time, and not because one of them was lost."""
    turns = [path for path in (directory / name).iterdir() if path.is_dir()]
    return any((_read_decision(turn) or {}).get("late") for turn in turns)


def wait_command(argv: list[str]) -> int:
    """Be the command `contention wait NAME [--timeout SECONDS]`.

    Args:
        argv: the arguments after `wait`.

    Returns:
        The exit code: 0 all left together, 2 wrong usage, 3 the barrier broke or the time was over.
    """
    import argparse  # noqa: PLC0415 - only the command needs it, and every worker would pay for it
    import sys  # noqa: PLC0415

    parser = argparse.ArgumentParser(
        prog="contention wait", description="Wait at a barrier of the running scenario until all have come."
    )
    parser.add_argument("name", help="name of the barrier")
    parser.add_argument("--timeout", type=float, default=60.0, metavar="SECONDS", help="how long to wait (default: 60)")
    try:
        options = parser.parse_args(argv)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 2
    directory = os.environ.get(BARRIERS_VARIABLE)
    try:
        if not directory:
            raise UsageError(
                f"The environment variable {BARRIERS_VARIABLE} is not set: this command works only in programs that "
                "a scenario has started, and in those that they start."
            )
        wait_at(options.name, Path(directory), options.timeout)
    except UsageError as error:
        sys.stderr.write(f"contention wait: {error}\n")
        return 2
    except BarrierBroken as error:
        sys.stderr.write(f"contention wait: {error}\n")
        return 3
    return 0


def _take_seat(barrier: Path, count: int, came: int) -> tuple[Path, int]:
    """Take the first free seat; who comes when all are taken is early for the next turn."""
    me = identity_of(os.getpid())
    if me is None:
        raise HarnessError("This process is not found in the system's table of processes: is /proc mounted?")
    note = barrier / f".{os.getpid()}-{came}"
    note.write_text(json.dumps({"who": me.to_wire(), "came": came}))
    try:
        number = 1
        while True:
            turn = barrier / str(number)
            turn.mkdir(exist_ok=True)
            for seat in range(1, count + 1):
                try:
                    # Linking a finished file takes the seat and tells who has it in one step.
                    os.link(note, turn / f"seat-{seat}")
                except FileExistsError:
                    continue
                return turn, seat
            if _read_decision(turn) is not None and "start" not in (_read_decision(turn) or {}):
                return turn, 0  # broken: tell so instead of waiting for a turn that cannot come
            number += 1
    finally:
        note.unlink()


def _decision(turn: Path, count: int, deadline: float, name: str, timeout: float) -> int:
    """Wait until it is decided when to leave; the last to come decides, or who sees first that it cannot be."""
    look_for_the_lost = 0.0
    while True:
        decided = _read_decision(turn)
        if decided is not None:
            if "start" in decided:
                return int(decided["start"])
            raise BarrierBroken(str(decided["broken"]))
        seats = _seats(turn)
        now = time.monotonic()
        if len(seats) == count or now > look_for_the_lost:
            look_for_the_lost = now + _LOOK_FOR_THE_LOST
            lost = [who.pid for who, _ in seats.values() if life_of(who) is Life.GONE]
            if lost:
                _decide(turn, {"broken": f"Barrier '{name}': process {lost[0]} came, and ended while it waited."})
                continue
        if len(seats) == count:
            _decide(turn, {"start": time.monotonic_ns() + _LEAD})
        elif now > deadline:
            who = ", ".join(describe(who) for who, _ in seats.values())
            _decide(
                turn,
                {"broken": f"Barrier '{name}': {len(seats)} of {count} came within {timeout:g} s ({who}).", "late": 1},
            )
        else:
            time.sleep(_LOOK)


def _decide(turn: Path, decision: dict[str, int | str]) -> None:
    """Write the decision down, unless somebody else was faster: then theirs holds."""
    note = turn / f".{os.getpid()}-{time.monotonic_ns()}"
    note.write_text(json.dumps(decision))
    try:
        os.link(note, turn / _DECISION)
    except FileExistsError:
        return
    finally:
        note.unlink()


def _read_decision(turn: Path) -> dict[str, int | str] | None:
    try:
        decided: dict[str, int | str] = json.loads((turn / _DECISION).read_text())
    except FileNotFoundError:
        return None
    return decided


def _seats(turn: Path) -> dict[int, tuple[Identity, int]]:
    """Return who sits where, and when they came."""
    found = {}
    for path in turn.glob("seat-*"):
        told = json.loads(path.read_text())
        found[int(path.name.removeprefix("seat-"))] = Identity.from_wire(told["who"]), int(told["came"])
    return dict(sorted(found.items()))
