"""However a scenario ends while a small file system is full, no mount, loop device, process or file of it is left."""

import os
import signal
import tempfile
from pathlib import Path

import pytest

from ContentionLibrary.processes.mounts import mounts_below
from tests.scenarios.remains import NOBODY, Robot, python_for, until
from tests.scenarios.robots import command

CANNOT_CHANGE = os.geteuid() != 0 or python_for(NOBODY) is None
USERS = [
    pytest.param(None, id="ourselves"),
    pytest.param(NOBODY, id="nobody", marks=pytest.mark.skipif(CANNOT_CHANGE, reason="cannot become another user")),
]


def disks(home):
    """Return the small file systems that are there: those mounted for all, and those that only their keeper sees."""
    kept = []
    for entry in Path("/proc").iterdir():
        try:
            lines = (entry / "mounts").read_text().splitlines() if entry.name.isdecimal() else []
        except OSError:
            continue
        kept += [line.split()[1] for line in lines if line.split()[1].startswith(f"{home}/")]
    return kept


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
@pytest.mark.parametrize("user", USERS)
def test_after_an_end_while_a_disk_is_full(number, user):
    with tempfile.TemporaryDirectory(prefix="contention-home-", dir="/tmp") as directory:
        home = Path(directory)
        home.chmod(0o755)
        robot = Robot(home, command(home / "out", "good/several", "DSC-001")[1:], user)
        traces = robot.wait_for_copiers()
        until(
            lambda: disks(home) or robot.process.poll() is not None,
            lambda: f"no disk was made: {robot.console}",
            60,
        )
        if not disks(home):
            assert "| SKIP |" in robot.console
            pytest.skip("this user can make no small file system here")
        robot.process.send_signal(number)
        assert robot.nothing_is_left(traces)
        until(lambda: not mounts_below(home), lambda: f"still mounted: {mounts_below(home)}")
        until(lambda: not disks(home), lambda: f"still kept: {disks(home)}")
        assert "Traceback" not in robot.console
