"""Whose turn it is: ordinary scenarios go side by side, one that must run alone waits for all, and the dead keep nobody."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from ContentionLibrary.errors import SystemTrouble
from ContentionLibrary.scenario.turn import Turn, turn_file
from tests.scenarios.robots import command

HOLDER = """
import sys
from pathlib import Path
from ContentionLibrary.scenario.turn import Turn
Turn(alone=True, file=Path(sys.argv[1])).take(print)
print("taken", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def turns(tmp_path):
    made = []

    def turn(*, alone=False):
        made.append(Turn(alone=alone, file=tmp_path / "turn.db"))
        return made[-1]

    yield turn
    for one in made:
        one.give_back()


@pytest.fixture
def soon(monkeypatch):
    monkeypatch.setattr("ContentionLibrary.scenario.turn._AT_ONCE", 0.05)


def silent(what):
    pytest.fail(f"nobody is waited for, and yet was told: {what}")


def test_ordinary_ones_go_side_by_side(turns):
    for _ in range(3):
        turns().take(silent)


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(
    "first, whom",
    [(False, "all scenarios of other runs"), (True, "a scenario of another run that must run alone")],
)
def test_who_has_to_wait_is_told_for_whom_and_has_its_turn_then(turns, first, whom):
    holder, told = turns(alone=first).take(silent), []
    waiting = threading.Event()

    def tell(what):
        told.append(what)
        waiting.set()

    taken = threading.Thread(target=lambda: turns(alone=not first).take(tell).give_back())
    taken.start()
    assert waiting.wait(10) and taken.is_alive()
    holder.give_back()
    taken.join(10)
    assert not taken.is_alive() and told == [f"Waiting for the end of {whom} ..."]


def test_a_copier_that_copies_one_at_a_time_waits_for_other_runs(tmp_path, monkeypatch):
    """Whatever is played with it: another Robot's copies would be in its way."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    profile = tmp_path / "mine.yaml"
    profile.write_text("command: [cp, '{source}', '{destination}']\none_at_a_time: true\n")
    holder = Turn(alone=False).take(silent)
    with subprocess.Popen(command(tmp_path, str(profile), "DDO-002"), stdout=subprocess.PIPE, text=True) as robot:
        said = next(line for line in robot.stdout if "Waiting for the end of" in line)
        holder.give_back()
        assert "all scenarios of other runs" in said
        assert "1 test," in robot.stdout.read()


@pytest.mark.usefixtures("soon")
def test_nobody_waits_for_ever(turns, tmp_path):
    turns().take(silent)
    with pytest.raises(
        SystemTrouble, match=rf"did not end within 0.1 s \(lock: {tmp_path}/turn.db\): wait for that run"
    ):
        turns(alone=True).take(lambda what: None, 0.1)


def test_the_dead_keep_nobody(turns, tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "turn.db")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout.readline() == "taken\n"
        holder.send_signal(signal.SIGKILL)
        holder.wait(10)
    turns(alone=True).take(lambda what: None, 10)


def test_who_has_no_home_to_write_in_has_a_directory_of_his_own_for_it(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", "/proc/nowhere")
    assert turn_file().parent.parent == tmp_path
    assert turn_file().parent.stat().st_mode & 0o777 == 0o700
    Turn(alone=True).take(silent).give_back()


AS_NOBODY = """
import ctypes, os, tempfile
from ContentionLibrary.scenario.turn import Turn
os.setgroups([]), os.setgid(65534), os.setuid(65534)
turn = Turn(alone=False).take(print)
turn.give_back()
"""


@pytest.mark.skipif(sys.platform == "win32" or os.getuid() != 0, reason="only root can become somebody else")
def test_it_is_the_turn_of_nobody_too(tmp_path):
    """Linux calls everybody `nobody` whom it cannot name, so that a file of his in a common directory is doubtful."""
    with tempfile.TemporaryDirectory() as common:
        Path(common).chmod(0o1777)
        ended = subprocess.run(
            [sys.executable, "-c", AS_NOBODY],
            env={**os.environ, "TMPDIR": common, "HOME": "/nonexist", "XDG_STATE_HOME": ""},
            capture_output=True,
            text=True,
            check=False,
        )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
