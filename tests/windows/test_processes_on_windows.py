"""Starter, children and clean-up where nothing can be forked and no orphan is adopted."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

if sys.platform != "win32":
    pytest.skip("of Windows: .ci/wine runs it under Wine", allow_module_level=True)

from ContentionLibrary.errors import HarnessError
from ContentionLibrary.processes import places
from ContentionLibrary.processes.channel import ChannelClosed
from ContentionLibrary.processes.clean import clean_abandoned
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.processes.table import Life, describe, identity_of, life_of
from ContentionLibrary.processes.workspace import open_workspace

ROLE = "roles_on_windows"
CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.delenv("CONTENTION_LEDGER", raising=False)
    return tmp_path


@pytest.fixture
def starter(root):
    workspace, ledger = open_workspace("a scenario")
    starter = Starter(workspace, ledger)
    starter.workspace = workspace
    yield starter
    starter.stop(grace=0.1)


def ask(child, **order):
    child.channel.send(order)
    return child.receive(10)


def gone(pid):
    return identity_of(pid) is None


def until(condition, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def left_in(directory):
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*"))


def test_a_process_is_known_by_its_number_and_start(root):
    me = identity_of(os.getpid())
    assert life_of(me) is Life.ALIVE and me == identity_of(os.getpid())
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    it = identity_of(other.pid)
    assert life_of(it) is Life.ALIVE and "input()" in describe(it)
    other.communicate(b"\n")
    assert life_of(it) is Life.GONE and describe(it) == str(other.pid)


def test_a_child_plays_its_role_and_its_end_is_told_truly(starter):
    child = starter.start(ROLE, {"value": "é\udcff"})
    assert ask(child, do="tell") == {"pid": child.pid, "value": "é\udcff"}
    assert starter.ending(child, 0) is None
    child.channel.send({"do": "exit", "code": 7})
    with pytest.raises(ChannelClosed):
        child.receive(10)
    assert starter.ending(child) == 7
    other = starter.start(ROLE)
    starter.kill(other)
    assert until(lambda: gone(other.pid))
    starter.kill(other)  # once more is no harm


def test_what_a_role_did_not_expect_is_an_error_of_the_harness(starter):
    with pytest.raises(HarnessError, match="ValueError: this was not expected"):
        ask(starter.start(ROLE), do="break")
    assert "ValueError: this was not expected" in (starter.workspace.log / "starter.log").read_text()


def test_a_normal_end_has_no_survivors_and_leaves_nothing(starter, root):
    children = [starter.start(ROLE) for _ in range(2)]
    farewell = starter.stop(grace=5)
    assert (farewell.survivors, farewell.troubles) == ((), ())
    assert all(gone(child.pid) for child in children)
    assert left_in(root) == []


@pytest.mark.parametrize("how", ["child", "detached", "orphan", "orphan without token"])
def test_what_a_child_left_running_is_ended_and_reported(starter, root, how):
    left = ask(starter.start(ROLE), do="leave behind", how=how)["pid"]
    assert not gone(left)
    farewell = starter.stop(grace=0.1)
    assert gone(left)
    assert [survivor for survivor in farewell.survivors if f"{left} " in survivor], farewell
    assert farewell.troubles == () and left_in(root) == []


def test_a_child_that_listens_to_nobody_is_killed_and_reported(starter):
    stubborn = ask(starter.start(ROLE), do="be stubborn")["pid"]
    farewell = starter.stop(grace=0.1)
    assert gone(stubborn)
    assert any(str(stubborn) in survivor for survivor in farewell.survivors)


def test_with_a_killed_starter_all_end_and_it_is_told(starter, root):
    child = starter.start(ROLE)
    left = ask(child, do="leave behind", how="orphan without token")["pid"]
    os.kill(starter.pid, 9)  # TerminateProcess
    assert until(lambda: gone(left) and gone(child.pid))
    with pytest.raises(HarnessError, match="gone"):
        until(lambda: starter.start(ROLE) is None)
    with pytest.raises(HarnessError, match="lost"):
        starter.stop()
    assert left_in(root) == []


ROBOT = """
import sys
sys.path[:0] = sys.argv[1:]
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.processes.workspace import open_workspace
workspace, ledger = open_workspace("a scenario")
(workspace.stage / "file").write_text("x")
starter = Starter(workspace, ledger)
child = starter.start("roles_on_windows")
child.channel.send({"do": "leave behind", "how": "orphan"})
print(starter.pid, child.pid, child.receive(10)["pid"], flush=True)
input()
"""


def test_with_a_killed_robot_all_end_and_nothing_stays(root):
    command = [sys.executable, "-c", ROBOT, str(CHECKOUT), str(Path(__file__).parent)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as robot:
        numbers = [int(word) for word in robot.stdout.readline().split()]
        assert len(numbers) == 3 and not any(map(gone, numbers))
        robot.kill()
    assert until(lambda: all(map(gone, numbers)), 20)
    assert left_in(root) == []


ABANDON = """
import subprocess, sys
sys.path[:0] = sys.argv[1:]
from ContentionLibrary.processes.workspace import open_workspace
workspace, ledger = open_workspace("abandoned")
(workspace.stage / "file").write_text("x")
left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"], env=ledger.environment())
print(left.pid, workspace.path, flush=True)
input()
"""


def test_the_living_are_left_alone_and_the_abandoned_is_removed_with_its_processes(root):
    command = [sys.executable, "-c", ABANDON, str(CHECKOUT)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as owner:
        number, path = owner.stdout.readline().rstrip("\n").split(" ", 1)
        (told,) = clean_abandoned()
        assert told.startswith(f"left alone: '{path}' belongs to process {owner.pid}")
        assert Path(path, "stage", "file").exists() and not gone(int(number))
        owner.kill()
    told = clean_abandoned()
    assert f"removed directory '{path}'" in told
    assert [line for line in told if line.startswith(f"removed process {number} ")]
    assert gone(int(number)) and left_in(root) == []
    assert not places.home().exists()
