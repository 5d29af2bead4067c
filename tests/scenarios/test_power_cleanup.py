"""However a scenario ends in the middle of a power cut, no mount, no loop device and no image is left."""

import signal
import tempfile
from pathlib import Path

import pytest

from ContentionLibrary.processes.mounts import mounts_below
from ContentionLibrary.stage.image import why_no_image
from tests.scenarios.remains import Robot, until
from tests.scenarios.robots import command

pytestmark = pytest.mark.skipif(bool(why_no_image("ext4")), reason=why_no_image("ext4"))


def loops_of(home):
    found = []
    for backing in Path("/sys/block").glob("loop*/loop/backing_file"):
        try:
            found.append(backing.read_text().strip())
        except OSError:
            continue  # detached meanwhile
    return [image for image in found if image.startswith(str(home))]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_after_an_end_in_the_middle_of_a_power_cut(number):
    with tempfile.TemporaryDirectory(prefix="contention-home-") as directory:
        home = Path(directory)
        robot = Robot(home, command(home / "out", "good/simple", "FRS-002")[1:])
        traces = robot.wait_for_copiers()
        until(
            lambda: len(mounts_below(home)) > 1 or robot.process.poll() is not None,
            lambda: f"no power was cut: {robot.console}",
            60,
        )
        assert len(loops_of(home)) > 1, robot.console
        robot.process.send_signal(number)
        assert robot.nothing_is_left(traces)
        until(lambda: not mounts_below(home), lambda: f"still mounted: {mounts_below(home)}")
        until(lambda: not loops_of(home), lambda: f"still attached: {loops_of(home)}")
        assert "Traceback" not in robot.console
