"""A real server for Windows clients: it comes up for anybody, it answers as is known, and nothing of it is left."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest

from ContentionLibrary.competitors.dialect import why_no_client
from ContentionLibrary.competitors.pool import WORKER, Pool
from ContentionLibrary.content.sighting import Version
from ContentionLibrary.content.words import write_file
from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.history.acts import Answer
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.processes.workspace import open_workspace
from ContentionLibrary.stage import samba
from ContentionLibrary.stage.samba import Samba, why_no_samba

WHY_NOT = why_no_samba() or why_no_client()
if WHY_NOT:
    pytest.skip(WHY_NOT, allow_module_level=True)

OLD = Version(2)
SIZE = 1 << 16
VIOLATION = "STATUS_SHARING_VIOLATION"


def open_samba(workspace, starter):
    shared, home = workspace.path / "shared", workspace.run / "samba"
    shared.mkdir()
    home.mkdir(parents=True)
    return Samba(shared, home, starter)


@pytest.fixture(scope="module")
def served():
    workspace, ledger = open_workspace("samba")
    with Starter(workspace, ledger, [WORKER]) as starter:
        starter.prepare("ContentionLibrary.competitors.dialect.client")
        server = open_samba(workspace, starter)
        with Pool(starter) as pool:
            yield server, pool
        server.end()
    assert not workspace.path.exists()


class Clients:
    """Two clients and a process on the server's side, at one file."""

    def __init__(self, server, pool, path):
        self.server, self.path = server, path
        self.one, self.two, self.local = pool.take("client 1"), pool.take("client 2"), pool.take("server process")
        write_file(path, OLD, SIZE)
        self._at = {"account": asdict(server.account)}

    def at(self, stream="", **spelled):
        return {"path": self.server.unc(self.path, **spelled) + stream, **self._at}


@pytest.fixture
def clients(served, request):
    server, pool = served
    clients = Clients(server, pool, server.root / f"{request.node.name[:60]}.bin")
    yield clients
    for one in (clients.one, clients.two, clients.local):
        one.leave()


def opens(client, place, **how):
    report = client.do("share_open", **place, **how)
    if report.answer is Answer.DONE:
        client.do("share_close")
    return report.error or report.answer.value


def test_a_client_reads_what_the_servers_side_has_written(clients):
    assert clients.one.do("share_read", **clients.at()).sighting.is_whole(OLD, SIZE)


@pytest.mark.parametrize(
    ("shares", "wants", "answer"),
    [
        ([], ["read"], VIOLATION),
        (["read"], ["read"], VIOLATION),  # the first has it open for writing, which the second does not share
        (["read", "write", "delete"], ["read"], "done"),
        (["read", "write"], ["delete"], VIOLATION),
        (["read"], ["write"], VIOLATION),
    ],
)
def test_share_modes(clients, shares, wants, answer):
    clients.one.do("share_open", **clients.at(), wants=["read", "write"], shares=shares)
    second = {"shares": ["read"]} if shares == ["read"] and wants == ["read"] else {}
    assert opens(clients.two, clients.at(), wants=wants, **second) == answer


def test_share_modes_mean_nothing_on_the_servers_side(clients):
    clients.one.do("share_open", **clients.at(), wants=["read", "write"], shares=[])
    assert clients.local.do("read", path=str(clients.path)).sighting.is_whole(OLD, SIZE)


def test_byte_ranges_of_clients(clients):
    both = {"wants": ["read", "write"]}
    clients.one.do("share_open", **clients.at(), **both)
    clients.two.do("share_open", **clients.at(), **both)
    clients.one.do("share_lock", start=0, length=10)
    assert clients.two.do("share_lock", start=5, length=10).error == "STATUS_LOCK_NOT_GRANTED"
    assert clients.two.do("share_write", writer=3, generation=0, length=1, start=3).error == "STATUS_FILE_LOCK_CONFLICT"
    assert clients.two.do("share_write", writer=3, generation=0, length=1, start=100).answer is Answer.DONE
    assert clients.local.do("try_lock", path=str(clients.path), kind="posix").error == "EAGAIN"
    clients.one.do("share_unlock", start=0, length=10)
    assert clients.two.do("share_write", writer=3, generation=0, length=1, start=3).answer is Answer.DONE


