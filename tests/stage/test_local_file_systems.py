"""What the file systems of this machine have in common and where they differ: a change of the kernel shows here."""

import subprocess
import sys

import pytest

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.processes.emptying import empty
from ContentionLibrary.processes.mounts import mounts_below
from ContentionLibrary.processes.workspace import open_workspace
from ContentionLibrary.scenario.local_stages import LocalStages, find_file_system
from ContentionLibrary.stage.features import features_of
from ContentionLibrary.stage.making import LOCAL, make_local

_ROOM = 1 << 20
DIFFER = {"clones (FICLONE)", "attributes of 5,000 bytes", "attributes (user.*)"}
"""Attributes are new on tmpfs (Linux 6.6)."""


@pytest.fixture
def opened(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    workspace, ledger = open_workspace("local")
    yield workspace, ledger
    assert all(part.gone for part in empty(ledger.path))
    assert not workspace.path.exists()
    assert mounts_below(tmp_path) == []


@pytest.fixture
def made(opened):
    """Return a function that makes a file system, or skips the test where that cannot be done."""
    workspace, ledger = opened

    def make(kind):
        try:
            return make_local(kind, workspace.path / "disks" / kind, ledger, _ROOM)
        except NotPossibleHere as reason:
            pytest.skip(str(reason))

    return make


@pytest.mark.parametrize("kind", LOCAL)
def test_all_locks_renames_and_files_without_a_name_are_there(kind, made):
    stage = made(kind)
    lacking = {feature.name for feature in features_of(stage.root) if not feature.able}
    assert lacking <= DIFFER
    assert ("clones (FICLONE)" in lacking) == (kind not in ("xfs", "btrfs"))
    assert ("attributes of 5,000 bytes" in lacking) or kind != "ext4"
    assert list(stage.root.iterdir()) == []
    stage.end()


@pytest.mark.parametrize("kind", ["btrfs", "overlay"])
def test_one_that_nobody_has_ended_is_ended_with_the_ledger(kind, made):
    stage = made(kind)
    (stage.root / "file").write_bytes(b"x")
    stage.let_go()


def test_what_cannot_be_made_is_found(opened, monkeypatch):
    workspace, ledger = opened

    def refuse(kind, directory, ledger, room):
        raise NotPossibleHere("only root can")

    monkeypatch.setattr("ContentionLibrary.scenario.local_stages.make_local", refuse)
    monkeypatch.setattr(
        "ContentionLibrary.scenario.local_stages.file_system_of", lambda path: "xfs" if path == workspace.path else "?"
    )
    stages = LocalStages(workspace, ledger)
    assert stages.get("xfs", _ROOM).root == workspace.stage
    with pytest.raises(NotPossibleHere, match="only root can"):
        stages.get("ext4", _ROOM)
    assert not stages.none_of(("xfs", "ext4"))
    assert stages.none_of(("ext4",))


def test_nothing_is_found_where_there_is_nothing(tmp_path):
    assert find_file_system("a file system of tomorrow", tmp_path) is None


@pytest.mark.skipif(sys.platform != "linux", reason="the tries are of Linux")
def test_a_try_provokes_no_signal(tmp_path):
    code = "import sys; from pathlib import Path; from ContentionLibrary.stage.features import features_of"
    told = subprocess.run([sys.executable, "-c", f"{code}; features_of(Path({str(tmp_path)!r}))"], check=False)
    assert told.returncode == 0
