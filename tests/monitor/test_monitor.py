"""The monitor sees what programs hold, is steady, tells what it costs, and never stumbles over a process that ends."""

import os
import subprocess
import sys
import threading
import time

import pytest

from ContentionLibrary.monitor.monitor import Curve, Monitor
from ContentionLibrary.monitor.portable import PortableReader
from ContentionLibrary.monitor.sampler import shortened, telling
from ContentionLibrary.monitor.surroundings import Surroundings
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.processes.workspace import open_workspace

if sys.platform.startswith("linux"):
    from ContentionLibrary.monitor.linux import LinuxReader

    READERS = [LinuxReader, PortableReader]
else:
    READERS = [PortableReader]

HOLDS = """
import ctypes, fcntl, os, socket, sys
files = [open("/dev/null") for _ in range(7)]
ends = os.pipe()
one, two = socket.socketpair()
libc = ctypes.CDLL(None)
watcher = libc.inotify_init()
libc.inotify_add_watch(watcher, b"/tmp", 256)
locked = open(sys.argv[1], "w")
fcntl.flock(locked, fcntl.LOCK_EX)
print("ready", flush=True)
sys.stdin.read()
"""


PARENT = """
import subprocess, sys
with subprocess.Popen(sys.argv[1:], start_new_session=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as held:
    print(held.stdout.readline().decode(), end="", flush=True)
    sys.stdin.readline()
print("ended", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def program(tmp_path):
    """A program in a session of its own that holds a known number of everything, and the only one below its parent."""
    command = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        PARENT,
        sys.executable,
        "-I",
        "-S",
        "-c",
        HOLDS,
        str(tmp_path / "locked"),
    ]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as parent:
        assert parent.stdout.readline() == b"ready\n"
        yield parent


@pytest.mark.parametrize("kind", READERS)
def test_every_reader_sees_a_program_and_its_end(kind, program, tmp_path):
    (tmp_path / "own.log").touch()
    reader = kind(program.pid, Surroundings(str(tmp_path), r".*\.log\Z"))
    seen = reader.read(thoroughly=True)
    assert (seen["processes"], seen["threads"]) == (1, 1)
    assert seen["descriptors"] == 16
    assert seen["memory"] > 1 << 20
    assert seen["peak memory"] >= seen["memory"] * 0.5
    assert (seen["names on the stage"], seen["free space"] > 0) == (1, True)
    program.stdin.write(b"\n")
    program.stdin.flush()
    assert program.stdout.readline() == b"ended\n"
    assert reader.read(thoroughly=True)["processes"] == 0
    reader.close()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells kinds, locks and watches")
def test_kinds_locks_and_watches(program, tmp_path):
    reader = LinuxReader(program.pid, Surroundings(str(tmp_path)))
    seen = reader.read(thoroughly=True)
    # standard input and output are pipes too, and standard error is whatever ours is
    assert (seen["pipes"], seen["sockets"], seen["other descriptors"]) == (4, 2, 1)
    assert (seen["locks"], seen["waiting for locks"], seen["watches"]) == (1, 0, 1)
    assert seen["proportional memory"] <= seen["memory"]
    reader.close()


LEAVES_LOCK = """
import fcntl, os, sys
locked = open(sys.argv[1], "w")
fcntl.flock(locked, fcntl.LOCK_EX)
os.unlink(sys.argv[1])
if os.fork():
    os._exit(0)
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells locks")
def test_a_lock_is_seen_although_its_taker_has_ended_and_its_file_has_no_name(starter, tmp_path):
    running, _ = starter
    command = [sys.executable, "-I", "-S", "-c", LEAVES_LOCK, str(tmp_path / "locked")]
    crowd = running.start("tests.benchmarks.crowd", {"count": 1, "command": command})
    assert crowd.receive(20) == {"there": 1}
    reader = LinuxReader(running.pid, Surroundings(str(tmp_path)))
    deadline = time.monotonic() + 10
    while (seen := reader.read(thoroughly=True))["locks"] != 1:
        assert time.monotonic() < deadline, seen
    reader.close()


