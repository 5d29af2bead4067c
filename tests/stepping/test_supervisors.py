"""A supervisor serves one program after the other: none sees anything of the one before, and nothing piles up."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from programs import COPIERS, PYTHON
from stage_play import LIMIT, Play, wait_until
from test_stepping_ends import descendants, ended, held_at, is_alive

from ContentionLibrary.errors import HarnessError, UsageError
from ContentionLibrary.history.copies import Way
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.processes.workspace import open_workspace
from ContentionLibrary.stepping.control import SUPERVISORS, Controlled, Hold
from ContentionLibrary.stepping.plan import Plan, Program, Scope, Stop
from ContentionLibrary.stepping.supervisors import Supervisors

EVERYWHERE = Plan(Stop.EVERYWHERE)


class Bench:
    """Programs of one stage, started by the same supervisors."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.supervisors = Supervisors(play.starter)

    def start(self, *command: str, plan: Plan = EVERYWHERE, way: Way = Way.EXACT) -> Controlled:
        program = Program(command, str(self.play.stage), {"PATH": os.environ["PATH"], "LC_ALL": "C"})
        return self.supervisors.control(way, program, self.play.watch(), plan)

    def copy(self, plan: Plan = EVERYWHERE) -> Controlled:
        self.play.reset()
        return self.start("cp", str(self.play.source), str(self.play.destination), plan=plan)

    def lingering(self, how: str) -> Controlled:
        self.play.reset()
        return self.start(
            *PYTHON, str(COPIERS / "lingering.py"), str(self.play.source), str(self.play.destination), how, plan=Plan()
        )

    def serving(self) -> int:
        """Return the process that serves, the child of the only guard."""
        (guard,) = self.supervisors.pids
        return descendants(guard)[0]


@pytest.fixture
def bench(play: Play) -> Bench:
    return Bench(play)


def steps_of(controlled: Controlled) -> list[str]:
    """Release every hold; return the steps."""
    while isinstance(happened := controlled.wait(LIMIT), Hold):
        controlled.release(happened)
    steps = list(ended_with(controlled, 0))
    controlled.finish()
    return steps


def ended_with(controlled: Controlled, code: int) -> tuple[str, ...]:
    assert controlled.exit is not None
    assert controlled.exit.code == code
    return controlled.exit.steps


def test_one_serves_many_programs_alike_and_keeps_nothing(bench: Bench) -> None:
    steps, opened, serving = [], [], []
    for _ in range(20):
        controlled = bench.copy()
        hold = held_at(controlled)
        serving.append(bench.serving())
        opened.append(sorted(path.name for path in Path(f"/proc/{serving[-1]}/fd").iterdir()))
        controlled.release(hold)
        steps.append(steps_of(controlled))
    assert steps == [steps[0]] * 20
    assert opened == [opened[0]] * 20
    assert serving == [serving[0]] * 20
    assert bench.play.is_whole()


def test_a_program_that_was_killed_in_a_hold_leaves_it_free(bench: Bench) -> None:
    steps = steps_of(bench.copy())
    for scope in Scope:
        controlled = bench.copy()
        held_at(controlled, steps[1])
        controlled.kill(scope)
        assert ended(controlled).signal == signal.SIGKILL
        controlled.finish()
    assert steps_of(bench.copy()) == steps
    bench.serving()


def test_what_is_said_too_late_is_not_said_to_the_next_program(bench: Bench) -> None:
    controlled = bench.copy(Plan(Stop.FIRST))
    hold = held_at(controlled)
    controlled.release(hold)
    ended(controlled)
    controlled.stop_at(Stop.EVERYWHERE)
    controlled.kill()  # read by the supervisor, or left in the conversation
    controlled.finish()
    controlled.kill()  # nobody is there any more
    assert len(steps_of(bench.copy(Plan()))) > 1
    bench.serving()


def test_survivors_of_one_program_are_not_the_next_ones(bench: Bench) -> None:
    for how in ("child", "session"):
        controlled = bench.lingering(how)
        happened = ended(controlled)
        assert controlled.finish() == happened.survivors != ()
        assert not is_alive(int(happened.survivors[0].split()[0]))
    controlled = bench.copy(Plan())
    assert ended(controlled).survivors == ()
    assert controlled.finish() == ()
    bench.serving()


