"""Subdirectories of a stage lie apart on ext4, and nothing happens where a file system has no such wish."""

from pathlib import Path

import pytest

from ContentionLibrary.processes.spreading import spread
from ContentionLibrary.scenario.file_systems import file_system_of


def groups_of_subdirectories(directory):
    """Return in how many thousands of inode numbers eight new subdirectories are found."""
    made = [directory / str(number) for number in range(8)]
    for one in made:
        one.mkdir()
    return len({one.stat().st_ino // 1000 for one in made})


def test_subdirectories_lie_apart(tmp_path):
    if file_system_of(tmp_path) != "ext4":
        pytest.skip("the temporary directory is not on ext4")
    spread(tmp_path)
    assert groups_of_subdirectories(tmp_path) > 4


def test_a_file_system_that_knows_no_such_wish_is_left_as_it_is():
    there = Path("/dev/shm")
    if not there.is_dir() or file_system_of(there) != "tmpfs":
        pytest.skip("there is no file system in memory at /dev/shm")
    spread(there)
