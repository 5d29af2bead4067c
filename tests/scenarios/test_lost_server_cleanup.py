"""However a scenario ends while a server is lost, no mount, process or file of it is left."""

import signal
import tempfile
from pathlib import Path

import pytest

from ContentionLibrary.processes.mounts import mounts_below
from ContentionLibrary.stage.sftp_server import why_no_server
from ContentionLibrary.stage.share import why_no_share
from tests.scenarios.remains import Robot, until
from tests.scenarios.robots import command


@pytest.mark.skipif(bool(why_no_share()), reason=why_no_share())
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_after_an_end_while_a_server_is_lost(number):
    with tempfile.TemporaryDirectory(prefix="contention-home-", dir="/tmp") as directory:
        home = Path(directory)
        robot = Robot(home, command(home / "out", "good/simple", "NIS-001")[1:])
        traces = robot.wait_for_copiers()
        until(lambda: mounts_below(home) or robot.process.poll() is not None, lambda: "nothing was mounted", 60)
        assert mounts_below(home), robot.console
        robot.process.send_signal(number)
        assert robot.nothing_is_left(traces)
        until(lambda: not mounts_below(home), lambda: f"still mounted: {mounts_below(home)}")
        assert "Traceback" not in robot.console


@pytest.mark.skipif(bool(why_no_server()), reason=why_no_server())
def test_after_robot_was_killed_while_a_copier_was_connected():
    with tempfile.TemporaryDirectory(prefix="contention-home-", dir="/tmp") as directory:
        home = Path(directory)
        robot = Robot(home, command(home / "out", "rsync-ssh", "NIS-001")[1:])
        traces = robot.wait_for_copiers()

        def at_work():
            return all(
                any(words in one for one in robot.carriers(traces.tokens)) for words in ("rsync --server", "ssh -F")
            )

        until(lambda: at_work() or robot.process.poll() is not None, lambda: "no server of rsync was started", 60)
        assert robot.process.poll() is None, robot.console
        robot.process.send_signal(signal.SIGKILL)
        assert robot.nothing_is_left(traces)
