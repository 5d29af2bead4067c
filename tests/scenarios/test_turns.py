"""Whose turn it is: ordinary scenarios go side by side, one that must run alone waits for all, and the dead keep nobody."""

import signal
import subprocess
import sys
import threading

import pytest

from ContentionLibrary.errors import SystemTrouble
from ContentionLibrary.scenario.turn import Turn

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
