"""The sampled way on Windows: programs are suspended behind each mark, killed with all they have started, and never outlive us."""

import os
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

if sys.platform != "win32":
    pytest.skip("of Windows: .ci/wine runs it under Wine", allow_module_level=True)

from ContentionLibrary.history.copies import Way
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.processes.table import identity_of
from ContentionLibrary.processes.workspace import open_workspace
from ContentionLibrary.stepping.control import SUPERVISORS, Controlled, Exit, Hold
from ContentionLibrary.stepping.plan import Plan, Program, Scope, Stop, Watch, to_wire
from ContentionLibrary.stepping.sampled.supervisor import MARKS
from ContentionLibrary.stepping.ways import best_way

MIB = 1 << 20
SIZE = 8 * MIB
SLOW = Path(__file__).with_name("slow_copy.py")
LIMIT = 20.0


@pytest.fixture(scope="module")
def starter():
    workspace, ledger = open_workspace("sampled")
    with Starter(workspace, ledger) as starter:
        starter.workspace = workspace
        yield starter


@pytest.fixture
def stage(starter, tmp_path):
    stage = starter.workspace.stage / tmp_path.name
    (stage / "target").mkdir(parents=True)
    (stage / "source.bin").write_bytes(os.urandom(SIZE))
    return stage


@contextmanager
def running(starter, stage, ending="", manner="alone", plan=None):
    source, target = stage / "source.bin", stage / "target" / "copy.bin"
    command = (sys.executable, "-I", "-S", str(SLOW), str(source), str(target), ending, manner)
    program = Program(command, str(stage), environment=dict(os.environ), errors=str(stage / "errors"))
    watch = Watch(str(stage), str(source), (str(target),), SIZE)
    child = starter.start(SUPERVISORS[Way.SAMPLED], to_wire(program, watch, plan or Plan(Stop.EVERYWHERE)))
    try:
        yield Controlled(child.channel, command), child, target
    finally:
        starter.kill(child)


def wait(controlled, kind):
    happened = controlled.wait(LIMIT)
    assert isinstance(happened, kind), happened
    return happened


def gone(number):
    return identity_of(number) is None


def until(condition, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def test_exact_stepping_is_not_to_be_had_and_it_is_told_why(starter):
    assert best_way(starter) == (Way.SAMPLED, "exact stepping needs Linux, this is win32")


@pytest.mark.parametrize("ending", ["", ".part"], ids=["in place", "renamed"])
def test_a_slow_program_is_held_behind_marks_and_stands_still_there(starter, stage, ending):
    with running(starter, stage, ending) as (controlled, _, target):
        held = []
        while isinstance(happened := controlled.wait(LIMIT), Hold):
            size = Path(f"{target}{ending}").stat().st_size
            time.sleep(0.3)  # longer than it takes a piece to be written: what is tested is that none is
            assert size == happened.written == Path(f"{target}{ending}").stat().st_size
            held.append((happened.step, happened.written))
            controlled.release(happened)
        assert isinstance(happened, Exit) and happened.code == 0 and happened.steps == MARKS
        missed = [one.step for one in controlled.missed]
        controlled.finish()
    assert sorted([*missed, *(step for step, _ in held)]) == sorted(MARKS)
    assert len(held) >= 3, (held, missed)
    assert all(written >= SIZE * MARKS.index(step) // 4 for step, written in held)
    assert target.read_bytes() == (stage / "source.bin").read_bytes()


@pytest.mark.parametrize("scope", Scope)
def test_it_dies_in_a_hold_and_that_is_told_as_a_kill(starter, stage, scope):
    with running(starter, stage) as (controlled, _, target):
        hold = wait(controlled, Hold)
        controlled.kill(scope)
        ended = wait(controlled, Exit)
        assert (ended.code, ended.signal) == (None, 9)
        assert controlled.finish() == ()
        assert target.stat().st_size == hold.written


def test_an_exit_code_is_told_as_it_is(starter, stage):
    (stage / "target").rmdir()
    with running(starter, stage) as (controlled, _, _target):
        ended = wait(controlled, Exit)
        assert (ended.code, ended.signal) == (1, None)
        controlled.finish()


def test_a_whole_family_is_suspended_and_killed(starter, stage):
    with running(starter, stage, manner="by a child") as (controlled, supervisor, target):
        hold = wait(controlled, Hold)
        family = psutil.Process(supervisor.pid).children(recursive=True)
        assert len(family) == 2
        time.sleep(0.3)  # as above
        assert target.stat().st_size == hold.written
        controlled.kill(Scope.TREE)
        assert wait(controlled, Exit).signal == 9
        assert controlled.finish() == ()
        assert until(lambda: not any(one.is_running() for one in family))


def test_nothing_survives_the_supervisor(starter, stage):
    with running(starter, stage, manner="by a child") as (controlled, supervisor, _target):
        wait(controlled, Hold)
        family = [one.pid for one in psutil.Process(supervisor.pid).children(recursive=True)]
        assert len(family) == 2
        os.kill(supervisor.pid, 9)  # TerminateProcess
        assert until(lambda: all(map(gone, family)))
