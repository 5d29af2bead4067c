"""Whoever looks around at the point of a finding finds everything standing still, and leaves nothing behind."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

TORN = "RDW-001:faulty/truncates-in-place:1.1.3:torn-reads"
AFTERWARDS = "DDO-001:faulty/claims-success-after-loss:1.5.1:success-is-true"
_PATIENCE = 60.0


@pytest.fixture
def held(contention, tmp_path):
    """Starts a replay that stops at the point, and waits until it stands there."""
    started = []

    def start(key):
        process = subprocess.Popen(
            contention.command("replay", key, "--hold"),
            cwd=contention.home,
            env=contention.environment() | {"TMPDIR": str(tmp_path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("Press Enter"):
                return process, "".join(lines)
        raise AssertionError("".join(lines) + process.stderr.read())

    yield start
    for process in started:
        process.kill()
        process.communicate()


def wait_until(what):
    deadline = time.monotonic() + _PATIENCE
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def stage_and_copier(told):
    stage = Path(re.search(r"^stage: (.*)$", told, re.M)[1])
    return stage, int(re.search(r"/proc/(\d+)/fd", told)[1])


def is_gone(stage, copier):
    return not stage.exists() and not Path(f"/proc/{copier}").exists()


@pytest.mark.parametrize("key", [TORN, AFTERWARDS])
def test_everything_stands_still_until_enter(held, key):
    process, told = held(key)
    stage, copier = stage_and_copier(told)
    assert "confirmed, seen in 1 of 1" in told
    assert (stage / "source/slide.bin").stat().st_size == 4 << 20
    assert Path(f"/proc/{copier}/cmdline").read_bytes()
    assert re.search(rf"^ +{copier} .*faulty_copiers", told, re.M), "the tree shows the copier"
    process.communicate("\n", timeout=_PATIENCE)
    assert process.returncode == 1
    assert is_gone(stage, copier)


@pytest.mark.parametrize("key", [TORN, AFTERWARDS])
def test_ctrl_c_ends_it_and_leaves_nothing(held, key):
    process, told = held(key)
    stage, copier = stage_and_copier(told)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=_PATIENCE)
    assert process.returncode == 130
    assert is_gone(stage, copier)


def test_nothing_is_left_when_it_is_killed(held):
    process, told = held(TORN)
    stage, copier = stage_and_copier(told)
    process.kill()
    wait_until(lambda: is_gone(stage, copier))


def test_there_is_nothing_to_look_at_where_nothing_is_found(contention):
    ended = contention("replay", "RDW-001:good/simple:1.1.3:torn-reads", "--hold")
    assert ended.code == 2 and "nothing to look at" in ended.err
