"""A program can be given another account, an umask and a terminal, and is stepped all the same."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from stage_play import Play, Ran, wait_until

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.history.copies import Way
from ContentionLibrary.stepping.control import Exit, Hold
from ContentionLibrary.stepping.plan import Plan, Stop
from ContentionLibrary.stepping.standing import Account, Standing

SOMEBODY = Account(61180, 61180, (61181,))
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become another user")


def open_to_all(play: Play) -> None:
    for path in (play.stage.parent.parent, play.stage.parent, play.stage):
        path.chmod(0o755)
    play.destination.parent.chmod(0o777)


def run_shell(play: Play, script: str, standing: Standing) -> Ran:
    return play.run("sh", "-c", script, plan=Plan(), standing=standing)


def test_a_terminal_is_there_and_whoever_sits_at_it_says_no(play: Play) -> None:
    script = 'test -t 0 && test -t 2 && read -r answer && printf "who? %s, %s" "$answer" "$TERM" > /dev/tty'
    ran = run_shell(play, script, Standing(0o022, True))
    assert ran.exit.code == 0, ran.errors
    assert ran.errors == "who? n, "  # the environment is the scenario's to give


def test_a_program_that_asks_for_ever_at_its_terminal_gets_no_more_than_noes(play: Play) -> None:
    with play.running(
        "sh", "-c", "while read -r word; do echo $word; done", standing=Standing(0o022, True)
    ) as controlled:
        assert controlled.wait(0.3) is None  # it waits for another answer, as it would for a person
        assert wait_until(lambda: play.errors() == "n\n" * 16)
        controlled.kill()
        assert isinstance(controlled.wait(5.0), Exit)


def test_a_service_has_no_terminal_and_leads_a_session(play: Play) -> None:
    script = 'test ! -t 0 && ! (: < /dev/tty) 2> /dev/null && test "$(ps -o sid= -p $$ | tr -d " ")" = $$ && umask'
    output = play.logs / "output"
    ran = play.run("sh", "-c", script, plan=Plan(), output=str(output), standing=Standing(0o077, False))
    assert ran.exit.code == 0, ran.errors
    assert output.read_text().strip() == "0077"


def test_what_is_said_at_a_terminal_last_is_kept_however_much_it_is(play: Play) -> None:
    ran = run_shell(play, "i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i + 1)); done", Standing(0o022, True))
    assert ran.errors.splitlines()[-1] == "line 2999"
    assert len(ran.errors.splitlines()) == 3000


def test_a_program_at_a_terminal_takes_the_same_steps(play: Play) -> None:
    words = ("cp", str(play.source), str(play.destination))
    expected = play.run(*words, plan=Plan()).steps
    play.reset()
    ran = play.run(*words, plan=Plan(Stop.EVERYWHERE), standing=Standing(0o077, True))
    assert ran.steps == expected
    assert play.is_whole()
    assert play.destination.stat().st_mode & 0o777 == 0o600


def test_a_program_in_a_hold_at_a_terminal_can_be_killed(play: Play) -> None:
    words = ("cp", str(play.source), str(play.destination))
    with play.running(*words, standing=Standing(0o077, True)) as controlled:
        assert isinstance(controlled.wait(5.0), Hold)
        controlled.kill()
        ended = controlled.wait(5.0)
        assert isinstance(ended, Exit)
        assert ended.signal == 9


@needs_root
def test_another_account_owns_what_it_makes_and_is_held_at_each_step(play: Play) -> None:
    open_to_all(play)
    words = ("cp", str(play.source), str(play.destination))
    seen = set()
    ran = play.run(
        *words,
        standing=Standing(0o077, False, SOMEBODY),
        at_hold=lambda _, hold: seen.add(Path(f"/proc/{hold.pid}").stat().st_uid),
    )
    assert ran.exit.code == 0, ran.errors
    assert seen == {SOMEBODY.user}
    assert play.is_whole()
    status = play.destination.stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o777) == (SOMEBODY.user, SOMEBODY.group, 0o600)


@needs_root
def test_another_account_cannot_read_what_is_ours(play: Play) -> None:
    open_to_all(play)
    play.source.chmod(0o600)
    ran = play.run("cat", str(play.source), plan=Plan(), standing=Standing(0o077, False, SOMEBODY))
    assert ran.exit.code == 1
    assert "Permission denied" in ran.errors


@needs_root
def test_its_program_may_lie_in_a_closed_directory_and_nothing_else_there_can_be_read(
    make_play: Callable[..., Play],
) -> None:
    play = make_play()
    open_to_all(play)
    closed = play.logs / "closed"
    program, secret = closed / "deep" / "program.py", closed / "secret"
    program.parent.mkdir(parents=True)
    program.write_text("import os, sys; print(os.getuid(), open(sys.argv[1]).read())")
    secret.write_text("secret")
    closed.chmod(0o700)
    needed = (sys.executable, sys.prefix, sys.base_prefix, str(program))
    output = play.logs / "output"
    standing = Standing(0o077, False, SOMEBODY, needed)
    words = (sys.executable, "-I", "-S", str(program))
    ran = play.run(*words, str(program), plan=Plan(), output=str(output), standing=standing)
    assert ran.exit.code == 0, ran.errors
    assert output.read_text().startswith(f"{SOMEBODY.user} import os")
    denied = play.run(*words, str(secret), plan=Plan(), output=str(output), standing=standing)
    assert denied.exit.code == 1
    assert "No such file" in denied.errors or "Permission denied" in denied.errors
    assert closed.stat().st_mode & 0o777 == 0o700
    assert str(closed) not in Path("/proc/self/mountinfo").read_text()


@needs_root
def test_another_account_dies_with_its_supervisor(play: Play) -> None:
    open_to_all(play)
    with play.running("sleep", "60", plan=Plan(), standing=Standing(0o077, False, SOMEBODY)) as controlled:
        assert wait_until(lambda: controlled.wait(0.1) is None and controlled.pid is not None)
        pid = controlled.pid
        controlled.abandon()
        assert wait_until(lambda: not Path(f"/proc/{pid}").exists())


def test_an_ordinary_user_cannot_become_another(play: Play) -> None:
    if os.geteuid() == 0:
        pytest.skip("root can")
    with pytest.raises(Exception, match="only root may start programs as another user"):
        play.run("true", standing=Standing(0o022, False, SOMEBODY))


def test_without_exact_stepping_it_is_said_that_it_cannot_be_done(make_play: Callable[..., Play]) -> None:
    play = make_play(way=Way.SAMPLED)
    with pytest.raises(NotPossibleHere, match="held exactly"):
        play.run("true", plan=Plan(), standing=Standing(0o022, True))
