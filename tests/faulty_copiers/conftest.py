"""The stage of a copy that is made by hand, and ways to run and to hold a copier."""

import subprocess
from pathlib import Path

import pytest
from by_hand import DEADLINE, HALF, OLD, SIZE, A, B, HeldCopy, command, until

from ContentionLibrary.content.words import write_file


@pytest.fixture
def stage(tmp_path):
    path = tmp_path / "stage"
    path.mkdir()
    return path


@pytest.fixture
def destination(stage):
    return stage / "file"


@pytest.fixture
def old(destination):
    write_file(destination, OLD, SIZE)
    return destination


@pytest.fixture
def sources(tmp_path):
    """Sources of the versions A and B."""
    folder = tmp_path / "sources"
    folder.mkdir()
    write_file(folder / "a", A, SIZE)
    write_file(folder / "b", B, SIZE)
    return folder / "a", folder / "b"


@pytest.fixture
def short_source():
    """A file whose size is larger than what can be read from it: sysfs promises a page and gives a line."""
    path = Path("/sys/kernel/fscaps")
    if not path.exists():
        pytest.skip(f"{path} is not there: no source that is shorter than its size")
    return path


@pytest.fixture
def run():
    """Run a copier to its end."""

    def run(script, source, destination, **options):
        return subprocess.run(
            command(script, source, destination),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=DEADLINE,
            check=False,
            **options,
        )

    return run


@pytest.fixture
def held(tmp_path):
    """Start a copier and hold it in the middle: `written`, when given, is the file that must have the first half."""
    folder = tmp_path / "pipes"
    folder.mkdir()
    copies = []

    def held(script, destination, written=None):
        copies.append(copy := HeldCopy(script, folder, destination))
        if written is not None:
            until(lambda: written.exists() and written.stat().st_size >= HALF, f"half of it in {written.name}")
        return copy

    yield held
    for copy in copies:
        copy.end()