@pytest.mark.parametrize("kind", READERS)
def test_processes_that_vanish_while_they_are_read_are_no_trouble(kind, tmp_path):
    reader = kind(os.getpid(), Surroundings(str(tmp_path)))
    standing = reader.read()["processes"]  # what other tests keep running
    stop = threading.Event()

    def churn():
        while not stop.is_set():
            subprocess.run(["true"], start_new_session=True, check=True)

    churner = threading.Thread(target=churn)
    churner.start()
    try:
        looks = [reader.read(thoroughly=look % 2 == 0)["processes"] for look in range(200)]
    finally:
        stop.set()
        churner.join()
    assert max(looks) <= standing + 1
    reader.close()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux adopts orphans")
def test_processor_time_of_children_that_nobody_saw_is_counted(tmp_path):
    burn = "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done"
    reader = LinuxReader(os.getpid(), Surroundings(str(tmp_path)))
    command = ["sh", "-c", f"sh -c '{burn}'; echo done; read line"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, start_new_session=True, **pipes) as process:
        assert process.stdout.readline() == b"done\n"
        assert reader.read()["processor time"] > 0
        process.stdin.close()
    reader.close()


STARTS_ANOTHER = """
import subprocess, sys
for line in sys.stdin:
    child = subprocess.Popen(["sleep", "600"])
    print("started", flush=True)
    sys.stdin.readline()
    child.kill()
    child.wait()
    print("ended", flush=True)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere all is read each time")
def test_each_look_sees_who_was_started_or_has_ended_since_the_last_one(tmp_path):
    reader = LinuxReader(os.getpid(), Surroundings(str(tmp_path)))
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", STARTS_ANOTHER], start_new_session=True, **pipes
    ) as program:

        def after(answer):
            program.stdin.write(b"\n")
            program.stdin.flush()
            assert program.stdout.readline() == answer
            return reader.read()["processes"]

        before = reader.read()["processes"]
        assert [after(answer) - before for answer in (b"started\n", b"ended\n") * 4] == [1, 0] * 4
        program.stdin.close()
    reader.close()


def test_equal_points_between_equal_ones_are_left_out():
    assert shortened([1, 2, 3, 4, 5, 6], [0, 0, 0, 7, 7, 7]) == ([1, 3, 4, 6], [0, 0, 7, 7])
    assert shortened([1], [0]) == ([1], [0])


def test_looks_that_are_not_told_are_counted():
    values = [0, 0, 0, 0, 7, 7, 7]
    numbers = telling(values)
    moments = [float(10 + number) for number in numbers]
    curve = Curve("any", tuple(moments), tuple(values[number] for number in numbers), tuple(numbers))
    assert curve.looks(0, float("inf")) == 7
    assert curve.looks(10.5, float("inf")) == 6
    assert curve.looks(0, 11.5) == curve.looks(11.5, 13.5) == 2
    assert curve.looks(16.5, 99) == curve.looks(0, 9) == 0


@pytest.fixture
def starter():
    workspace, ledger = open_workspace("monitor test")
    with Starter(workspace, ledger) as running:
        yield running, workspace


def test_the_beat_is_steady_and_its_cost_is_told(starter):
    running, workspace = starter
    monitor = Monitor(running, workspace.stage, 0.02)
    began = time.monotonic()
    while monitor.so_far().beats < 20:
        assert time.monotonic() - began < 20
    watched = monitor.stop()
    lasted = time.monotonic() - began
    assert watched.beats + watched.missed == pytest.approx(lasted / 0.02, abs=3)
    assert 0 < watched.cost < 1
    moments = watched.curves["processes"].moments
    assert list(moments) == sorted(moments)


def test_a_monitor_ends_with_its_starter():
    workspace, ledger = open_workspace("monitor test")
    running = Starter(workspace, ledger)
    monitor = Monitor(running, workspace.stage)
    assert monitor.read()["processes"] == 0
    assert not running.stop().survivors
