"""The kernel's table of locks is read exactly."""

import fcntl
import os
import sys
from pathlib import Path

import pytest

from ContentionLibrary.monitor.locks import Lock, locks_of, parse_locks

TABLE = b"""1: POSIX  ADVISORY  WRITE 4711 fd:01:131 0 EOF
1: -> POSIX  ADVISORY  READ 4712 fd:01:131 10 19
2: FLOCK  ADVISORY  WRITE 4713 00:1a:99 0 EOF
3: OFDLCK ADVISORY  READ -1 fd:01:131 5 5
4: LEASE  ACTIVE    READ 4714 fd:01:140 0 EOF
"""


def test_holder_waiter_and_file():
    held, waits, flock, ofd, lease = parse_locks(TABLE)
    assert held == Lock("POSIX", "WRITE", 4711, False, (0xFD, 1), 131, 0, None)
    assert waits == Lock("POSIX", "READ", 4712, True, (0xFD, 1), 131, 10, 19)
    assert (flock.device, flock.inode) == ((0, 0x1A), 99)
    assert (ofd.kind, ofd.process) == ("OFDLCK", -1)
    assert lease.kind == "LEASE"


def test_only_what_is_wanted():
    assert [lock.process for lock in parse_locks(TABLE, lambda process, _device, _inode: process == 4713)] == [4713]


def test_an_empty_table():
    assert parse_locks(b"") == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has /proc/locks")
def test_a_lock_of_ours_is_found_by_process_and_by_file(tmp_path):
    with Path("/proc/locks").open("rb") as opened, (tmp_path / "file").open("w") as file:
        table = opened.fileno()
        fcntl.flock(file, fcntl.LOCK_EX)
        status = os.fstat(file.fileno())
        where = (os.major(status.st_dev), os.minor(status.st_dev)), status.st_ino
        (by_file,) = locks_of(table, (), {where})
        assert by_file in locks_of(table, {os.getpid()}, ())
        assert (by_file.kind, by_file.mode, by_file.process) == ("FLOCK", "WRITE", os.getpid())
        fcntl.flock(file, fcntl.LOCK_UN)
        assert locks_of(table, (), {where}) == []
