"""A held call can be made to fail: the program sees the errno and nothing has happened."""

from __future__ import annotations

import errno
import os
import shutil

import pytest
from programs import COPIERS, PYTHON
from stage_play import Play

from ContentionLibrary.stepping.control import Controlled, Hold
from ContentionLibrary.stepping.plan import Plan, Stop


def failing(play: Play, command: tuple[str, ...], step: str, number: int) -> tuple[int | None, str, list[str]]:
    """Run a program whose one step fails; return its exit code, its message, and the steps it came to."""

    def fail(controlled: Controlled, hold: Hold) -> bool:
        controlled.release(hold, number)
        return True

    ran = play.run(*command, plan=Plan(Stop.NAMED, (step,)), at_hold=fail)
    assert [hold.step for hold in ran.holds] == [step]
    return ran.exit.code, ran.errors, ran.steps


@pytest.mark.parametrize(
    ("step", "number", "words"),
    [
        ("create the destination", errno.ENOSPC, "cannot create regular file"),
        ("create the destination", errno.EMFILE, "cannot create regular file"),
        ("create the destination", errno.EROFS, "cannot create regular file"),
        ("write the first bytes of the destination", errno.ENOSPC, "error copying"),
        ("write the destination from 2/4 on", errno.ENOSPC, "error copying"),
        ("write the destination from 2/4 on", errno.EDQUOT, "error copying"),
        ("write the destination from 2/4 on", errno.EIO, "error copying"),
        ("write the destination from 2/4 on", errno.ESTALE, "error copying"),
        ("write the last bytes of the destination", errno.ENOTCONN, "error copying"),
        ("close the destination", errno.EDQUOT, "failed to close"),
    ],
)
def test_cp_tells_the_error(play: Play, step: str, number: int, words: str) -> None:
    code, message, _ = failing(play, ("cp", str(play.source), str(play.destination)), step, number)
    assert code == 1
    assert words in message
    assert os.strerror(number) in message


def test_an_error_in_the_middle_leaves_what_came_before(play: Play) -> None:
    failing(play, ("cp", str(play.source), str(play.destination)), "write the destination from 2/4 on", errno.ENOSPC)
    assert play.destination.read_bytes() == play.source.read_bytes()[: play.size // 2]


@pytest.mark.parametrize("bulk", ["clone the source into the destination", "write the first bytes of the destination"])
def test_cp_falls_back_where_a_fast_way_is_refused(play: Play, bulk: str) -> None:
    code, _, steps = failing(play, ("cp", str(play.source), str(play.destination)), bulk, errno.EOPNOTSUPP)
    assert code == 0
    assert play.is_whole()
    assert sum("from 3/4 on" in step for step in steps) == 1


def test_dd_and_mv_tell_the_error(play: Play) -> None:
    command = ("dd", "bs=64k", "conv=fsync", f"if={play.source}", f"of={play.destination}")
    code, message, _ = failing(play, command, "flush the destination to disk", errno.EIO)
    assert (code, "fsync failed" in message, "Input/output error" in message) == (1, True, True)
    other = play.destination.with_name("other")
    code, message, _ = failing(
        play, ("mv", str(play.destination), str(other)), "rename the destination to the temporary file", errno.EXDEV
    )
    assert code == 0, message  # mv copies then
    assert other.exists()
    code, message, _ = failing(play, ("rm", str(other)), "delete the temporary file", errno.EBUSY)
    assert code == 1
    assert "Device or resource busy" in message
    assert other.exists()


@pytest.mark.parametrize(
    ("step", "there"),
    [("write the destination from 2/4 on", 2 << 20), ("write the last bytes of the destination", (4 << 20) - 65536)],
)
def test_a_huge_write_fails_in_its_middle(play: Play, step: str, there: int) -> None:
    command = (*PYTHON, str(COPIERS / "one_write.py"), str(play.source), str(play.destination))
    code, message, _ = failing(play, command, step, errno.ENOSPC)
    assert code == 1
    assert "No space left on device" in message
    assert play.destination.stat().st_size == there


def test_a_huge_write_fails_at_its_first_byte(play: Play) -> None:
    command = (*PYTHON, str(COPIERS / "one_write.py"), str(play.source), str(play.destination))
    code, _, _ = failing(play, command, "write the first bytes of the destination", errno.ENOSPC)
    assert code == 1
    assert play.destination.stat().st_size == 0


@pytest.mark.skipif(shutil.which("rsync") is None, reason="rsync is not installed")
def test_rsync_cleans_up_after_an_error(play: Play) -> None:
    code, message, steps = failing(
        play,
        ("rsync", str(play.source), str(play.destination)),
        "write the temporary file from 3/4 on",
        errno.ENOSPC,
    )
    assert code == 11
    assert "No space left on device" in message
    assert steps[-1] == "delete the temporary file"
    assert list(play.destination.parent.iterdir()) == []


def test_an_interrupted_call_is_tried_again(play: Play) -> None:
    command = ("dd", "bs=64k", f"if={play.source}", f"of={play.destination}")
    code, _, _ = failing(play, command, "write the destination from 2/4 on", errno.EINTR)
    assert code == 0
    assert play.is_whole()


def test_a_limit_of_file_size_holds_for_what_is_stepped(play: Play) -> None:
    limited = f"ulimit -f {play.size // 1024 // 2}; trap '' XFSZ; exec cp {play.source} {play.destination}"
    ran = play.run("sh", "-c", limited)
    assert ran.exit.code == 1
    assert "File too large" in ran.errors
    assert play.destination.stat().st_size <= play.size // 2


STUBBORN = """
import os, sys
def again(call, *arguments):
    while True:
        try:
            return call(*arguments)
        except OSError:
            pass
target = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT)
data = open(sys.argv[1], "rb").read()
while data:
    data = data[again(os.write, target, data):]
again(os.fsync, target)
"""


@pytest.mark.parametrize("step", ["write the first bytes of the destination", "flush the destination to disk"])
def test_a_call_that_failed_and_comes_again_is_a_step_again(play: Play, step: str) -> None:
    """So a disk that is full can stay full for a program that tries at once again."""
    failures = [step, f"{step} #2", f"{step} #3"]

    def fail(controlled: Controlled, hold: Hold) -> bool:
        controlled.release(hold, errno.ENOSPC if hold.step in failures else None)
        return True

    command = (*PYTHON, "-c", STUBBORN, str(play.source), str(play.destination))
    ran = play.run(*command, plan=Plan(Stop.EVERYWHERE), at_hold=fail)
    assert [name for name in ran.steps if name.startswith(step)] == [*failures, f"{step} #4"]
    assert ran.exit.code == 0
    assert play.is_whole()
