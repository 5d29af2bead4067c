"""However Robot ends, no process and no directory of its scenario stays."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from looking_around import gone, is_root, left_in, until

from ContentionLibrary.processes.clean import clean_abandoned

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1]


class PretendedRobot:
    """A process that has started a scenario as Robot does."""

    def __init__(
        self, root, link="posix", masters=(), manner="obedient", *, python=sys.executable, checkout=PACKAGE, **how
    ):
        self.root = root
        masters = ",".join(str(each.pid) for each in masters)
        self.process = subprocess.Popen(
            [python, str(checkout / HERE.relative_to(PACKAGE) / "robot_for_tests.py"), link, masters, manner],
            stdout=subprocess.PIPE,
            text=True,
            cwd=root,
            env={"PATH": os.environ["PATH"], "TMPDIR": str(root), "PYTHONPATH": str(checkout)},
            **how,
        )
        path, *pids = self.process.stdout.readline().split()
        self.workspace = Path(path)
        self.pids = [int(pid) for pid in pids]
        assert len(self.pids) == 10
        assert not any(gone(pid) for pid in self.pids)

    def nothing_is_left(self):
        assert until(lambda: all(gone(pid) for pid in self.pids)), [pid for pid in self.pids if not gone(pid)]
        assert until(lambda: left_in(self.root) == []), left_in(self.root)
        self.process.communicate(timeout=10)
        return True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()  # if the test has failed: its starter ends the rest
        self.process.communicate()


@pytest.mark.parametrize("link", ["posix", "portable"])
def test_robot_is_killed(root, link):
    with PretendedRobot(root, link) as robot:
        robot.process.kill()
        assert robot.nothing_is_left()


def test_robot_is_killed_with_its_whole_process_group(root):
    with PretendedRobot(root, start_new_session=True) as robot:
        os.killpg(robot.process.pid, signal.SIGKILL)
        assert robot.nothing_is_left()


@pytest.mark.parametrize("manner", ["obedient", "stubborn"])
@pytest.mark.parametrize("link", ["posix", "portable"])
def test_the_process_is_gone_that_robot_must_not_outlive(root, link, manner):
    pabot = subprocess.Popen(["sleep", "1000"])
    with PretendedRobot(root, link, masters=[pabot], manner=manner) as robot:
        assert robot.process.poll() is None
        pabot.kill()
        pabot.wait()
        assert robot.nothing_is_left()
    assert robot.process.returncode == (-signal.SIGTERM if manner == "obedient" else -signal.SIGKILL)


@pytest.mark.parametrize("link", ["posix", "portable"])
def test_the_outermost_is_gone_and_takes_all_below_it_along(root, link):
    command, pabot = subprocess.Popen(["sleep", "1000"]), subprocess.Popen(["sleep", "1000"])
    with PretendedRobot(root, link, masters=[command, pabot]) as robot:
        command.kill()
        command.wait()
        assert pabot.wait(10) == -signal.SIGTERM
        assert robot.nothing_is_left()
    assert robot.process.returncode == -signal.SIGTERM


def test_the_starter_is_killed_first_and_then_cleaning_finds_everything(root):
    with PretendedRobot(root) as robot:
        os.kill(robot.pids[0], signal.SIGKILL)
        robot.process.kill()
        robot.process.wait()
        assert until(lambda: gone(robot.pids[0]))  # a kill is only asked for: the process may still be ending
        told = clean_abandoned()
        assert f"removed directory '{robot.workspace}'" in told
        assert robot.nothing_is_left()


def python_for_everybody():
    """A Python that an ordinary user can run; ours may lie in a home directory that others cannot enter."""
    for python in filter(None, (sys.executable, shutil.which("python3", path="/usr/bin:/usr/local/bin"))):
        code = "import sys; sys.exit(sys.version_info < (3, 11))"
        try:
            done = subprocess.run([python, "-c", code], user=65534, group=65534, extra_groups=[], cwd="/", check=False)
        except PermissionError:
            continue
        if done.returncode == 0:
            return python
    return None


@pytest.mark.skipif(not is_root, reason="we are an ordinary user already: the other tests show it")
@pytest.mark.parametrize("link", ["posix", "portable"])
def test_robot_of_an_ordinary_user_is_killed(link):
    python = python_for_everybody()
    if python is None:
        pytest.skip("no Python 3.11 that an ordinary user can run")
    with tempfile.TemporaryDirectory() as directory, tempfile.TemporaryDirectory() as checkout:
        os.chown(directory, 65534, 65534)
        for part in ("ContentionLibrary", "tests/processes"):  # our own checkout may be where no one else may look
            shutil.copytree(PACKAGE / part, Path(checkout, part), ignore=shutil.ignore_patterns("__pycache__"))
        Path(checkout).chmod(0o755)
        user = {"user": 65534, "group": 65534, "extra_groups": []}
        with PretendedRobot(Path(directory), link, python=python, checkout=Path(checkout), **user) as robot:
            assert robot.workspace.stat().st_uid == 65534
            robot.process.kill()
            assert robot.nothing_is_left()
