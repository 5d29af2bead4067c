"""What a program does to the disk is recorded operation by operation, file by file."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from stage_play import LIMIT, Play

from ContentionLibrary.stepping.control import Exit, Record
from ContentionLibrary.stepping.plan import Plan

COPIERS = Path(__file__).resolve().parents[2] / "ContentionLibrary" / "faulty_copiers"
IN_ONE_WRITE = "import os, sys; f = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | {}); os.write(f, open(sys.argv[1], 'rb').read())"
IN_TWO_WRITES = """
import os, sys
data = open(sys.argv[1], "rb").read()
f, g = (os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | flag) for flag in (0, os.O_DSYNC))
for at in (0, len(data) // 2):
    part = data[at : at + len(data) // 2]
    {}
"""
RACING = """
import os, sys, threading, time
f = os.open(sys.argv[2] + ".part", os.O_WRONLY | os.O_CREAT)
os.write(f, open(sys.argv[1], "rb").read())
thread = threading.Thread(target=os.fsync, args=(f,))
thread.start()
{}
os.rename(sys.argv[2] + ".part", sys.argv[2])
thread.join()
"""
FAILING = """
import os, sys
for descriptor in (os.open(sys.argv[2].rpartition("/")[0], os.{}), os.open(sys.argv[1], os.O_RDONLY)):
    try:
        os.{}(descriptor)
    except OSError as error:
        assert error.errno == 9, error
"""
FROM_ELSEWHERE = """
import os, sys
source, destination, folder = sys.argv[1:]
log = os.open(folder + "/log", os.O_WRONLY | os.O_CREAT)
if {unnamed}:
    f = os.open(folder, os.O_WRONLY | os.O_TMPFILE)
else:
    f = os.open(folder + "/part", os.O_WRONLY | os.O_CREAT)
for piece in iter(lambda reading=open(source, "rb"): reading.read(1 << 16), b""):
    os.write(f, piece)
    os.write(log, b"so many more")
if {unnamed}:
    os.fsync(f)
    os.fsync(log)
    os.link("/proc/self/fd/%d" % f, destination, src_dir_fd=0)
else:
    os.close(f)
    f = os.open(folder + "/part", os.O_RDONLY)
    os.fsync(f)
    os.rename(folder + "/part", destination)
os.system("sync -f " + folder)
"""


def recorded(play: Play, *command: str) -> Record:
    with play.running(*command, plan=Plan(record=True)) as controlled:
        happened = controlled.wait(LIMIT)
        assert isinstance(happened, Exit) and happened.code == 0, happened
        controlled.finish()
        assert controlled.record is not None
        places = [happened.steps.index(one.step) for one in controlled.record.operations]
        assert places == sorted(places)
        return controlled.record


def inodes(record: Record, number: int) -> dict[str, int]:
    return {name.path: name.inode for name in record.views[number]}


def test_a_careful_copy_in_the_order_in_which_it_was_made(play: Play) -> None:
    record = recorded(
        play, sys.executable, "-I", "-S", str(COPIERS / "good_simple.py"), str(play.source), str(play.destination)
    )
    done = [(one.verb, one.call) for one in record.operations if one.verb in ("create", "sync", "rename")]
    assert done == [("create", "openat"), ("sync", "fsync"), ("rename", "renameat"), ("sync", "fsync")]
    file, folder = (one.inode for one in record.operations if one.verb == "sync")
    assert inodes(record, record.end)["target/copy.bin"] == file
    assert inodes(record, record.end)["target"] == folder
    assert record.root == play.stage.stat().st_ino
    before = next(one for one in record.operations if one.verb == "rename")
    assert inodes(record, before.view)["target/.copy.bin.part"] == file


def test_equal_writes_of_one_step_are_one_entry_and_all_bytes_are_counted(play: Play) -> None:
    record = recorded(play, "dd", "bs=4k", "status=none", f"if={play.source}", f"of={play.destination}")
    writes = [one for one in record.operations if one.verb == "write"]
    assert len(writes) == 5
    assert [one.bytes for one in writes] == sorted(one.bytes for one in writes)
    assert writes[-1].bytes == play.size
    assert {one.inode for one in writes} == {play.destination.stat().st_ino}


def test_a_bulk_copy_is_counted_too(play: Play) -> None:
    record = recorded(play, "cp", str(play.source), str(play.destination))
    assert max(one.bytes for one in record.operations) == play.size


@pytest.mark.parametrize(("flag", "synchronous"), [("0", False), ("os.O_DSYNC", True), ("os.O_SYNC", True)])
def test_synchronous_writes_are_told(play: Play, flag: str, synchronous: bool) -> None:
    record = recorded(play, sys.executable, "-c", IN_ONE_WRITE.format(flag), str(play.source), str(play.destination))
    assert {one.synchronous for one in record.operations if one.verb == "write"} == {synchronous}


@pytest.mark.parametrize(("meanwhile", "races"), [("time.sleep(0.0003)", True), ("thread.join()", False)])
def test_a_flush_of_another_thread_has_come_back_when_that_is_known(play: Play, meanwhile: str, races: bool) -> None:
    record = recorded(
        play, sys.executable, "-I", "-S", "-c", RACING.format(meanwhile), str(play.source), str(play.destination)
    )
    verbs = [one.verb for one in record.operations]
    (flush,) = (one for one in record.operations if one.verb == "sync")
    assert flush.back is not None
    assert (flush.back > verbs.index("rename") - verbs.index("sync") - 1) is races


@pytest.mark.parametrize(
    ("flags", "call", "back"), [("O_RDONLY", "fsync", 0), ("O_PATH", "fsync", None), ("O_PATH", "fdatasync", None)]
)
def test_a_flush_that_has_failed_is_told(play: Play, flags: str, call: str, back: int | None) -> None:
    command = [sys.executable, "-I", "-S", "-c", FAILING.format(flags, call), str(play.source), str(play.destination)]
    folder, file = (one for one in recorded(play, *command).operations if one.verb == "sync")
    assert (folder.call, folder.back, file.back) == (call, back, 0)


def test_where_nothing_can_be_borrowed_a_flush_is_believed_and_that_is_told(play: Play) -> None:
    play.role = "unlending_supervisor"
    command = [sys.executable, "-I", "-S", "-c", FAILING.format("O_RDONLY", "fsync"), play.source, play.destination]
    with play.running(*map(str, command), plan=Plan(record=True)) as controlled:
        happened = controlled.wait(LIMIT)
        assert isinstance(happened, Exit) and happened.code == 0
        assert controlled.limitations == [
            "whether its flushes succeed could not be seen: its open files cannot be borrowed (Operation not permitted)"
        ]
        assert controlled.record is not None
        assert [one.back for one in controlled.record.operations if one.verb == "sync"] == [0, 0]


def test_flushing_everything_comes_back_too(play: Play) -> None:
    record = recorded(play, "sh", "-c", 'cp "$0" "$1" && sync -f "$1" && sync', str(play.source), str(play.destination))
    assert [(one.verb, one.call, one.back) for one in record.operations if one.verb.startswith("sync")] == [
        ("sync", "syncfs", 0),
        ("sync all", "sync", 0),
    ]


@pytest.mark.parametrize("unnamed", [False, True])
def test_a_file_that_is_written_beside_the_stage_is_followed_if_it_comes_in(play: Play, unnamed: bool) -> None:
    folder = play.stage.parent / f"beside-{play.stage.name}"
    folder.mkdir()
    code = FROM_ELSEWHERE.format(unnamed=unnamed)
    record = recorded(
        play, sys.executable, "-I", "-S", "-c", code, str(play.source), str(play.destination), str(folder)
    )
    write, flush, comes_in, everything = record.operations
    assert (write.bytes, write.inode) == (play.size, play.destination.stat().st_ino)
    assert (flush.call, flush.inode, flush.back) == ("fsync", write.inode, 0)
    assert (comes_in.verb, everything.call) == ("link" if unnamed else "rename", "syncfs")


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("os.pwritev(f, [part], at, os.RWF_DSYNC)", [True]),
        ("os.pwritev(f, [part], at, os.RWF_SYNC if at else 0)", [False, True]),
        ("os.pwritev(f, [part], at, 0 if at else os.RWF_SYNC)", [True, False]),
        ("os.pwrite(g if at else f, part, at)", [False, True]),
    ],
)
def test_which_writes_are_synchronous_is_told_of_each(play: Play, how: str, told: list[bool]) -> None:
    code = IN_TWO_WRITES.format(how)
    record = recorded(play, sys.executable, "-I", "-S", "-c", code, str(play.source), str(play.destination))
    writes = [one.synchronous for one in record.operations if one.verb == "write"]
    assert [one for number, one in enumerate(writes) if number == 0 or writes[number - 1] is not one] == told


def test_an_emptied_file_is_told_with_its_inode(play: Play) -> None:
    play.destination.write_bytes(b"old")
    inode = play.destination.stat().st_ino
    record = recorded(play, "cp", str(play.source), str(play.destination))
    assert [one.inode for one in record.operations if one.verb == "empty"] == [inode]


def test_a_file_without_a_name_is_followed_until_it_gets_one(play: Play) -> None:
    command = [sys.executable, "-m", "ContentionLibrary.reference_copier", str(play.source), str(play.destination)]
    record = recorded(play, *command)
    inode = play.destination.stat().st_ino
    moved = [one for one in record.operations if one.bytes and one.verb != "truncate"]
    assert {one.inode for one in moved} == {inode}
    assert moved[-1].bytes == play.size
    assert [one.inode for one in record.operations if one.call == "fsync"] == [
        inode,
        play.destination.parent.stat().st_ino,
    ]


def test_what_lies_on_another_file_system_has_no_inode_here(play: Play, tmp_path: Path) -> None:
    if not Path("/dev/shm").is_dir() or Path("/dev/shm").stat().st_dev == play.stage.stat().st_dev:
        pytest.skip("there is one file system only")
    other = Path("/dev/shm") / f"contention-recording-{tmp_path.name}"
    (play.stage / "link").symlink_to(other)
    try:
        record = recorded(
            play, "cp", str(play.source), str(play.stage / "link" if other.exists() else play.destination)
        )
        assert record.operations
        other.write_bytes(b"there")
        record = recorded(play, "cp", str(play.source), str(play.stage / "link"))
        assert {one.inode for one in record.operations} <= {0}
    finally:
        other.unlink(missing_ok=True)
        shutil.rmtree(other, ignore_errors=True)


def test_a_program_that_does_nothing_here_has_a_record_without_operations(play: Play) -> None:
    record = recorded(play, "true")
    assert (record.operations, record.end, len(record.views)) == ((), 0, 1)
