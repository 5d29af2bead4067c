"""Locks of readers and rivals: waited for, but not for ever, and freed by whatever ends their owner."""

import os
import signal
import struct
import threading
import time

import pytest
from copier_steps import NEW, OLD, at, die, fcntl, lock_less, names, over_smb, run, set_stage


@pytest.fixture
def stage(tmp_path):
    return set_stage(tmp_path / "stage", True)


def _flock_shared(file):
    fcntl.flock(file, fcntl.LOCK_SH)


def _range_lock(command, kind):
    def lock(file):
        fcntl.fcntl(file, command, struct.pack("hhqqi", kind, os.SEEK_SET, 10, 5, 0))

    return lock


LOCKS = {
    "flock": _flock_shared,
    "OFD lock of a range": _range_lock(fcntl.F_OFD_SETLK, fcntl.F_RDLCK),
    "fcntl lock of a range": _range_lock(fcntl.F_SETLK, fcntl.F_RDLCK),
}


@pytest.mark.parametrize("kind", LOCKS)
def test_a_reader_s_lock_is_respected_and_the_wait_is_bounded(stage, kind):
    with stage.destinations[0].open("rb") as reader:
        LOCKS[kind](reader)
        began = time.monotonic()
        ended = run(["--wait", "0.2", *stage.command])
        took = time.monotonic() - began
        assert ended.code == 75 and stage.state == ["old"]
        assert "is locked by another process" in ended.errors and "waited 0.2 s" in ended.errors
        assert 0.2 <= took < 2
        assert reader.read() == OLD
    assert not [name for name in names(stage.root) if "contention-copy" in name]
    assert run(["--wait", "0", *stage.command]).code == 0


def test_the_process_that_holds_the_lock_is_named(stage):
    with stage.destinations[0].open("rb") as reader:
        _flock_shared(reader)
        assert f"(pid {os.getpid()})" in run(["--wait", "0", *stage.command]).errors


def test_the_copy_goes_on_as_soon_as_the_reader_has_left(stage):
    with stage.destinations[0].open("rb") as reader:
        _flock_shared(reader)
        leaving = threading.Timer(0.3, fcntl.flock, (reader, fcntl.LOCK_UN))
        began = time.monotonic()
        leaving.start()
        ended = run(["--wait", "10", *stage.command])
        leaving.join()
    assert (ended.code, stage.state) == (0, ["new"]) and 0.3 <= time.monotonic() - began < 5


def test_a_locked_directory_is_waited_for_and_then_named(stage):
    directory = os.open(stage.destinations[0].parent, os.O_RDONLY)
    fcntl.flock(directory, fcntl.LOCK_EX)
    ended = run(["--wait", "0.1", *stage.command])
    os.close(directory)
    assert ended.code == 75 and "its directory is locked by another copier" in ended.errors
    assert stage.state == ["old"]


def test_a_signal_ends_the_wait(stage):
    def soon():
        signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
        signal.setitimer(signal.ITIMER_REAL, 0.2)

    with stage.destinations[0].open("rb") as reader:
        _flock_shared(reader)
        began = time.monotonic()
        ended = run(["--wait", "20", *stage.command], limit=soon)
    assert ended.code == 128 + signal.SIGTERM and time.monotonic() - began < 5
    assert "stopped by SIGTERM" in ended.errors and stage.state == ["old"]


def test_locks_of_a_killed_copier_are_free_at_once(stage):
    for step in range(len(run(stage.command).steps)):
        stage.destinations[0].write_bytes(OLD)
        run(stage.command, at(step, die))
        assert run(["--wait", "0", *stage.command]).code == 0, step
        assert stage.state == ["new"]


@pytest.mark.parametrize("older", [False, True], ids=["create", "replace"])
def test_a_file_system_without_locks_is_copied_to_as_well(tmp_path, older):
    stage = set_stage(tmp_path / "unlocked", older, older)
    assert run(stage.command, limit=lock_less).code == 0
    assert stage.destinations[0].read_bytes() == NEW and len(names(stage.root)) == 6


@pytest.mark.parametrize("older", [False, True], ids=["create", "replace"])
def test_a_mount_of_an_smb_server_is_copied_to_as_well(tmp_path, older):
    stage = set_stage(tmp_path / "smb", older)
    ended = run(stage.command, limit=over_smb)
    assert (ended.code, ended.errors) == (0, "")
    assert stage.destinations[0].read_bytes() == NEW and len(names(stage.root)) == 4
    assert "write" in ended.steps


def test_a_reader_with_a_lock_is_respected_there_too(tmp_path):
    stage = set_stage(tmp_path / "smb", True)
    with stage.destinations[0].open("rb") as reading:
        fcntl.flock(reading, fcntl.LOCK_SH)
        ended = run(["--wait", "0.1", *stage.command], limit=over_smb)
    assert ended.code == 75 and "is locked by another process" in ended.errors
    assert stage.destinations[0].read_bytes() == OLD and len(names(stage.root)) == 4


def test_a_copy_keeps_rivals_out_by_its_lock_on_a_directory_and_by_nothing_before(tmp_path):
    """Two that each keep one older version, and wait for the other one's, would both be refused in the end."""
    stage = set_stage(tmp_path / "both", True, True)
    first, second = stage.destinations
    seen = set()

    def rival():
        kept = "directory" if any(_is_flocked(path.parent) for path in stage.destinations) else "nothing"
        os.write(2, f"{kept} {run(['--wait', '0.1', stage.source, second, first]).code}\n".encode())

    for step, name in enumerate(run(stage.command).steps):
        if name == "flock":
            for destination in stage.destinations:
                destination.write_bytes(OLD)
            waiting = run(["--wait", "0.1", *stage.command], at(step, rival))
            kept, code = waiting.errors.splitlines()[0].split()
            seen.add((kept, int(code), waiting.code))
    assert seen == {("nothing", 0, 75), ("directory", 75, 0)}


def _is_flocked(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def test_two_copies_to_the_same_directories_in_opposite_order_do_not_block_each_other(tmp_path):
    stage = set_stage(tmp_path / "both", True, True)
    first, second = stage.destinations
    process = os.fork()
    if not process:
        os._exit(run(["--wait", "5", stage.source, first, second]).code)
    other = run(["--wait", "5", stage.source, second, first]).code
    mine = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    assert sorted([mine, other]) in ([0, 75], [0, 0])  # the second case: one had ended before the other began
    assert stage.state == ["new", "new"]