def test_one_that_was_given_up_serves_no_more(bench: Bench) -> None:
    controlled = bench.copy()
    hold = held_at(controlled)
    controlled.abandon()
    (guard,) = bench.supervisors.pids
    assert wait_until(lambda: not is_alive(guard) and not is_alive(hold.pid))
    steps_of(bench.copy())
    assert len(bench.supervisors.pids) == 2


def test_a_program_that_cannot_be_started_is_told_and_the_next_one_runs(bench: Bench) -> None:
    steps = steps_of(bench.copy())
    missing = bench.start("no-such-program")
    with pytest.raises(UsageError, match="no-such-program"):
        missing.wait(LIMIT)
    assert steps_of(bench.copy()) == steps


def test_one_that_was_killed_while_idle_is_replaced(bench: Bench) -> None:
    steps = steps_of(bench.copy())
    (guard,) = bench.supervisors.pids
    os.kill(bench.serving(), signal.SIGKILL)
    assert wait_until(lambda: not is_alive(guard))
    assert steps_of(bench.copy()) == steps
    assert len(bench.supervisors.pids) == 2


def test_one_whose_guard_was_killed_while_idle_ends_too(bench: Bench) -> None:
    steps_of(bench.copy())
    (guard,) = bench.supervisors.pids
    supervisor = bench.serving()
    os.kill(guard, signal.SIGKILL)
    assert wait_until(lambda: not is_alive(supervisor))


def test_one_that_is_lost_in_its_second_program_is_an_error_of_the_harness(bench: Bench) -> None:
    steps_of(bench.copy())
    controlled = bench.copy()
    hold = held_at(controlled)
    os.kill(int(Path(f"/proc/{hold.pid}/stat").read_text().rpartition(")")[2].split()[1]), signal.SIGKILL)
    with pytest.raises(HarnessError, match="was lost"):
        controlled.wait(LIMIT)
    assert wait_until(lambda: not is_alive(hold.pid))


def test_only_few_wait_for_the_next_program(bench: Bench) -> None:
    many = [bench.start("true", plan=Plan()) for _ in range(7)]
    for controlled in many:
        assert ended(controlled).code == 0
        controlled.finish()
    assert wait_until(lambda: sum(map(is_alive, bench.supervisors.pids)) == 4)
    assert len(bench.supervisors.pids) == 7


def test_the_sampled_way_has_one_for_each_program(bench: Bench) -> None:
    for number in (1, 2):
        controlled = bench.start(
            "cp", str(bench.play.source), str(bench.play.destination), plan=Plan(), way=Way.SAMPLED
        )
        assert ended(controlled).code == 0
        controlled.finish()
        assert len(bench.supervisors.pids) == number


def test_nothing_is_started_any_more_without_the_one_that_ends_everything(bench: Bench) -> None:
    workspace, ledger = open_workspace("a lost starter")
    starter = Starter(workspace, ledger, [SUPERVISORS[Way.EXACT]])
    try:
        supervisors = Supervisors(starter)
        program = Program(("true",), str(bench.play.stage))
        controlled = supervisors.control(Way.EXACT, program, bench.play.watch(), Plan())
        assert ended(controlled).code == 0
        controlled.finish()
        os.kill(starter.pid, signal.SIGKILL)
        assert wait_until(lambda: not is_alive(starter.pid))
        with pytest.raises(HarnessError, match="The starter is gone"):
            supervisors.control(Way.EXACT, program, bench.play.watch(), Plan())
    finally:
        with pytest.raises(HarnessError, match="The starter was lost"):
            starter.stop()


def test_a_kill_that_comes_with_the_next_program_is_obeyed(bench: Bench) -> None:
    """Both may lie in one piece before a supervisor that the machine has not let run meanwhile."""
    steps_of(bench.copy())
    serving = bench.serving()
    os.kill(serving, signal.SIGSTOP)
    following = bench.start("sleep", "1000", plan=Plan())
    following.kill(Scope.TREE)
    os.kill(serving, signal.SIGCONT)
    following.wait(LIMIT)
    assert following.exit is not None and following.exit.signal == signal.SIGKILL
    following.finish()
