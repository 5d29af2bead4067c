"""Programs that are not ours meet at named barriers."""

import os
import subprocess
import sys
import threading
import time

import pytest

from ContentionLibrary.competitors.foreign import (
    BarrierBroken,
    create_barrier,
    departures,
    wait_at,
    wait_command,
)
from ContentionLibrary.errors import UsageError

COMMAND = (
    "import sys; from ContentionLibrary.competitors.foreign import wait_command; sys.exit(wait_command(sys.argv[1:]))"
)


@pytest.fixture
def directory(tmp_path, monkeypatch):
    monkeypatch.setenv("CONTENTION_BARRIERS", str(tmp_path))
    return tmp_path


def program(*arguments):
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stderr=subprocess.PIPE,
        text=True,
    )


def test_programs_and_we_leave_together_turn_after_turn(directory):
    create_barrier("go", 3, directory)
    for turn in (1, 2):
        programs = [program("go", "--timeout", "20"), program("go", "--timeout", "20")]
        arrival = wait_at("go", directory, 20)
        assert [one.wait() for one in programs] == [0, 0]
        assert arrival.turn == turn
        assert arrival.left > arrival.came
    for turn in (1, 2):
        passed = [one for one in departures("go", directory) if one.turn == turn]
        assert len({one.pid for one in passed}) == 3
        assert max(one.came for one in passed) < min(one.left for one in passed)
    for one in programs:
        one.stderr.close()


def test_threads_of_one_process_may_wait_too(directory):
    create_barrier("threads", 2, directory)
    thread = threading.Thread(target=wait_at, args=("threads", directory, 10))
    thread.start()
    wait_at("threads", directory, 10)
    thread.join()
    first, second = departures("threads", directory)
    assert abs(first.left - second.left) < 1_000_000_000


def test_who_waits_in_vain_is_told_who_came_and_the_barrier_stays_broken(directory, capsys):
    create_barrier("lonely", 2, directory)
    with pytest.raises(BarrierBroken, match=rf"1 of 2 came within 0.1 s \({os.getpid()} "):
        wait_at("lonely", directory, 0.1)
    assert wait_command(["lonely", "--timeout", "5"]) == 3
    assert "1 of 2 came" in capsys.readouterr().err


def test_who_ended_while_it_waited_breaks_the_barrier_at_once(directory):
    create_barrier("lost", 3, directory)
    waiting = program("lost", "--timeout", "60")
    deadline = time.monotonic() + 10
    while not list((directory / "lost").glob("1/seat-*")) and time.monotonic() < deadline:
        time.sleep(0.005)
    waiting.kill()
    waiting.communicate()
    began = time.monotonic()
    with pytest.raises(BarrierBroken, match=f"process {waiting.pid} came, and ended while it waited"):
        wait_at("lost", directory, 60)
    assert time.monotonic() - began < 5


def test_a_barrier_that_does_not_exist_is_wrong_usage_and_the_others_are_named(directory, capsys):
    create_barrier("start", 2, directory)
    assert wait_command(["strat"]) == 2
    assert "only start" in capsys.readouterr().err
    assert wait_command(["../start"]) == 2
    assert wait_command([]) == 2
    assert wait_command(["start", "--timeout", "soon"]) == 2


def test_outside_of_a_scenario_the_command_says_where_it_works(monkeypatch, capsys):
    monkeypatch.delenv("CONTENTION_BARRIERS", raising=False)
    assert wait_command(["start"]) == 2
    assert "CONTENTION_BARRIERS is not set" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "count"), [("a/b", 2), ("", 2), (".hidden", 2), ("good", 0)])
def test_a_barrier_that_cannot_be_is_refused(directory, name, count):
    with pytest.raises(UsageError):
        create_barrier(name, count, directory)


def test_a_name_is_given_once(directory):
    create_barrier("start", 2, directory)
    with pytest.raises(UsageError, match="already"):
        create_barrier("start", 3, directory)
    assert [path.name for path in directory.iterdir()] == ["start"]


def test_our_processes_know_where_the_barriers_are(scenario, competitor, stage):
    workspace, _ = scenario
    competitor.do(
        "run_command", command=["printenv", "CONTENTION_BARRIERS"], output=str(stage / "out"), errors="/dev/null"
    )
    assert (stage / "out").read_text().strip() == str(workspace.barriers)
