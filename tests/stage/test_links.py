"""A link stops after an exact number of bytes, ends in the manner that it is told to, and knows when its servers are done."""

import os
import socket

import pytest

from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.processes.workspace import open_workspace
from ContentionLibrary.stage.link import Cut, Link
from ContentionLibrary.stage.weather import Weather

KIB = 1 << 10
NEVER_MORE = 0.05  # seconds in which what does not come has not come


@pytest.fixture
def link(tmp_path, monkeypatch):
    """Make a link to servers of one kind, each a command that serves one connection; end all."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    workspace, ledger = open_workspace("link")
    starter = Starter(workspace, ledger)
    made = []

    def link(*command):
        made.append(Link(starter, list(command), workspace.path / "said"))
        return made[-1]

    yield link
    for one in made:
        one.end()
    farewell = starter.stop()
    assert (farewell.survivors, farewell.troubles) == ((), ())


def connected(link):
    client = socket.create_connection(("127.0.0.1", link.port), timeout=20)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


def read(client, count):
    got = b""
    while len(got) < count and (piece := client.recv(count - len(got))):
        got += piece
    return got


def is_silent(client):
    client.settimeout(NEVER_MORE)
    try:
        with pytest.raises(TimeoutError):
            client.recv(1)
    finally:
        client.settimeout(20)
    return True


def until_dammed(link):
    while not link.traffic().dammed:
        pass


def test_a_dam_lets_so_many_bytes_through_and_the_rest_when_it_is_taken_away(link):
    echoing = link("cat")
    sent = os.urandom(100 * KIB)
    with connected(echoing) as client:
        echoing.dam(70 * KIB + 1)
        client.sendall(sent)
        until_dammed(echoing)
        assert read(client, 70 * KIB + 1) == sent[: 70 * KIB + 1]
        assert is_silent(client)
        assert echoing.traffic().up == 70 * KIB + 1
        echoing.come_back()
        assert read(client, 30 * KIB - 1) == sent[70 * KIB + 1 :]
        assert not echoing.traffic().dammed


def test_it_has_settled_when_all_that_came_through_is_where_it_belongs(link, tmp_path):
    storing = link("sh", "-c", f"cat | dd obs=1k of='{tmp_path}/file' 2>{os.devnull}")
    with connected(storing) as client:
        storing.dam(512 * KIB)
        client.sendall(bytes(600 * KIB))
        until_dammed(storing)
        storing.settle()
        assert (tmp_path / "file").stat().st_size == 512 * KIB


@pytest.mark.parametrize("how", [Cut.CLOSED, Cut.RESET])
def test_a_client_that_is_still_sending_sees_the_end_that_was_meant(link, how):
    reading = link("sh", "-c", f"cat >{os.devnull}")
    with connected(reading) as client:
        reading.dam(10)
        client.sendall(bytes(300 * KIB))
        until_dammed(reading)
        reading.cut(how, for_good=True)
        if how is Cut.CLOSED:
            assert client.recv(1) == b""
            client.sendall(b"nobody reads this, and nobody minds")
        else:
            with pytest.raises(ConnectionResetError):
                client.recv(1)
    assert reading.traffic().connections == 0


def test_it_comes_to_rest_when_what_servers_do_in_the_end_is_done(link, tmp_path):
    cleaning = link("sh", "-c", f"cat >{os.devnull}; exec >&- <&-; (sleep 0.2; touch '{tmp_path}/done') & exit")
    with connected(cleaning):
        while not cleaning.traffic().accepted:
            pass
    cleaning.come_to_rest()
    assert (tmp_path / "done").exists()


def test_resets_of_the_weather_are_counted_and_those_of_a_cut_are_not(link):
    echoing = link("cat")
    echoing.shape(Weather(reset_after=10, resets=1))
    with connected(echoing) as client, pytest.raises(ConnectionResetError):
        client.sendall(b"more than ten bytes")
        while client.recv(100):
            pass
    with connected(echoing) as client:
        client.sendall(b"more than ten bytes")
        assert read(client, 19) == b"more than ten bytes"
        echoing.cut(Cut.RESET, for_good=False)
        assert echoing.traffic().resets == 1
