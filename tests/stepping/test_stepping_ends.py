"""However a program ends, or its supervisor, or its scenario: nothing hangs and nothing stays."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from programs import COPIERS, PYTHON, Copier, each_copier
from stage_play import LIMIT, Play, wait_until

from ContentionLibrary.errors import HarnessError, UsageError
from ContentionLibrary.stepping.control import Controlled, Exit, Hold
from ContentionLibrary.stepping.plan import Plan, Scope, Stop

GONE_WITHIN = 1.0  # seconds; the measured figure is about a millisecond


def is_alive(process: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


def descendants(process: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *descendants(child)]
    return found


def held_at(controlled: Controlled, step: str = "") -> Hold:
    """Release holds until the program stands at a step; without a name at the first."""
    while True:
        hold = controlled.wait(LIMIT)
        assert isinstance(hold, Hold), hold
        if step in ("", hold.step):
            return hold
        controlled.release(hold)


def ended(controlled: Controlled) -> Exit:
    happened = controlled.wait(LIMIT)
    assert isinstance(happened, Exit), happened
    return happened


@pytest.mark.parametrize("scope", Scope)
@each_copier("cp", "rsync", "shutil", "threads", "helper process", "tar through a pipe")
def test_dies_at_each_step(play: Play, copier: Copier, scope: Scope) -> None:
    command = copier.command_for(play.source, play.destination)
    for number in range(len(play.run(*command, plan=Plan()).steps)):
        play.reset()
        with play.running(*command) as controlled:
            for _ in range(number):
                hold = controlled.wait(LIMIT)
                assert isinstance(hold, Hold)
                controlled.release(hold)
            hold = held_at(controlled)
            assert play.child is not None
            processes = descendants(play.child.pid)
            assert hold.pid in processes or copier.name == "threads"
            began = time.monotonic()
            controlled.kill(scope)
            happened = ended(controlled)
            assert (happened.code, happened.signal) == (None, signal.SIGKILL)
            gone = controlled.finish()
            if scope is Scope.TREE:
                assert happened.survivors == gone == ()
                assert time.monotonic() - began < GONE_WITHIN
            assert wait_until(lambda: not any(map(is_alive, processes)))  # noqa: B023 - called at once


def test_survivors_are_stopped_until_they_are_let_go(play: Play) -> None:
    late = play.destination.with_name("copy.bin.late")
    with play.running(
        *PYTHON, str(COPIERS / "lingering.py"), str(play.source), str(play.destination), "short", plan=Plan()
    ) as controlled:
        happened = ended(controlled)
        assert len(happened.survivors) == 1
        assert not wait_until(late.exists, within=0.2)
        assert controlled.finish() == ()
        assert late.exists()


@pytest.mark.parametrize("how", ["child", "session"])
def test_survivors_that_do_not_end_are_killed_and_named(play: Play, how: str) -> None:
    with play.running(
        *PYTHON, str(COPIERS / "lingering.py"), str(play.source), str(play.destination), how, plan=Plan()
    ) as controlled:
        happened = ended(controlled)
        assert len(happened.survivors) == 1
        assert controlled.finish() == happened.survivors
        assert not is_alive(int(happened.survivors[0].split()[0]))


def test_survivors_are_held_nowhere(play: Play) -> None:
    late = play.destination.with_name("copy.bin.late")
    ran = play.run(*PYTHON, str(COPIERS / "lingering.py"), str(play.source), str(play.destination), "short")
    assert ran.gone == ()
    assert late.exists()


@each_copier("cp", "helper process")
@pytest.mark.parametrize("victim", ["supervisor", "guard", "both"])
def test_nothing_survives_the_supervisor(play: Play, copier: Copier, victim: str) -> None:
    with play.running(*copier.command_for(play.source, play.destination)) as controlled:
        held_at(controlled, "write the destination from 2/4 on" if copier.name == "cp" else "")
        assert play.child is not None
        guard = play.child.pid
        supervisor, *program = descendants(guard)
        assert program
        victims = {"supervisor": [supervisor], "guard": [guard], "both": [supervisor, guard]}[victim]
        for process in victims:
            os.kill(process, signal.SIGKILL)
        within = 5.0 if victim != "both" else 10.0
        assert wait_until(lambda: not any(map(is_alive, [supervisor, *program])), within)
        with pytest.raises(HarnessError, match="was lost"):
            controlled.wait(LIMIT)


def test_nothing_survives_the_scenario(play: Play) -> None:
    command = Copier("", ("sh", str(COPIERS / "pipe.sh"), "{source}", "{target}")).command_for(
        play.source, play.destination
    )
    with play.running(*command) as controlled:
        held_at(controlled)
        assert play.child is not None
        processes = descendants(play.child.pid)
        controlled.abandon()
        assert wait_until(lambda: not any(map(is_alive, processes)))


def test_dies_while_it_is_held(play: Play) -> None:
    with play.running("cp", str(play.source), str(play.destination)) as controlled:
        hold = held_at(controlled, "write the destination from 1/4 on")
        os.kill(hold.pid, signal.SIGKILL)
        happened = ended(controlled)
        assert happened.signal == signal.SIGKILL
        controlled.release(hold)
        assert controlled.finish() == ()


def test_ends_at_a_deadly_signal_without_release(play: Play) -> None:
    with play.running("cp", str(play.source), str(play.destination)) as controlled:
        held_at(controlled, "write the destination from 1/4 on")
        controlled.kill(Scope.MAIN, signal.SIGTERM)
        assert ended(controlled).signal == signal.SIGTERM
        assert controlled.finish() == ()


def test_a_handled_signal_comes_before_the_step(play: Play) -> None:
    with play.running(*PYTHON, str(COPIERS / "noting.py"), str(play.source), str(play.destination)) as controlled:
        hold = held_at(controlled, "rename temporary file 2 to the destination")
        controlled.kill(Scope.TREE, signal.SIGTERM)
        controlled.release(hold)
        noted = controlled.wait(LIMIT)
        assert isinstance(noted, Hold)
        assert noted.step == "write the first bytes of the temporary file"
        assert not play.destination.exists()
        controlled.release(noted)
        assert ended(controlled).code == 0
        assert controlled.finish() == ()
    assert play.is_whole()


@pytest.mark.parametrize("role", ["", "old_kernel_supervisor"], ids=["this-kernel", "before-5.19"])
def test_a_handler_runs_at_each_step_and_the_copy_goes_on(play: Play, role: str) -> None:
    play.role = role
    output = play.logs / "handled"
    command = (*PYTHON, str(COPIERS / "signals.py"), str(play.source), str(play.destination))
    rehearsed = play.run(*command, plan=Plan()).steps
    play.reset()

    def disturb(controlled: Controlled, hold: Hold) -> None:
        controlled.kill(Scope.MAIN, signal.SIGALRM)

    ran = play.run(*command, at_hold=disturb, output=str(output))
    assert ran.exit.code == 0, ran.errors
    assert play.is_whole()
    assert ran.steps == rehearsed
    assert [hold.step for hold in ran.holds] == rehearsed
    assert int(output.read_text()) == len(rehearsed)


def test_a_signal_in_the_moment_of_a_release_neither_repeats_nor_skips_anything(play: Play) -> None:
    """Before 5.19 the signal interrupts the call, which comes again after its handler."""
    command = (*PYTHON, str(COPIERS / "signals.py"), str(play.source), str(play.destination))
    rehearsed = [(hold.step, hold.written) for hold in play.run(*command).holds]
    play.reset()
    play.role = "late_signal_supervisor"
    ran = play.run(*command)
    assert ran.exit.code == 0, ran.errors
    assert play.is_whole()
    assert [(hold.step, hold.written) for hold in ran.holds] == rehearsed


def test_stop_and_continue_change_nothing(play: Play) -> None:
    command = ("cp", str(play.source), str(play.destination))
    rehearsed = play.run(*command, plan=Plan()).steps
    play.reset()

    def disturb(controlled: Controlled, hold: Hold) -> bool:
        controlled.kill(Scope.TREE, signal.SIGSTOP)
        controlled.release(hold)
        assert controlled.pid is not None
        state = Path(f"/proc/{controlled.pid}/stat")
        assert wait_until(lambda: state.read_text().rpartition(") ")[2][0] == "T")
        assert controlled.wait(0.01) is None
        controlled.kill(Scope.TREE, signal.SIGCONT)
        return True

    ran = play.run(*command, at_hold=disturb)
    assert ran.exit.code == 0
    assert ran.steps == rehearsed
    assert [hold.step for hold in ran.holds] == rehearsed
    assert play.is_whole()


def test_stays_stopped_before_the_step(play: Play) -> None:
    with play.running("cp", str(play.source), str(play.destination)) as controlled:
        hold = held_at(controlled, "create the destination")
        controlled.kill(Scope.TREE, signal.SIGSTOP)
        controlled.release(hold)
        assert controlled.pid is not None
        state = Path(f"/proc/{controlled.pid}/stat")
        assert wait_until(lambda: state.read_text().rpartition(") ")[2][0] == "T")
        assert not play.destination.exists()
        controlled.kill(Scope.TREE, signal.SIGKILL)
        assert ended(controlled).signal == signal.SIGKILL


def test_tells_exit_codes(play: Play) -> None:
    assert play.run("sh", "-c", "exit 7").exit.code == 7
    ran = play.run("cp", str(play.stage / "absent"), str(play.destination))
    assert ran.exit.code == 1
    assert "No such file" in ran.errors


@pytest.mark.parametrize(
    ("command", "more", "words"),
    [
        (["no-such-program-anywhere"], {}, "No such file or directory; give a program"),
        (["/etc/passwd"], {}, "Permission denied; give a program"),
        (["cp"], {"directory": "/no/such/directory"}, "No such file or directory; give a working directory"),
        (["cp"], {"output": "/no/such/file"}, "No such file or directory; give files for its output"),
        (["cp", "a\0b"], {}, "Invalid argument; give a program"),
    ],
)
def test_tells_why_a_program_cannot_be_started(
    play: Play, command: list[str], more: dict[str, Any], words: str
) -> None:
    with play.running(*command, **more) as controlled, pytest.raises(UsageError, match=words):
        controlled.wait(LIMIT)


def test_refuses_an_empty_command(play: Play) -> None:
    with pytest.raises(UsageError, match="empty"):
        play.request((), Plan(Stop.NOWHERE))
