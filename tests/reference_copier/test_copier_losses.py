"""What the reference copier does not take along it names, and succeeds."""

import os
import subprocess
import sys

import pytest

COMMAND = [sys.executable, "-m", "ContentionLibrary.reference_copier"]


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source"
    path.write_bytes(b"content")
    return path


def copy(source, destination):
    return subprocess.run([*COMMAND, source, destination], capture_output=True, text=True, check=False, timeout=20)


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="this system has no such attributes")
def test_it_names_attributes(source, tmp_path):
    try:
        os.setxattr(source, "user.note", b"x")
    except OSError as error:
        pytest.skip(f"no attributes here: {error}")
    ended = copy(source, tmp_path / "copy")
    assert (ended.returncode, (tmp_path / "copy").read_bytes()) == (0, b"content")
    assert "nothing else that the file holds: attribute user.note" in ended.stderr


def test_it_says_nothing_of_a_file_that_has_none(source, tmp_path):
    ended = copy(source, tmp_path / "copy")
    assert (ended.returncode, ended.stderr) == (0, "")
