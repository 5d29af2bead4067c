"""One call that moves a whole file is divided at the quarters, and the program does not notice."""

from __future__ import annotations

import os
import shutil

import pytest
from programs import PYTHON
from stage_play import Play

from ContentionLibrary.stepping.control import Controlled, Hold
from ContentionLibrary.stepping.plan import Plan, Stop

QUARTER = "read the source from 1/4 on"
HALF = "read the source from 2/4 on"
READS = {
    "read": "data = os.read(source, size)",
    "pread": "data = os.pread(source, size - 1000, 1000); data = os.pread(source, 1000, 0) + data",
    "readv": "parts = bytearray(70001), bytearray(size); n = os.readv(source, parts); data = b''.join(parts)[:n]",
}
COPIER = """
import os, sys
source, size = os.open(sys.argv[1], os.O_RDONLY), os.stat(sys.argv[1]).st_size
{read}
with open(sys.argv[2], "wb") as target:
    target.write(data)
"""


def one_read(play: Play, form: str) -> tuple[str, ...]:
    return (*PYTHON, "-c", COPIER.format(read=READS[form]), str(play.source), str(play.destination))


@pytest.mark.parametrize("form", READS)
def test_one_large_read_is_held_inside_and_gives_the_same_bytes(play: Play, form: str) -> None:
    ran = play.run(*one_read(play, form), plan=Plan(Stop.EVERYWHERE, with_reads=True))
    assert ran.exit.code == 0
    assert [hold.step for hold in ran.holds if hold.step.startswith("read the source from")] == [
        QUARTER,
        HALF,
        "read the source from 3/4 on",
    ]
    assert play.is_whole()


def test_a_source_that_is_rewritten_inside_a_read_gives_a_mixture(play: Play) -> None:
    old = play.source.read_bytes()

    def rewrite(_: Controlled, __: Hold) -> None:
        with play.source.open("r+b") as source:
            source.write(bytes(play.size))

    ran = play.run(*one_read(play, "read"), plan=Plan(Stop.NAMED, (HALF,), with_reads=True), at_hold=rewrite)
    assert ran.exit.code == 0
    assert play.destination.read_bytes() == old[: play.size // 2] + bytes(play.size // 2)


def test_a_source_that_is_cut_inside_a_read_gives_a_short_one(play: Play) -> None:
    ran = play.run(
        *one_read(play, "read"),
        plan=Plan(Stop.NAMED, (HALF,), with_reads=True),
        at_hold=lambda _, __: os.truncate(play.source, play.size // 2),
    )
    assert ran.exit.code == 0
    assert play.is_whole()
    assert play.destination.stat().st_size == play.size // 2


@pytest.mark.skipif(shutil.which("dd") is None, reason="needs dd: apt install coreutils")
def test_direct_io_in_one_block_is_divided_too(play: Play) -> None:
    try:
        os.close(os.open(play.source, os.O_RDONLY | os.O_DIRECT))
    except OSError:
        pytest.skip("this file system knows no direct I/O: set TMPDIR to a directory on a disk")
    blocks = ("bs=4M", "iflag=direct", "oflag=direct")
    ran = play.run(
        "dd", f"if={play.source}", f"of={play.destination}", *blocks, plan=Plan(Stop.EVERYWHERE, with_reads=True)
    )
    assert ran.exit.code == 0, ran.errors
    assert {HALF, "write the destination from 2/4 on"} <= {hold.step for hold in ran.holds}
    assert play.is_whole()
