"""Nobody passes a gate before all have come, and nobody waits at it for ever."""

import threading
import time

import pytest

from ContentionLibrary.competitors.gate import Gate, size_of


@pytest.fixture
def gate(tmp_path):
    path = tmp_path / "gate"
    path.write_bytes(bytes(size_of(3)))
    return Gate(str(path), 3)


def enter(gate, seat, left, turn=1):
    thread = threading.Thread(target=lambda: left.__setitem__(seat, gate.pass_through(seat, turn, 30)))
    thread.start()
    return thread


def test_all_wait_for_the_last(gate):
    left = {}
    threads = [enter(gate, seat, left) for seat in (0, 1)]
    while gate.absent(1) != [2]:
        time.sleep(0.001)
    assert gate.times() == [0, 0, 0]
    came = time.monotonic_ns()
    threads.append(enter(gate, 2, left))
    for thread in threads:
        thread.join()
    assert min(left.values()) > came
    assert gate.times() == [left[seat] for seat in range(3)]


def test_who_came_in_an_earlier_turn_has_not_come_in_this_one(gate):
    left = {}
    for thread in [enter(gate, seat, left) for seat in range(3)]:
        thread.join()
    gate.clear()
    assert gate.pass_through(0, 2, 0.05) is None
    assert gate.absent(2) == [1, 2]
    assert gate.times() == [0, 0, 0]


def test_a_turn_that_is_given_up_frees_those_who_wait(gate):
    left = {}
    threads = [enter(gate, seat, left) for seat in (0, 1)]
    gate.give_up(1)
    for thread in threads:
        thread.join()
    assert left == {0: None, 1: None}