@pytest.mark.parametrize(("kind", "answer"), [("posix", "STATUS_FILE_LOCK_CONFLICT"), ("flock", "")])
def test_locks_of_the_servers_side(clients, kind, answer):
    clients.local.do("hold_lock", path=str(clients.path), kind=kind, mode="exclusive")
    clients.one.do("share_open", **clients.at(), wants=["read", "write"])
    assert clients.one.do("share_fetch").error == answer


def test_each_stream_has_share_modes_and_byte_ranges_of_its_own(clients):
    how = {"wants": ["read", "write"], "disposition": "open or create"}
    clients.one.do("share_open", **clients.at(":one"), **how)
    clients.one.do("share_write", writer=3, generation=0, length=100)
    clients.one.do("share_lock", start=0, length=10)
    clients.two.do("share_open", **clients.at(":one"), **how)
    assert clients.two.do("share_write", writer=3, generation=0, length=1, start=3).error == "STATUS_FILE_LOCK_CONFLICT"
    clients.two.do("share_close")
    clients.two.do("share_open", **clients.at(), wants=["read", "write"])
    assert clients.two.do("share_write", writer=3, generation=0, length=1, start=3).answer is Answer.DONE


def test_a_deleted_file_goes_with_its_last_handle(clients):
    clients.one.do("share_open", **clients.at())
    clients.two.do("share_delete", **clients.at())
    assert clients.two.do("share_read", **clients.at()).error == "STATUS_DELETE_PENDING"
    clients.one.do("share_close")
    assert clients.two.do("share_read", **clients.at()).answer is Answer.ABSENT


def test_a_lease_is_taken_back_and_the_other_waits_until_its_holder_agrees(clients):
    clients.one.do("share_open", **clients.at(), wants=["read", "write"], lease=["read", "handle", "write"])
    clients.one.begin("share_agree")
    assert clients.two.do("share_open", **clients.at()).answer is Answer.DONE
    assert clients.one.stop().outcome.total == 1


@pytest.mark.parametrize(
    "spelled", [{"host": "localhost"}, {"share": "SHARE"}, {"host": "LocalHost", "share": "Share"}]
)
def test_every_spelling_of_a_path_is_the_same_file(clients, spelled):
    clients.one.do("share_open", **clients.at(), wants=["read", "write"], shares=[])
    assert opens(clients.two, clients.at(**spelled)) == VIOLATION


def test_a_wrong_password_is_let_in_nowhere(clients):
    wrong = {"path": clients.at()["path"], "account": {**clients.at()["account"], "password": "wrong"}}
    assert clients.one.do("share_read", **wrong).answer is Answer.REFUSED


def test_it_listens_to_this_machine_alone(served):
    port = served[0].account.port
    listening = {
        one.laddr.ip
        for one in psutil.net_connections("tcp")
        if one.status == psutil.CONN_LISTEN and one.laddr.port == port
    }
    assert listening == {"127.0.0.1"}


KILLED = """
import os, signal, sys
from pathlib import Path
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.processes.workspace import open_workspace
from ContentionLibrary.stage.samba import Samba
workspace, ledger = open_workspace("samba killed")
shared, home = workspace.path / "shared", workspace.run / "samba"
shared.mkdir(); home.mkdir(parents=True)
starter = Starter(workspace, ledger)
server = Samba(shared, home, starter)
print(server.account.port, workspace.path, starter.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_it_ends_when_whoever_has_started_it_is_killed():
    checkout = str(Path(__file__).resolve().parents[2])
    killed = subprocess.run(
        [sys.executable, "-c", KILLED],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": checkout},
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    port, path, starter = killed.stdout.split()
    psutil.wait_procs([psutil.Process(int(starter))] if psutil.pid_exists(int(starter)) else [], timeout=20)
    assert not Path(path).exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(port)), 1)


def test_a_path_that_is_too_long_for_its_sockets_is_refused_with_the_remedy(served, tmp_path):
    with pytest.raises(NotPossibleHere, match="set TMPDIR to a short path"):
        Samba(tmp_path, tmp_path / ("x" * 100), None)


@pytest.mark.parametrize(("missing", "packages"), [("program", "samba"), ("_module", "samba-vfs-modules")])
def test_what_is_missing_is_named_with_the_command(monkeypatch, missing, packages):
    monkeypatch.setattr(samba, missing, {"program": lambda name: None, "_module": lambda: Path("/none")}[missing])
    assert "sudo apt-get install" in why_no_samba()
    assert packages in why_no_samba()
    with pytest.raises(NotPossibleHere, match="apt-get"):
        Samba(Path(tempfile.gettempdir()), Path("/x"), None)
