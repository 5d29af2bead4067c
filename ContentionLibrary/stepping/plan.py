"""What is asked of a way of control before a program starts: where to look, where to stop it, what to make fail."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from ContentionLibrary.errors import UsageError
from ContentionLibrary.stepping.limits import Limit, Resource
from ContentionLibrary.stepping.standing import Standing, standing_from_wire

NO_NAMES = "(?!)"
"""A regular expression that matches no name."""


class Stop(StrEnum):
    """At which steps the program is held."""

    NOWHERE = "nowhere"
    FIRST = "first"  # at its first step only: where black boxes meet
    NAMED = "named"  # at the steps named in the plan, once each
    EVERYWHERE = "everywhere"


class Scope(StrEnum):
    """Which processes of a program a signal is for."""

    MAIN = "main"
    TREE = "tree"


@dataclass(frozen=True)
class Watch:
    """Which files a step may be about.

    Args:
        stage: absolute directory; only what is below it, or below `elsewhere`, is a step.
        source: the file that is copied.
        destinations: the files that are to be made.
        size: bytes of the source; the quarters of the data are counted from it.
        elsewhere: absolute directories off the stage, e.g. on another file system, where files of the copy lie.
        own_names: regular expression of the names of files that the program keeps for itself: nothing of them is a step.
    """

    stage: str
    source: str
    destinations: tuple[str, ...]
    size: int
    elsewhere: tuple[str, ...] = ()
    own_names: str = NO_NAMES


@dataclass(frozen=True)
class Plan:
    """Where to stop, and what to look at on the way.

    Args:
        stop: the general rule.
        steps: names of steps, for `Stop.NAMED`.
        with_reads: see reading too, so that there are steps between reads of the source.
        with_data: see the calls that move data into files. Without them, which is for programs that are held at their
            first step at most, a program that moves its data in many small pieces is hardly slower than alone.
        observe: list the stage just before each step, without holding the program for anybody else
            (`Controlled.sightings`).
        observe_all: list it just before every single operation on the stage, so that no state between two calls
            stays unseen.
        record: keep a record of what each operation does to the disk (`Controlled.record`); exact stepping only.
    """

    stop: Stop = Stop.NOWHERE
    steps: tuple[str, ...] = ()
    with_reads: bool = False
    with_data: bool = True
    observe: bool = False
    observe_all: bool = False
    record: bool = False

    def __post_init__(self) -> None:
        if not self.with_data:
            assert self.stop in (Stop.NOWHERE, Stop.FIRST), "who is not seen at its data cannot be held there"
            assert not (self.with_reads or self.observe_all or self.record), "each of these is about data"


@dataclass(frozen=True)
class Program:
    """A program to be run under control.

    Args:
        command: program and arguments; never passed through a shell.
        directory: its working directory.
        environment: its whole environment.
        output: file that gets its standard output; standard input is empty.
        errors: file that gets its standard error.
        limits: what the system allows it, and only it.
        within: a process whose user and mount namespaces it enters, with its supervisor; 0 for none.
        standing: as whom and in which surroundings it runs; None for ours, without a terminal. Exact stepping only.

    Raises:
        UsageError: the command is empty.
    """

    command: tuple[str, ...]
    directory: str
    environment: dict[str, str] = field(default_factory=dict)
    output: str = os.devnull
    errors: str = os.devnull
    limits: tuple[Limit, ...] = ()
    within: int = 0
    standing: Standing | None = None

    def __post_init__(self) -> None:
        if not self.command:
            raise UsageError("the copier's command is empty: give the program as its first word")


def to_wire(program: Program, watch: Watch, plan: Plan) -> dict[str, Any]:
    """Make the request with which a supervisor is started."""
    return {"program": asdict(program), "watch": asdict(watch), "plan": asdict(plan)}


def from_wire(request: dict[str, Any]) -> tuple[Program, Watch, Plan]:
    """Read such a request."""
    program = dict(request["program"])
    watch = dict(request["watch"])
    plan = dict(request["plan"])
    program["command"] = tuple(program["command"])
    program["limits"] = tuple(Limit(Resource(one["resource"]), one["value"]) for one in program["limits"])
    program["standing"] = standing_from_wire(program["standing"])
    watch["destinations"] = tuple(watch["destinations"])
    watch["elsewhere"] = tuple(watch["elsewhere"])
    plan["steps"] = tuple(plan["steps"])
    plan["stop"] = Stop(plan["stop"])
    return Program(**program), Watch(**watch), Plan(**plan)
