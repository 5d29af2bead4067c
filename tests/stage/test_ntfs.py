"""An NTFS of our own is a real one, as Windows sees it; a change of its driver shows here, and nothing of it is left."""

import errno
import os

import pytest

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.processes.emptying import empty
from ContentionLibrary.processes.mounts import mounts_below
from ContentionLibrary.processes.workspace import open_workspace
from ContentionLibrary.stage.features import features_of
from ContentionLibrary.stage.making import NTFS, make_local
from ContentionLibrary.stage.ntfs import why_no_ntfs

_ROOM = 1 << 20
LACKING = {
    "files without a name (O_TMPFILE)",
    "exchange of two names (EXCHANGE)",
    "clones (FICLONE)",
    "space reserved (fallocate)",
    "holes punched",
    "attributes (user.*)",
    "attributes of 5,000 bytes",
    "times to the nanosecond",
    "permissions",
}


@pytest.fixture
def opened(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    workspace, ledger = open_workspace("ntfs")
    yield workspace, ledger
    assert all(part.gone for part in empty(ledger.path))
    assert not workspace.path.exists()
    assert mounts_below(tmp_path) == []


@pytest.fixture
def ntfs(opened):
    workspace, ledger = opened
    try:
        return make_local(NTFS, workspace.path / "disks", ledger, _ROOM)
    except NotPossibleHere as reason:
        pytest.skip(str(reason))


def test_it_lacks_what_ntfs_or_its_driver_lacks_and_has_all_locks_and_renames(ntfs):
    assert {feature.name for feature in features_of(ntfs.root) if not feature.able} == LACKING
    ntfs.end()


def test_a_file_has_streams_beside_its_content(ntfs):
    (ntfs.root / "file").write_bytes(b"content")
    (ntfs.root / "file:one").write_bytes(b"1")
    (ntfs.root / "file:two").write_bytes(b"22")
    assert os.getxattr(ntfs.root / "file", "ntfs.streams.list") == b"one\0two"
    assert [path.name for path in ntfs.root.iterdir()] == ["file"]
    assert (ntfs.root / "file").read_bytes() == b"content"
    assert (ntfs.root / "file:two").read_bytes() == b"22"
    ntfs.end()


@pytest.mark.parametrize("name", ["sli?de.bin", "CON", "slide.bin.", "slide.bin ", "a<b"])
def test_it_refuses_the_names_that_windows_forbids(name, ntfs):
    with pytest.raises(OSError, match="Invalid argument") as refused:
        (ntfs.root / name).touch()
    assert refused.value.errno == errno.EINVAL
    ntfs.end()


def test_one_that_nobody_has_ended_is_ended_with_the_ledger(ntfs):
    (ntfs.root / "file").write_bytes(b"x")
    ntfs.let_go()


def test_one_whose_driver_was_killed_is_ended_with_the_ledger(ntfs):
    ntfs._driver.kill()
    ntfs._driver.wait()
    with pytest.raises(OSError, match="not connected"):
        list(ntfs.root.iterdir())
    ntfs.let_go()


def test_a_missing_program_is_named_with_its_package(opened, monkeypatch):
    workspace, ledger = opened
    monkeypatch.setattr("ContentionLibrary.stage.ntfs._program", lambda name: None)
    assert why_no_ntfs() == "there is no mkntfs: install the package ntfs-3g"
    with pytest.raises(NotPossibleHere, match="install the package ntfs-3g"):
        make_local(NTFS, workspace.path / "disks", ledger, _ROOM)
