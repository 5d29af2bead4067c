"""What stepping costs: a program observed beside the same program alone, and the single acts of control."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time

from ContentionLibrary.history.copies import Way
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.processes.workspace import Workspace, open_workspace
from ContentionLibrary.stepping.control import SUPERVISORS, Controlled, Exit, Hold
from ContentionLibrary.stepping.plan import Plan, Program, Scope, Stop, Watch, to_wire
from tests.benchmarks.rows import Row, row

MIB = 1 << 20
SIZE = 256 * MIB
MEDIUM = 64 * MIB
TRIALS = 50
SMALL = 256 * 1024  # so that little but control is measured
PAIRS = 7
HOLDS = 200
LIMIT = 60.0

PROGRAMS = {
    "cp": (("cp", "{source}", "{target}"), 1.1),
    "dd bs=64k": (("dd", "bs=64k", "status=none", "if={source}", "of={target}"), 1.5),
    "rsync": (("rsync", "-I", "{source}", "{target}"), 1.5),
    "shutil": ((sys.executable, "-I", "-S", "-c", "import shutil; shutil.copyfile('{source}', '{target}')"), None),
}


class Bench:
    """A stage, and how programs are run on it."""

    def __init__(self, workspace: Workspace, starter: Starter, size: int) -> None:
        self._starter = starter
        self._stage = workspace.stage / str(size)
        self.source = self._stage / "source.bin"
        self.target = self._stage / "target" / "copy.bin"
        self._size = size
        self.target.parent.mkdir(parents=True)
        piece = os.urandom(MIB)
        with self.source.open("wb") as file:
            for _ in range(0, size, MIB):
                file.write(piece[: min(MIB, size)])

    def command(self, words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(word.format(source=self.source, target=self.target) for word in words)

    def plain(self, words: tuple[str, ...]) -> float:
        """Return the seconds of a run without us."""
        self.target.unlink(missing_ok=True)
        began = time.monotonic()
        subprocess.run(self.command(words), check=True, close_fds=False, stdin=subprocess.DEVNULL)
        return time.monotonic() - began

    def start(self, words: tuple[str, ...], plan: Plan, way: Way = Way.EXACT) -> Controlled:
        self.target.unlink(missing_ok=True)
        command = self.command(words)
        watch = Watch(str(self._stage), str(self.source), (str(self.target),), self._size)
        program = Program(command, str(self._stage), dict(os.environ))
        return Controlled(self._starter.start(SUPERVISORS[way], to_wire(program, watch, plan)).channel, command)

    def stepped(self, words: tuple[str, ...], plan: Plan) -> tuple[float, Controlled]:
        """Return the seconds of a run under stepping, from before its start to its end."""
        controlled = self.start(words, plan)
        happened = controlled.wait(LIMIT)
        assert isinstance(happened, Exit) and happened.code == 0, happened
        controlled.finish()
        return happened.ended - happened.began, controlled


def measure() -> list[Row]:
    """Measure on the temporary directory's file system, as whoever runs this."""
    workspace, ledger = open_workspace("bench stepping")
    with Starter(workspace, ledger, tuple(SUPERVISORS.values())) as starter:
        large, small = Bench(workspace, starter, SIZE), Bench(workspace, starter, SMALL)
        rows = []
        for name, (words, target) in PROGRAMS.items():
            if shutil.which(words[0]):
                rows.append(_beside(f"{name}, 256 MiB", large, words, target, Plan()))
                rows.append(_beside(f"{name}, 256 MiB, data unseen", large, words, target, Plan(with_data=False)))
        rows.append(_beside("start-up: sh -c true", small, ("sh", "-c", "true"), None, Plan()))
        rows.append(_beside("start-up: python3", small, (sys.executable, "-I", "-S", "-c", ""), None, Plan()))
        rows += _acts(small)
        rows += _observing(small, large)
        medium = Bench(workspace, starter, MEDIUM)
        rows += [one for name in ("cp", "dd bs=64k", "rsync") for one in _sampling(name, medium)]
    return rows


