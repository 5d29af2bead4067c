"""However a scenario ends, and whoever ends it, no process, no file and no lock is left."""

import os
import re
import signal
import tempfile
from pathlib import Path

import pytest

from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.cli.catalogue import CATALOGUE
from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.scenario.file_systems import another_file_system
from tests.scenarios.remains import NOBODY, Robot, python_for, stop_at_work
from tests.scenarios.robots import SCENARIOS, SUITES, command, verdicts_in

IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
AS_NOBODY = (
    pytest.mark.skipif(not IS_ROOT, reason="only root can become another user"),
    pytest.mark.skipif(IS_ROOT and python_for(NOBODY) is None, reason="no Python with Robot that nobody can run"),
)
USERS = [pytest.param(None, id="as ourselves"), pytest.param(NOBODY, id="as nobody", marks=AS_NOBODY)]
OF_NOBODY = (
    "RDW-001",
    "SAP-001",
    "CV-002",
    "DSC-002",
    "FRS-002",
    "LSS-001",
    "CPS-002",
    "RLB-001",
    "WSS-002",
)
"""Where an ordinary user has other means than root: namespaces, stages, servers and accounts; and one of each other kind."""
PATIENT = "faulty/waits-for-ever"
COPIERS = {"RDW-003": PATIENT, "AOV-002": "good/several", "DSC-001": "good/several"}
"""Where nobody is held a careful copier is over at once, and one that waits for the reader is still there; three destinations
need a copier that takes them."""


@pytest.fixture
def home():
    """A directory into which other users may go; the test runner's own are closed to them."""
    with tempfile.TemporaryDirectory(prefix="h-") as directory:
        path = Path(directory)
        path.chmod(0o755)
        yield path


def start(home, scenario, user, *, copier=None, name=""):
    place = home / (name or scenario)  # short: servers keep sockets below it
    copier = copier or COPIERS.get(scenario, "good/simple")
    if copier == PATIENT:  # it must still wait when its end comes, however slow the machine
        profile = (SUITES.parent / "variables" / "copiers" / f"{copier}.yaml").read_text()
        copier = str(home / "patient.yaml")
        Path(copier).write_text(re.sub("time_limit: .*", "time_limit: 60 s", profile))
    words = command(place / "out", copier, scenario)
    return Robot(place, words[1:], user)


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize(("copier", "code"), [("good/simple", 0), ("cp", 2), ("mv", 1)])
def test_after_an_ordinary_end(home, copier, code, user):
    robot = Robot(home, command(home / "out", copier, "DDO-002", "RDW-003")[1:], user)
    traces = robot.wait_for_copiers()
    assert robot.process.wait(60) == code, robot.console
    assert robot.nothing_is_left(traces)
    assert set(verdicts_in(robot.output)) == {"DDO-002", "RDW-003"}


ENDED = [(scenario, None) for scenario in SCENARIOS] + [(scenario, NOBODY) for scenario in OF_NOBODY]


@pytest.mark.parametrize(
    ("scenario", "user"),
    [pytest.param(*row, marks=AS_NOBODY if row[1] else (), id=f"{row[0]} {row[1] or ''}".strip()) for row in ENDED],
)
def test_after_an_end_in_the_middle(home, scenario, user):
    """Three Robots side by side: one gets Ctrl-C, one is asked to end, one is killed."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
    robots = [start(home, scenario, user, name=number.name) for number in numbers]
    stop_at_work(robots)
    traces = []
    for number, robot in zip(numbers, robots, strict=True):
        traces.append(robot.wait_for_copiers())
        robot.process.send_signal(number)
        robot.process.send_signal(signal.SIGCONT)
    for number, robot, trace in zip(numbers, robots, traces, strict=True):
        assert robot.nothing_is_left(trace)
        assert "Traceback" not in robot.console
        verdicts = verdicts_in(robot.output)
        if number is signal.SIGKILL:
            assert (robot.process.returncode, verdicts) == (-number, {})
        else:
            assert verdicts[scenario].verdict is Verdict.HARNESS_ERROR, verdicts[scenario].reason
            assert "Execution terminated by signal" in verdicts[scenario].reason
            assert verdicts[scenario].findings == ()


def is_there_another_file_system():
    try:
        return bool(another_file_system(Path(tempfile.gettempdir())))
    except NotPossibleHere:
        return False


@pytest.mark.skipif(not is_there_another_file_system(), reason="there is one file system only")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_source_elsewhere_is_removed_too(home, number):
    robot = start(home, "DDO-001", None, copier="mv")
    traces = robot.wait_for_copiers()
    elsewhere = [place for place in traces.places if not place.startswith(str(robot.temporary))]
    assert elsewhere
    robot.process.send_signal(number)
    assert robot.nothing_is_left(traces)


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_after_the_end_of_pabot(home, number, user):
    """pabot leaves its Robots running when it is terminated, and of course when it is killed."""
    python = python_for(user)
    words = ["-m", "pabot.pabot", "--no-pabotlib", "--processes", "2"]
    words += ["--command", python, "-m", "robot", "--end-command", "--outputdir", str(home / "out")]
    words += ["--variable", "COPIER:good/simple", "--variable", "SIZE:quick", str(SUITES / "FileBlocking")]
    robot = Robot(home, words, user)
    traces = robot.wait_for_copiers(scenarios=2)
    robot.process.send_signal(number)
    robot.process.wait(20)
    assert robot.nothing_is_left(traces)
    assert len(verdicts_in_pabot(home)) < len(CATALOGUE["FileBlocking"]), "the Robots went on to their end"


def verdicts_in_pabot(home):
    return [path for path in (home / "out").rglob("verdict.json") if '"passed"' in path.read_text()]


def test_a_second_ctrl_c_leaves_nothing_either(home):
    robot = start(home, "DDO-003", None)
    traces = robot.wait_for_copiers()
    robot.process.send_signal(signal.SIGINT)
    robot.process.send_signal(signal.SIGINT)
    assert robot.nothing_is_left(traces)


def test_the_whole_session_is_killed_as_a_terminal_does(home):
    """Closing a terminal hits every process of its group at once; ours that clean up are in groups of their own."""
    place = home / "RDW-002"
    launcher = "import os, sys; os.setsid(); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    words = command(place / "out", "good/simple", "RDW-002")
    robot = Robot(place, ["-c", launcher, *words[1:]])
    traces = robot.wait_for_copiers()
    os.killpg(robot.process.pid, signal.SIGKILL)
    assert robot.nothing_is_left(traces)
