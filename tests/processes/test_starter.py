"""A starter starts children quickly and cleanly, and tells truly how they ended."""

import os
import resource
import signal
import subprocess
import sys
import time

import pytest
from looking_around import gone, left_in, until, zombies_below

from ContentionLibrary.errors import HarnessError, SystemTrouble
from ContentionLibrary.processes import starter as starting
from ContentionLibrary.processes.channel import ChannelClosed
from ContentionLibrary.processes.clean import clean_abandoned
from ContentionLibrary.processes.link_portable import PortableLink
from ContentionLibrary.processes.link_posix import PosixLink
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.processes.workspace import open_workspace

ROLE = "roles_for_tests"
both = pytest.mark.parametrize("starter", [PosixLink, PortableLink], indirect=True)


def ask(child, **order):
    child.channel.send(order)
    return child.receive(10)


@both
def test_a_child_plays_its_role_with_what_was_asked(starter):
    child = starter.start(ROLE, {"value": "é\udcff"})
    told = ask(child, do="tell")
    assert told["pid"] == child.pid
    assert told["value"] == "é\udcff"
    assert told["signals"] == ["0", "0", "0"]  # the default of the system
    assert told["output"].startswith(str(starter.workspace.log))


def test_a_child_inherits_nothing_from_its_siblings_or_the_starter(starter):
    first, *_, last = [starter.start(ROLE) for _ in range(5)]
    one, other = ask(first, do="tell"), ask(last, do="tell")
    assert other["group"] == other["pid"] != one["group"]
    # 0, 1, 2, the channel, and the one by which the directory of descriptors is read
    assert len(other["descriptors"]) == 5


@both
def test_what_a_role_did_not_expect_is_an_error_of_the_harness(starter):
    child = starter.start(ROLE)
    with pytest.raises(HarnessError, match="ValueError: this was not expected"):
        ask(child, do="break")
    assert starter.ending(child) == 1
    assert "ValueError: this was not expected" in (starter.workspace.log / "starter.log").read_text()


@both
def test_the_end_of_a_child_is_told_truly(starter):
    child = starter.start(ROLE)
    assert starter.ending(child, 0) is None
    child.channel.send({"do": "exit", "code": 7})
    with pytest.raises(ChannelClosed):
        child.receive(10)
    assert starter.ending(child) == 7
    other = starter.start(ROLE)
    starter.kill(other)
    assert starter.ending(other) == -signal.SIGKILL
    starter.kill(other)  # once more is no harm


@both
def test_a_role_that_does_not_exist_is_an_error_that_names_it(starter):
    child = starter.start("no_such_role")
    with pytest.raises(HarnessError, match="no_such_role"):
        child.receive(10)


def test_a_role_that_cannot_be_imported_ahead_is_told_at_once(root):
    workspace, ledger = open_workspace("scenario")
    with pytest.raises(HarnessError, match="no_such_role"):
        Starter(workspace, ledger, ["no_such_role"])
    assert until(lambda: left_in(root) == [])


def test_a_starter_that_does_not_come_up_in_time_is_told_as_that_and_ended(root, tmp_path_factory, monkeypatch):
    roles = tmp_path_factory.mktemp("roles")
    (roles / "slow_role.py").write_text("import time; time.sleep(60)")
    monkeypatch.syspath_prepend(roles)
    monkeypatch.setattr(starting, "_ANSWER", 0.3)
    monkeypatch.setattr(starting, "_FIRST_ANSWER", 0.3)
    workspace, ledger = open_workspace("scenario")
    with pytest.raises(HarnessError, match="did not answer within"):
        Starter(workspace, ledger, ["slow_role"])
    assert left_in(root) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is shared where nothing is forked")
def test_what_a_role_prepares_is_prepared_once_for_all_children(root):
    workspace, ledger = open_workspace("scenario")
    with Starter(workspace, ledger, [ROLE]) as starter:
        for _ in range(2):
            child = starter.start(ROLE)
            child.channel.send({"do": "tell"})
            assert child.receive(10)["prepared by"] == [starter.pid]


@both
def test_a_normal_end_has_no_survivors_and_leaves_nothing(starter, root):
    children = [starter.start(ROLE) for _ in range(3)]
    began = time.monotonic()
    farewell = starter.stop()
    assert time.monotonic() - began < 0.9  # it did not wait for the whole time of grace
    assert farewell.survivors == ()
    assert farewell.troubles == ()
    assert all(gone(child.pid) for child in children)
    assert left_in(root) == []
    assert starter.stop() is farewell
    with pytest.raises(HarnessError, match="stopped"):
        starter.start(ROLE)


