"""However a scenario ends that is played on file systems of our own, no mount and no loop device is left."""

import signal
import tempfile
from pathlib import Path

import pytest

from ContentionLibrary.processes.mounts import mounts_below
from ContentionLibrary.stage.image import why_no_image
from ContentionLibrary.stage.ntfs import why_no_ntfs
from tests.scenarios.remains import Robot, until
from tests.scenarios.robots import command

pytestmark = pytest.mark.skipif(bool(why_no_image("ext4")), reason=why_no_image("ext4"))


@pytest.mark.parametrize("scenario", ["LSS-001", "CPS-002"])
def test_after_robot_was_killed(scenario):
    if scenario == "CPS-002" and why_no_ntfs():
        pytest.skip(why_no_ntfs())
    with tempfile.TemporaryDirectory(prefix="contention-home-") as directory:
        home = Path(directory)
        robot = Robot(home, command(home / "out", "good/simple", scenario)[1:])
        traces = robot.wait_for_copiers()
        until(
            lambda: len(mounts_below(home)) >= 2 or robot.process.poll() is not None,
            lambda: f"nothing was mounted: {robot.console}",
            60,
        )
        assert robot.process.poll() is None, robot.console
        robot.process.send_signal(signal.SIGKILL)
        assert robot.nothing_is_left(traces)
        until(lambda: not mounts_below(home), lambda: f"still mounted: {mounts_below(home)}")
