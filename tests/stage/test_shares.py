"""A directory on a real server: it is lost when we want, comes back, shows what has arrived, and nothing of it stays."""

import os
import subprocess
import sys
import threading
import time

import pytest

from ContentionLibrary.errors import HarnessError, NotPossibleHere
from ContentionLibrary.processes.mounts import mounts_below
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.processes.workspace import open_workspace
from ContentionLibrary.stage.link import Cut
from ContentionLibrary.stage.making import make_server, make_share
from ContentionLibrary.stage.weather import Weather

MIB = 1 << 20


@pytest.fixture
def share(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    workspace, ledger = open_workspace("share")
    starter = Starter(workspace, ledger)
    try:
        try:
            share = make_share(
                workspace.path / "share", make_server(workspace.path / "server", ledger), starter, ledger
            )
            share.mount(reconnect=True)
        except NotPossibleHere as reason:
            pytest.skip(str(reason))
        yield share
        share.end()
    finally:
        farewell = starter.stop()
    assert (farewell.survivors, farewell.troubles) == ((), ())
    assert not workspace.path.exists()
    assert mounts_below(tmp_path) == []


@pytest.fixture
def written(share):
    """Open a file on the share and write half a MiB, which has arrived."""

    def written():
        descriptor = os.open(share.mount_point / "file", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.write(descriptor, bytes(MIB // 2))
        share.settle()
        assert (share.root / "file").stat().st_size == MIB // 2
        return descriptor

    return written


@pytest.mark.parametrize("how", Cut)
def test_after_a_loss_for_good_nothing_arrives_and_the_mount_is_gone(share, written, how):
    share.mount(reconnect=False)
    descriptor = written()
    share.lose(how)
    began = time.monotonic()
    with pytest.raises(OSError, match=r"Input/output error|not connected|connection abort"):
        os.write(descriptor, bytes(4 * MIB))
        os.fsync(descriptor)
    with pytest.raises(OSError, match=r"Input/output error|not connected|connection abort"):
        os.close(descriptor)
    assert time.monotonic() - began < 15
    assert (share.root / "file").stat().st_size < MIB
    share.link.come_back()
    share.mount(reconnect=False)
    (share.mount_point / "file").write_bytes(bytes(MIB))
    assert (share.root / "file").stat().st_size == MIB


@pytest.mark.parametrize("how", ["reset", "restart"])
def test_after_an_interruption_names_work_and_open_files_do_not(share, written, how):
    descriptor = written()
    share.interrupt(
        share.link.restart_server if how == "restart" else lambda: share.link.cut(Cut.RESET, for_good=False)
    )
    with pytest.raises(OSError, match=r"Input/output error"):
        os.write(descriptor, b"more")
    with pytest.raises(OSError, match=r"Input/output error"):
        os.close(descriptor)
    (share.mount_point / "file").rename(share.mount_point / "other")
    assert os.listdir(share.root) == ["other"]  # noqa: PTH208


def test_a_short_silence_loses_nothing(share, written):
    descriptor = written()
    share.link.cut(Cut.SILENT, for_good=False)
    os.write(descriptor, bytes(MIB // 2))  # goes on its way behind our back
    share.link.come_back()
    os.close(descriptor)
    assert (share.root / "file").stat().st_size == MIB


def test_in_bad_weather_all_arrives_and_late(share):
    def copy():
        began = time.monotonic()
        (share.mount_point / "file").write_bytes(bytes(MIB))
        return time.monotonic() - began

    share.link.shape(Weather(latency=0.01, jitter=0.02, rate=2 * MIB, loss_each=MIB // 4, loss_takes=0.1))
    assert copy() > 0.5 + 2 * 0.1
    assert (share.root / "file").stat().st_size == MIB


def test_each_connection_is_reset_after_so_many_bytes(share):
    before = share.link.traffic()
    share.link.shape(Weather(reset_after=MIB // 2))
    with pytest.raises(OSError, match=r"Input/output error"), (share.mount_point / "file").open("wb") as file:
        file.write(bytes(MIB))
    traffic = share.link.traffic()
    assert traffic.accepted == 1
    assert (
        MIB // 2 <= traffic.up - before.up < MIB // 2 + 1000
    )  # `before` is not of the same instant: ssh asks for life signs
    assert (share.root / "file").stat().st_size <= MIB // 2  # a reset loses what the server has not read yet


def test_what_is_written_to_a_bare_mount_point_is_not_on_the_server_and_does_not_stay(share):
    share.mount(reconnect=False)
    share.lose(Cut.RESET)
    (share.mount_point / "file").write_bytes(b"nowhere")
    share.link.come_back()
    share.mount(reconnect=False)
    assert os.listdir(share.mount_point) == os.listdir(share.root) == []  # noqa: PTH208


def test_what_is_ended_while_it_is_mounted_does_not_stay_mounted(share, monkeypatch):
    share.mount(reconnect=False)
    about_to, go_on = threading.Event(), threading.Event()

    def wait(directory):
        about_to.set()
        assert go_on.wait(30)

    monkeypatch.setattr("ContentionLibrary.stage.share._empty", wait)
    mounting = threading.Thread(target=share.mount, kwargs={"reconnect": True})
    mounting.start()
    assert about_to.wait(30)
    ending = threading.Thread(target=share.end)
    ending.start()
    ending.join(0.5)
    go_on.set()
    for thread in (mounting, ending):
        thread.join(30)
    assert mounts_below(share.mount_point) == []
    with pytest.raises(HarnessError, match="has been ended"):
        share.mount(reconnect=True)


def test_a_bare_mount_point_does_not_answer_for_the_share(share, monkeypatch):
    monkeypatch.setattr("ContentionLibrary.stage.share._WITHIN", 0.2)
    subprocess.run(["umount", "-l", share.mount_point], check=True)
    with pytest.raises(HarnessError, match="does not come back"):
        share.recover()


def test_the_reference_copier_works_where_each_name_has_a_number_of_its_own(share, tmp_path):
    source = tmp_path / "source"
    folder = share.mount_point / "folder"
    folder.mkdir()
    words = [sys.executable, "-m", "ContentionLibrary.reference_copier", str(source), str(folder / "file")]
    for content in (b"first", b"second", b"third"):
        source.write_bytes(content)
        subprocess.run(words, check=True, timeout=60)
        assert (share.root / "folder" / "file").read_bytes() == content
        share.come_to_rest()
        assert [path.name for path in share.root.rglob("*")] == ["folder", "file"]
