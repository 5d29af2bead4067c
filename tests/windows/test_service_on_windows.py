"""A service of the service manager and an interactive program want one file, and each lets the other one have its way."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

if sys.platform != "win32":
    pytest.skip("of Windows: .ci/wine runs it under Wine", allow_module_level=True)

from tests.windows.service import Service

NEW, OLD = b"new " * 50_000, b"older" * 30_000
CHECKOUT = Path(__file__).parents[2]
COPIER = (sys.executable, "-m", "ContentionLibrary.reference_copier", "--wait", "0.2")
SLOW = (sys.executable, str(Path(__file__).with_name("slow_copy.py")))


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with Service(f"contention-test-{os.getpid()}", tmp_path_factory.mktemp("service")) as made:
        yield made


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source.bin"
    path.write_bytes(NEW)
    return path


@pytest.fixture
def old(tmp_path):
    path = tmp_path / "to" / "file.bin"
    path.parent.mkdir()
    path.write_bytes(OLD)
    return path


def names(directory):
    return sorted(path.name for path in directory.iterdir())


def copy(source, target):
    """Copy as an interactive program does."""
    words = [*COPIER, str(source), str(target)]
    return subprocess.run(words, cwd=CHECKOUT, capture_output=True, text=True, check=False, timeout=60)


def until(condition, what):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)


def test_the_service_copies_and_the_program_reads(service, source, old):
    told = service.run(*COPIER, source, old)
    assert told == {"code": 0, "output": "", "errors": ""}
    assert (old.read_bytes(), names(old.parent)) == (NEW, ["file.bin"])


def test_the_service_refuses_what_the_program_has_open(service, source, old, neighbour):
    handle = neighbour.open(old, "r", "r")
    told = service.run(*COPIER, source, old)
    neighbour.close(handle)
    assert told["code"] == 75 and "is open in another process; waited 0.2 s" in told["errors"]
    assert (old.read_bytes(), names(old.parent)) == (OLD, ["file.bin"])


def test_the_program_refuses_what_the_service_writes(service, source, old):
    report = service.start(*SLOW, source, old, ".", "alone")  # a dot at its end does not make it another name
    until(lambda: old.stat().st_size < len(OLD), "the service's copy has not begun")
    done = copy(source, old)
    service.wait()
    # It is either open for as long as is waited, or has been changed between two looks.
    assert done.returncode == 75 and "another process" in done.stderr and "nothing was changed" in done.stderr
    assert '"code": 0' in report.read_text()
    assert (old.read_bytes(), names(old.parent)) == (NEW, ["file.bin"])


def test_a_service_that_is_stopped_in_its_copy_leaves_the_older_version(service, tmp_path, old):
    large = tmp_path / "large.bin"
    large.write_bytes(NEW * 300)
    service.start(*COPIER, large, old)
    until(lambda: len(names(old.parent)) > 1, "the service's copy has not begun")
    service.stop()
    assert old.read_bytes() == OLD
    large.write_bytes(NEW)
    assert copy(large, old).returncode == 0
    assert (old.read_bytes(), names(old.parent)) == (NEW, ["file.bin"])
