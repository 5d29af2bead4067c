"""Where an exclusive lock needs a file that is open for writing, as over NFS, the copier opens it so, and asks again."""

import os
import sys

import pytest

if sys.platform == "win32":
    pytest.skip("flock is of POSIX systems", allow_module_level=True)

import fcntl

from ContentionLibrary.reference_copier.flock import attempt, is_locked, try_lock


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"")
    return path


@pytest.fixture
def refused(file):
    """A descriptor with which nothing can be locked: the kernel says EBADF, as NFS does of one that is open for reading."""
    descriptor = os.open(file, os.O_PATH)
    yield descriptor
    os.close(descriptor)


def test_a_lock_is_taken_or_refused(file):
    one, other = os.open(file, os.O_RDONLY), os.open(file, os.O_RDONLY)
    try:
        assert attempt(one) is True
        assert attempt(other) is False
        assert try_lock(other, fcntl.LOCK_SH) is False
    finally:
        os.close(one)
        os.close(other)


def test_a_lock_that_is_refused_by_a_server_of_smb_belongs_to_another(file, monkeypatch):
    def refuse(_descriptor, _kind):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with file.open() as opened:
        assert attempt(opened.fileno()) is False


def test_a_descriptor_with_which_nothing_can_be_locked_is_told(refused):
    assert attempt(refused) is None
    assert try_lock(refused) is True


def test_then_the_file_is_opened_for_writing_to_see_whether_it_is_locked(file, refused):
    assert is_locked(refused, lambda: os.open(file, os.O_RDWR)) is False
    holder = os.open(file, os.O_RDONLY)
    try:
        fcntl.flock(holder, fcntl.LOCK_SH)
        assert is_locked(refused, lambda: os.open(file, os.O_RDWR)) is True
    finally:
        os.close(holder)
    assert is_locked(refused, lambda: os.open(file, os.O_RDWR)) is False


def failing(error):
    def fail():
        raise error

    return fail


def test_a_file_that_may_not_be_written_may_be_locked_and_one_that_is_gone_is_not(refused):
    assert is_locked(refused, failing(PermissionError())) is True
    assert is_locked(refused, failing(FileNotFoundError())) is False
