"""Every way to read the source is seen where the plan asks for reads; of what is not seen it is told that it was not."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest
from programs import PYTHON
from stage_play import Play, Ran

from ContentionLibrary.stepping.plan import Plan, Stop

HALF = "read the source from 2/4 on"
MAP = "map the source into memory"
PUBLISH = "part = os.open(target + '.part', os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)\n{0}\nos.rename(target + '.part', target)\n"
HEAD = """
import mmap, os, sys
target, spool = sys.argv[2:4]
source = os.open(sys.argv[1], os.O_RDONLY)
size = os.fstat(source).st_size
"""
SPOOL = "kept = os.open(spool, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o644)\n"
TO_SPOOL = {
    "sendfile to memory": "kept = os.memfd_create('m')\nwhile os.sendfile(kept, source, None, 1 << 30): pass\n",
    "sendfile": SPOOL + "while os.sendfile(kept, source, None, 1 << 30): pass\n",
    "copy_file_range": SPOOL + "while os.copy_file_range(source, kept, 1 << 30): pass\n",
    "splice": SPOOL + "r, w = os.pipe()\nwhile n := os.splice(source, w, 1 << 16): os.splice(r, kept, n)\n",
}
FROM_SPOOL = PUBLISH.format("os.lseek(kept, 0, 0)\nwhile os.sendfile(part, kept, None, 1 << 30): pass")
KINDS = {"shared": "mmap.MAP_SHARED", "private": "mmap.MAP_PRIVATE"}
FROM_MAP = "data = mmap.mmap(source, size, {0}, mmap.PROT_READ)\n" + PUBLISH.format("os.write(part, data)")
READS = Plan(Stop.EVERYWHERE, with_reads=True)


def run(play: Play, code: str, plan: Plan = READS) -> Ran:
    spool = Path(f"{play.stage}-spool")
    try:
        ran = play.run(*PYTHON, "-c", HEAD + code, str(play.source), str(play.destination), str(spool), plan=plan)
    finally:
        spool.unlink(missing_ok=True)
    assert ran.exit.code == 0, ran.errors
    assert play.is_whole()
    return ran


@pytest.mark.parametrize("how", TO_SPOOL)
def test_data_that_leave_the_stage_are_read(play: Play, how: str) -> None:
    ran = run(play, TO_SPOOL[how] + FROM_SPOOL)
    assert "read the first bytes of the source" in ran.steps
    assert HALF in [hold.step for hold in ran.holds]
    assert ran.steps.index(HALF) < ran.steps.index("create the temporary file")
    assert (ran.limitations, ran.exit.unread) == ([], False)
    play.reset()
    assert run(play, TO_SPOOL[how] + FROM_SPOOL, Plan(with_reads=True)).steps == ran.steps
    play.reset()
    assert not [step for step in run(play, TO_SPOOL[how] + FROM_SPOOL, Plan()).steps if "source" in step]


@pytest.mark.parametrize("kind", KINDS)
def test_mapping_the_source_is_a_step_and_a_limitation(play: Play, kind: str) -> None:
    code = FROM_MAP.format(KINDS[kind])
    ran = run(play, code)
    assert MAP in [hold.step for hold in ran.holds]
    assert ["mapped into memory" in what for what in ran.limitations] == [True]
    assert not ran.exit.unread
    play.reset()
    unasked = run(play, code, Plan(Stop.EVERYWHERE))
    assert MAP not in unasked.steps
    assert unasked.limitations == []


@pytest.mark.parametrize(
    "code",
    [
        PUBLISH.format("os.write(part, os.read(source, size))"),
        PUBLISH.format("while os.sendfile(part, source, None, size): pass"),
        PUBLISH.format("while os.copy_file_range(source, part, size): pass"),
        "os.link(sys.argv[1], target)",
        "os.symlink(sys.argv[1], target)",
    ],
    ids=["read", "sendfile", "copy_file_range", "link", "symlink"],
)
def test_who_reads_the_source_is_seen_to(play: Play, code: str) -> None:
    ran = run(play, code)
    assert not ran.exit.unread
    assert ran.limitations == []


def test_who_is_not_seen_to_read_the_source_is_told(play: Play) -> None:
    """Another name of the source, off the stage, is one of the ways that nobody sees."""
    other = Path(f"{play.stage}-other")
    other.hardlink_to(play.source)
    try:
        ran = run(play, PUBLISH.format(f"os.write(part, os.read(os.open({str(other)!r}, os.O_RDONLY), size))"))
    finally:
        other.unlink()
    assert ran.exit.unread
    assert not run(play, PUBLISH.format("os.write(part, os.read(source, size))"), Plan()).exit.unread


def test_moving_the_source_is_reading_it(play: Play) -> None:
    before = play.source.read_bytes()
    ran = play.run("mv", str(play.source), str(play.destination), plan=READS)
    assert play.destination.read_bytes() == before
    assert not ran.exit.unread


FILL = "os.write(part, os.read(source, size))"


@pytest.mark.parametrize(
    ("code", "unseen"),
    [
        (PUBLISH.format(FILL), False),
        (PUBLISH.format("while os.copy_file_range(source, part, size): pass"), False),
        ("os.link(sys.argv[1], target)", False),
        ("os.rename(sys.argv[1], target); os.link(target, sys.argv[1])", False),
        (SPOOL + "os.write(kept, os.read(source, size)); os.rename(spool, target)", False),
        ("import subprocess; subprocess.run(['cp', sys.argv[1], target], check=True)", False),
        (PUBLISH.format("os.close(os.open(target + '.lock', os.O_CREAT))\nhand_over(part)"), True),
        (PUBLISH.format("os.write(os.open(target + '.lock', os.O_CREAT | os.O_WRONLY), b'me')\nhand_over(part)"), True),
    ],
    ids=["write", "copy_file_range", "link", "rename", "from elsewhere", "helper", "somebody else", "who is told of"],
)
def test_who_brings_no_data_is_told(play: Play, tmp_path: Path, code: str, unseen: bool) -> None:
    """A program outside of the copier's tree, to which it hands the open file, does the work."""
    meeting = tmp_path / "meeting"
    hand_over = (
        "import socket\ndef hand_over(fd):\n with socket.socket(socket.AF_UNIX) as daemon:\n"
        f"  daemon.connect({str(meeting)!r}); socket.send_fds(daemon, [b'1'], [source, fd]); daemon.recv(1)\n"
    )
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(meeting))
        listening.listen()
        daemon = threading.Thread(target=serve, args=(listening,), daemon=True)
        daemon.start()
        ran = run(play, hand_over + code, Plan(Stop.EVERYWHERE))
        listening.shutdown(socket.SHUT_RDWR)
        daemon.join()
    assert ran.exit.unseen is unseen
    play.reset()
    assert not play.run("true", plan=Plan(with_data=False)).exit.unseen


def serve(listening: socket.socket) -> None:
    """Copy what is asked for, once."""
    try:
        client, _ = listening.accept()
    except OSError:
        return  # nobody has asked
    with client:
        _, (source, target), _, _ = socket.recv_fds(client, 1, 2)
        os.write(target, os.read(source, 1 << 30))
        os.close(source)
        os.close(target)
        client.send(b"1")
