"""Stepping needs no privileges, and takes none away from who has them."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from programs import Copier, each_copier
from stage_play import LIMIT, Play

from ContentionLibrary.processes.channel import Channel
from ContentionLibrary.processes.launching import command
from ContentionLibrary.stepping.control import Controlled, Exit, Hold
from ContentionLibrary.stepping.limits import Resource
from ContentionLibrary.stepping.plan import Plan, Scope, Stop

NOBODY = 65534
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become another user")


@contextmanager
def running_as(user: int, play: Play, words: list[str], plan: Plan) -> Iterator[Controlled]:
    """Run a program under a supervisor of another user."""
    for path in (play.stage.parent.parent, play.stage.parent, play.logs.parent):
        path.chmod(0o755)
    for path in (play.stage, play.source, play.destination.parent, play.logs):
        os.chown(path, user, user)
    (play.logs / "errors").unlink(missing_ok=True)
    ours, theirs = socket.socketpair()
    sys.path.insert(0, str(Path(__file__).parent))
    request = play.request(tuple(words), plan)
    supervisor = subprocess.Popen(
        command("lone_supervisor", theirs.fileno(), user, json.dumps(request)),
        pass_fds=[theirs.fileno()],
        cwd="/",
    )
    theirs.close()
    try:
        yield Controlled(Channel(ours), tuple(words))
    finally:
        ours.close()
        assert supervisor.wait(LIMIT) is not None


@needs_root
@each_copier("cp", "dd", "rsync", "busybox")
def test_steps_programs_of_an_ordinary_user(play: Play, copier: Copier) -> None:
    words = copier.command_for(play.source, play.destination)
    expected = play.run(*words, plan=Plan()).steps
    play.reset()
    steps = []
    with running_as(NOBODY, play, words, Plan(Stop.EVERYWHERE)) as controlled:
        while isinstance(happened := controlled.wait(LIMIT), Hold):
            steps.append(happened.step)
            assert happened.settled
            controlled.release(happened)
        assert isinstance(happened, Exit)
        assert happened.code == 0, play.errors()
        controlled.finish()
    assert steps == expected
    assert controlled.limitations == []
    assert play.destination.stat().st_uid == NOBODY
    assert play.is_whole()


@needs_root
def test_kills_a_held_program_of_an_ordinary_user(play: Play) -> None:
    with running_as(NOBODY, play, ["cp", str(play.source), str(play.destination)], Plan(Stop.EVERYWHERE)) as controlled:
        assert isinstance(controlled.wait(LIMIT), Hold)
        controlled.kill(Scope.TREE)
        happened = controlled.wait(LIMIT)
        assert isinstance(happened, Exit)
        assert happened.signal == 9


@needs_root
def test_a_program_that_hides_is_told_as_a_limitation(play: Play) -> None:
    code = """
import ctypes, sys
ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE: nobody but root may look into it from now on
open(sys.argv[1], 'wb').close()
"""
    python = shutil.which("python3", path="/usr/bin:/bin")
    if python is None:
        pytest.skip("needs a python3 that every user may run")
    words = [python, "-I", "-S", "-c", code, str(play.destination)]
    with running_as(NOBODY, play, words, Plan(Stop.EVERYWHERE)) as controlled:
        happened = controlled.wait(LIMIT)
        assert isinstance(happened, Exit)
        assert happened.code == 0
        controlled.finish()
    assert ["does not let itself be looked into" in one for one in controlled.limitations] == [True]


def no_new_privileges(status: str) -> bool:
    (line,) = [line for line in status.splitlines() if line.startswith("NoNewPrivs:")]
    return line.split()[1] == "1"


@needs_root
@pytest.mark.parametrize(("limited", "said"), [(False, ""), (True, "fork")], ids=["free", "limited"])
def test_an_ordinary_user_may_be_kept_from_starting_processes(play: Play, limited: bool, said: str) -> None:
    words = ["sh", "-c", ': > "$1"; /bin/true; echo afterwards', "sh", str(play.destination)]
    with running_as(NOBODY, play, words, Plan(Stop.FIRST)) as controlled:
        hold = controlled.wait(LIMIT)
        assert isinstance(hold, Hold)
        if limited:
            controlled.allow_no_more(Resource.PROCESSES)
        controlled.release(hold)
        happened = controlled.wait(LIMIT)
        assert isinstance(happened, Exit)
        controlled.finish()
    assert (happened.code == 0, said in play.errors()) == (not limited, True), play.errors()


@needs_root
def test_root_keeps_the_right_to_start_programs_of_other_users(play: Play) -> None:
    output = play.logs / "status"
    play.run("cat", "/proc/self/status", output=str(output))
    assert not no_new_privileges(output.read_text())


@needs_root
def test_an_ordinary_user_gives_it_up_as_the_kernel_demands(play: Play) -> None:
    words = ["cp", "/proc/self/status", str(play.destination)]
    with running_as(NOBODY, play, words, Plan()) as controlled:
        assert isinstance(controlled.wait(LIMIT), Exit)
        controlled.finish()
    assert no_new_privileges(play.destination.read_text())


@needs_root
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv is not installed")
def test_steps_a_program_that_changes_its_user(make_play: Callable[..., Play]) -> None:
    play = make_play()
    play.destination.parent.chmod(0o777)
    for path in (play.stage.parent.parent, play.stage.parent, play.stage):
        path.chmod(0o755)
    change = ("setpriv", f"--reuid={NOBODY}", "--clear-groups")
    ran = play.run(*change, "cp", str(play.source), str(play.destination))
    assert ran.exit.code == 0, ran.errors
    assert play.destination.stat().st_uid == NOBODY
    assert ran.steps[0] == "create the destination"
    assert ran.limitations == []


@needs_root
@each_copier("cp", "dd", "rsync")
def test_counts_what_programs_of_an_ordinary_user_have_moved(play: Play, copier: Copier) -> None:
    """A helper that the program has waited for counts; a quarter may have been moved by us in its place."""
    words = copier.command_for(play.source, play.destination)
    size = play.source.stat().st_size
    with running_as(NOBODY, play, words, Plan()) as controlled:
        happened = controlled.wait(LIMIT)
        assert isinstance(happened, Exit)
        assert happened.code == 0, play.errors()
        controlled.finish()
    assert 3 / 4 * size <= happened.written < 3 * size
    assert 3 / 4 * size <= happened.read < 3 * size
    assert 0 < happened.processor < happened.ended - happened.began
