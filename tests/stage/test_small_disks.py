"""A file system that runs full when we want: the room that it leaves is real, comes back, and nothing of it stays."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.processes.mounts import mounts_below
from ContentionLibrary.processes.namespaces import enter
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.processes.workspace import open_workspace
from ContentionLibrary.stage.image import KINDS, why_no_image
from ContentionLibrary.stage.making import make_small_disk
from ContentionLibrary.stage.memory import Memory
from ContentionLibrary.stage.secluded import Secluded

MIB = 1 << 20
ROOM = 8 * MIB
SLACK = {"tmpfs": 0, "secluded": 0, "ext4": 128 << 10, "xfs": 192 << 10}
"""Bytes that a file system may need of the room for its own books."""


@pytest.fixture
def opened(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    workspace, ledger = open_workspace("small")
    starter = Starter(workspace, ledger)
    yield workspace, ledger, starter
    assert not starter.stop().troubles
    assert not workspace.path.exists()
    assert mounts_below(tmp_path) == []


@pytest.fixture(params=["tmpfs", "secluded", *KINDS])
def kind(request):
    if request.param in KINDS and (reason := why_no_image(request.param)):
        pytest.skip(reason)
    return request.param


@pytest.fixture
def disk(kind, opened, monkeypatch):
    workspace, ledger, starter = opened
    if kind == "secluded":
        monkeypatch.setattr("ContentionLibrary.stage.memory.Memory", refuse)
    try:
        disk = make_small_disk("tmpfs" if kind == "secluded" else kind, workspace.path / "disks", ledger, starter, ROOM)
    except NotPossibleHere as reason:
        pytest.skip(str(reason))
    yield disk
    disk.end()


def refuse(*_):
    raise NotPossibleHere("it cannot be mounted here")


def write(path, size):
    """Write until the end or an error; returns how much is there."""
    with path.open("wb", buffering=0) as file:
        try:
            for _ in range(size // 4096):
                file.write(bytes(4096))
            os.fsync(file.fileno())
        except OSError as error:
            assert error.strerror == "No space left on device"
        return file.tell()


@pytest.mark.parametrize("room", [0, MIB, 2 * MIB + 4096])
def test_as_much_can_be_written_as_was_left(kind, disk, room):
    disk.leave(room)
    try:
        written = write(disk.root / "file", 4 * MIB)
    except OSError:  # xfs makes files in groups: without any room there is none
        written = 0
    assert room - SLACK[kind] <= written <= room
    disk.give_back()
    assert write(disk.root / "other", 4 * MIB) == 4 * MIB


def test_what_is_removed_is_given_back(disk):
    disk.leave(2 * MIB)
    before = disk.space()
    write(disk.root / "file", MIB)
    held = disk.space()
    assert before.free - held.free >= MIB
    assert held.names == before.names + 1
    (disk.root / "file").unlink()
    after = disk.space_when(lambda space: space.free >= before.free - disk.grain)
    assert before.free - after.free <= disk.grain
    assert after.names == before.names


def test_a_deleted_file_that_is_open_still_takes_its_space(disk):
    before = disk.space()
    with (disk.root / "file").open("wb", buffering=0) as file:
        file.write(bytes(MIB))
        (disk.root / "file").unlink()
        after = disk.space()
        assert before.free - after.free >= MIB
        assert after.names == before.names + 1


def test_a_second_filling_leaves_what_it_is_asked_for(kind, disk):
    disk.leave(MIB)
    disk.give_back()
    disk.leave(2 * MIB)
    assert 2 * MIB - SLACK[kind] <= write(disk.root / "file", 4 * MIB) <= 2 * MIB


@pytest.mark.parametrize("kind", ["tmpfs", "secluded"])
def test_no_further_name(disk):
    disk.leave_no_names()
    with pytest.raises(OSError, match="No space left on device"):
        (disk.root / "file").touch()
    disk.give_back()
    (disk.root / "file").touch()


# -- a namespace of its own ---------------------------------------------------------------------------------------------


@pytest.fixture
def secluded(opened):
    workspace, _, starter = opened
    try:
        stage = Secluded(workspace.path / "disks", starter, ROOM)
    except NotPossibleHere as reason:
        pytest.skip(str(reason))
    return stage


def test_who_enters_sees_it_where_it_is_mounted(opened, secluded):
    workspace, _, _ = opened
    inside = workspace.path / "disks" / "tmpfs" / "stage"
    (secluded.root / "file").write_text("seen")
    assert not inside.exists()
    code = (
        "import os, sys; from pathlib import Path; from ContentionLibrary.processes.namespaces import enter;"
        "enter(int(sys.argv[1])); print(Path(sys.argv[2]).read_text(), os.geteuid())"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(secluded.within), str(inside / "file")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == f"seen {os.geteuid()}\n"
    secluded.end()
    assert not secluded.root.exists()


def test_it_ends_with_its_starter(opened, secluded):
    _, _, starter = opened
    starter.stop()
    assert not Path(f"/proc/{secluded.within}").exists()


def test_a_world_that_is_gone_cannot_be_entered(secluded):
    pid = secluded.within
    secluded.end()
    with pytest.raises(NotPossibleHere, match="cannot be entered"):
        enter(pid)


def test_a_system_without_user_namespaces_is_told_with_both_reasons(opened, monkeypatch):
    workspace, ledger, starter = opened
    monkeypatch.setattr("ContentionLibrary.stage.memory.mount_memory", refuse)
    monkeypatch.setattr(Secluded, "__init__", lambda *_: refuse_namespace())
    with pytest.raises(NotPossibleHere, match=r"cannot be mounted here; .* no user namespace"):
        make_small_disk("tmpfs", workspace.path / "disks", ledger, starter, ROOM)


def refuse_namespace():
    raise NotPossibleHere("without root: the system gives us no user namespace (Operation not permitted)")


def test_a_refused_mount_leaves_nothing(opened, monkeypatch):
    workspace, ledger, _ = opened
    monkeypatch.setattr("ContentionLibrary.stage.memory.mount_memory", refuse)
    with pytest.raises(NotPossibleHere):
        Memory(workspace.path / "disks", ledger, ROOM)
    assert list((workspace.path / "disks").iterdir()) == []
