"""A file system in a file: it is real, its power can be cut, and nothing of it is left."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ContentionLibrary.errors import HarnessError, NotPossibleHere
from ContentionLibrary.processes.emptying import empty
from ContentionLibrary.processes.mounts import mounts_below
from ContentionLibrary.processes.workspace import open_workspace
from ContentionLibrary.stage.image import KINDS, Image, why_no_image

HERE = {kind: why_no_image(kind) for kind in KINDS}
each_kind = pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=pytest.mark.skipif(bool(why), reason=why)) for kind, why in HERE.items()]
)


@pytest.fixture
def opened(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    workspace, ledger = open_workspace("images")
    yield workspace, ledger
    assert all(part.gone for part in empty(ledger.path))
    assert not workspace.path.exists()


def loops_of(directory):
    files = Path("/sys/block").glob("loop*/loop/backing_file")
    return [text for text in (file.read_text().strip() for file in files) if text.startswith(str(directory))]


def names(image):
    return {path.name: path.stat().st_size for path in image.root.iterdir()}


@each_kind
def test_what_is_not_flushed_is_lost_and_what_is_flushed_stays(kind, opened):
    workspace, ledger = opened
    image = Image(kind, workspace.path / "disks", ledger, 1 << 20)
    (image.root / "flushed").write_bytes(b"x" * 5000)
    image.flush()
    (image.root / "lost").write_bytes(b"x" * 5000)
    image.cut_power()
    with pytest.raises(OSError, match="Input/output error"):
        (image.root / "after").write_bytes(b"x")
    image.restart()
    assert names(image) == {"flushed": 5000}
    image.end()
    assert mounts_below(workspace.path) == [] == loops_of(workspace.path)


@each_kind
def test_it_comes_up_again_although_a_namespace_of_another_program_keeps_it(kind, opened):
    workspace, ledger = opened
    image = Image(kind, workspace.path / "disks", ledger, 1 << 20)
    (image.root / "flushed").write_bytes(b"x" * 5000)
    image.flush()
    words = ["unshare", "--mount", "--propagation", "private", "sh", "-c", "echo ready; exec sleep 1000"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as other:
        try:
            assert other.stdout.readline() == "ready\n"
            for cut in range(2):
                image.cut_power()
                image.restart()
                assert names(image) == {"flushed": 5000, **dict.fromkeys(map(str, range(cut)), 1)}
                (image.root / str(cut)).write_bytes(b"x")
                image.flush()
        finally:
            other.kill()
    image.end()
    assert mounts_below(workspace.path) == [] == loops_of(workspace.path)


@each_kind
def test_a_neighbours_flush_takes_the_name_along_and_not_the_data(kind, opened):
    workspace, ledger = opened
    image = Image(kind, workspace.path / "disks", ledger, 1 << 20)
    (image.root / "new").write_bytes(b"x" * 5000)
    image.flush_neighbour()
    image.cut_power()
    image.restart()
    assert names(image) == {"new": 0}
    image.end()


@each_kind
def test_an_image_that_nobody_has_ended_is_ended_with_the_ledger(kind, opened):
    workspace, ledger = opened
    image = Image(kind, workspace.path / "disks", ledger, 1 << 20)
    assert loops_of(workspace.path)
    image.let_go()
    ended = [str(part) for part in empty(ledger.path)]
    assert any(line.startswith("removed mount") for line in ended)
    assert mounts_below(workspace.path) == [] == loops_of(workspace.path)


@each_kind
def test_a_loop_device_that_somebody_else_holds_is_detached(kind, opened):
    workspace, ledger = opened
    image = Image(kind, workspace.path / "disks", ledger, 1 << 20)
    device = next(Path("/dev").glob(Path(image._device.path).name))
    holder = subprocess.Popen(
        [sys.executable, "-c", f"f = open('{device}', 'rb'); print(flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    holder.stdout.readline()
    image.let_go()
    holder.communicate(b"\n")
    assert all(part.gone for part in empty(ledger.path))
    assert loops_of(workspace.path) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_others_are_told_why_there_is_none():
    code = "import os; from ContentionLibrary.stage.image import why_no_image; os.setuid(65534); print(why_no_image('ext4'))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "only root can attach a file as a disk: run as root, where there are loop devices\n"


def test_a_missing_program_is_named_with_its_package(monkeypatch):
    monkeypatch.setattr("ContentionLibrary.stage.image.why_not", lambda: "")
    monkeypatch.setattr("ContentionLibrary.stage.image._program", lambda make: None)
    assert "xfsprogs" in why_no_image("xfs")
    with pytest.raises(NotPossibleHere, match="e2fsprogs"):
        Image("ext4", Path("/nowhere"), None, 0)


@each_kind
def test_a_mount_that_is_refused_leaves_nothing(kind, opened, monkeypatch):
    workspace, ledger = opened

    def refuse(image):
        raise NotPossibleHere("it cannot be mounted here")

    monkeypatch.setattr(Image, "_mount", refuse)
    with pytest.raises(NotPossibleHere):
        Image(kind, workspace.path / "disks", ledger, 1 << 20)
    assert loops_of(workspace.path) == []


@each_kind
def test_what_was_let_go_is_not_mounted_again(kind, opened):
    workspace, ledger = opened
    image = Image(kind, workspace.path / "disks", ledger, 1 << 20)
    image.let_go()
    with pytest.raises(HarnessError, match="broken off"):
        image.restart()