HIDING = ["child", "own session", "orphan", "daemon"]


@both
@pytest.mark.parametrize("how", HIDING)
def test_what_a_child_left_running_is_ended_and_reported(starter, root, how):
    left = ask(starter.start(ROLE), do="leave behind", how=how)["pid"]
    assert until(lambda: not gone(left))
    farewell = starter.stop(grace=0.1)
    assert gone(left)
    assert [survivor for survivor in farewell.survivors if f"{left} sleep 1000" in survivor]
    assert left_in(root) == []


def test_even_a_daemon_that_has_forgotten_its_environment_is_ended(starter):
    left = ask(starter.start(ROLE), do="leave behind", how="daemon without token")["pid"]
    farewell = starter.stop(grace=0.1)
    assert gone(left)
    assert len(farewell.survivors) == 1


@both
def test_an_answer_that_nobody_heard_is_not_taken_for_the_farewell(starter, root):
    """A signal may break off a question before its answer is heard."""
    child = starter.start(ROLE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(starter._link), "hear", lambda link, timeout: None)
        assert starter._link.exchange({"do": "kill", "pid": child.pid}, 10) is None
    assert starter.stop().troubles == ()
    assert left_in(root) == []


@both
def test_a_child_that_listens_to_nobody_is_killed_and_reported_by_its_role(starter):
    stubborn = ask(starter.start(ROLE), do="be stubborn")["pid"]
    farewell = starter.stop(grace=0.1)
    assert gone(stubborn)
    assert any(str(stubborn) in survivor for survivor in farewell.survivors)


def test_adopted_zombies_are_reaped(starter):
    left = ask(starter.start(ROLE), do="leave behind", how="orphan")["pid"]
    os.kill(left, signal.SIGKILL)
    assert until(lambda: gone(left) and zombies_below(starter.pid) == [])


@both
def test_signals_that_everybody_gets_do_not_end_the_one_who_cleans_up(starter):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(starter.pid, number)
    assert ask(starter.start(ROLE), do="tell")["value"] is None


@both
def test_a_lost_starter_is_an_error_and_yet_nothing_stays(starter, root):
    child = starter.start(ROLE)
    left = ask(child, do="leave behind", how="daemon")["pid"]
    os.kill(starter.pid, signal.SIGKILL)
    with pytest.raises(HarnessError, match="gone"):
        until(lambda: starter.start(ROLE) is None)
    with pytest.raises(HarnessError, match="lost"):
        starter.stop()
    assert gone(left)
    assert until(lambda: gone(child.pid))  # nobody speaks to it any more, so it ends by itself
    assert left_in(root) == []


def test_cleaning_leaves_alone_what_a_starter_still_watches(starter):
    assert [line for line in clean_abandoned() if str(starter.workspace.path) in line and "left alone" in line]
    assert starter.workspace.stage.is_dir()


def test_two_starters_side_by_side_end_only_their_own(root):
    (one, one_ledger), (other, other_ledger) = open_workspace("same"), open_workspace("same")
    first, second = Starter(one, one_ledger, [ROLE]), Starter(other, other_ledger, [ROLE])
    theirs = ask(second.start(ROLE), do="leave behind", how="daemon")["pid"]
    ask(first.start(ROLE), do="leave behind", how="daemon")
    first.stop(grace=0.1)
    assert not gone(theirs)
    assert other.stage.is_dir()
    second.stop(grace=0.1)
    assert gone(theirs)
    assert left_in(root) == []


def test_a_system_that_can_start_no_more_processes_is_the_systems_trouble(starter, monkeypatch):
    if os.geteuid() == 0:
        pytest.skip("root is not bound by this limit")
    resource.prlimit(starter.pid, resource.RLIMIT_NPROC, (1, 1))
    with pytest.raises(SystemTrouble):
        starter.start(ROLE)


def test_worker_side_modules_import_neither_robot_nor_psutil_nor_yaml(starter):
    code = (
        "import sys, ContentionLibrary.processes.starter_posix, ContentionLibrary.competitors.worker;"
        "print([name for name in ('robot', 'psutil', 'yaml', 'argparse', 'subprocess') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.stdout.strip() == "['subprocess']"