def _beside(name: str, bench: Bench, words: tuple[str, ...], target: float | None, plan: Plan) -> Row:
    bench.plain(words)  # fills the caches
    plain, stepped = [], []
    for _ in range(PAIRS):
        plain.append(bench.plain(words))
        stepped.append(bench.stepped(words, plan)[0])
    return row(
        name,
        statistics.median(stepped),
        "s",
        rival="alone",
        rival_value=statistics.median(plain),
        at_most_ratio=target,
    )


def _acts(bench: Bench) -> list[Row]:
    words = PROGRAMS["cp"][0]
    cycles: list[float] = []
    while len(cycles) < HOLDS:
        controlled = bench.start(words, Plan(Stop.EVERYWHERE))
        happened = controlled.wait(LIMIT)
        while isinstance(happened, Hold):
            began = time.perf_counter()
            controlled.release(happened)
            happened = controlled.wait(LIMIT)
            if isinstance(happened, Hold):
                cycles.append(time.perf_counter() - began)
        controlled.finish()
    kills: list[float] = []
    for _ in range(20):
        controlled = bench.start(words, Plan(Stop.NAMED, ("write the destination from 2/4 on",)))
        assert isinstance(controlled.wait(LIMIT), Hold)
        began = time.perf_counter()
        controlled.kill(Scope.TREE)
        assert isinstance(controlled.wait(LIMIT), Exit)
        kills.append(time.perf_counter() - began)
        controlled.finish()
    whole = []
    for _ in range(20):
        began = time.perf_counter()
        bench.stepped(("true",), Plan())
        whole.append(time.perf_counter() - began)
    return [
        row("release a hold, be told of the next", statistics.median(cycles) * 1000, "ms", at_most=0.5),
        row("kill a held program, be told of its end", statistics.median(kills) * 1000, "ms", at_most=5),
        row("start, run and leave /bin/true", statistics.median(whole) * 1000, "ms"),
    ]


def _sampling(name: str, bench: Bench) -> list[Row]:
    """Suspend a program behind the first half of its data, again and again."""
    step = "about 2/4 of the data is there"
    overshoots = []
    for _ in range(TRIALS):
        controlled = bench.start(PROGRAMS[name][0], Plan(Stop.NAMED, (step,)), Way.SAMPLED)
        happened = controlled.wait(LIMIT)
        if isinstance(happened, Hold):
            overshoots.append(happened.written - MEDIUM // 2)
            controlled.release(happened)
            happened = controlled.wait(LIMIT)
        assert isinstance(happened, Exit) and happened.code == 0, happened
        controlled.finish()
    overshoot = statistics.median(overshoots) / MIB if overshoots else float("nan")
    return [
        row(f"{name}, 64 MiB: jumped over 2/4, of {TRIALS}", TRIALS - len(overshoots), "runs", at_most=5),
        row(f"{name}, 64 MiB: stood behind 2/4 by", overshoot, "MiB"),
    ]


def _observing(small: Bench, large: Bench) -> list[Row]:
    def cost(bench: Bench, words: tuple[str, ...], plan: Plan) -> float:
        """Return the seconds that one look adds."""
        differences = []
        for _ in range(3 * PAIRS):
            unseen, _ = bench.stepped(words, Plan())
            seen, controlled = bench.stepped(words, plan)
            differences.append((seen - unseen) / len(controlled.sightings))
        return statistics.median(differences)

    dd = PROGRAMS["dd bs=64k"][0]
    return [
        row(
            "look at the stage at each step (cp)",
            cost(small, PROGRAMS["cp"][0], Plan(observe=True)) * 1000,
            "ms",
            at_most=0.3,
        ),
        row("look at the stage at each call (dd)", cost(large, dd, Plan(observe_all=True)) * 1000, "ms", at_most=0.3),
    ]
