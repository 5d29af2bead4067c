"""A Linux guest with the clients of one NFS export: what its kernel promises, and that it is gone whatever happens."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.processes.workspace import open_workspace
from ContentionLibrary.stage import guest as guest_module
from ContentionLibrary.stage.guest import Guest, why_no_guest

CHECKOUT = Path(__file__).resolve().parents[2]
ROLE = guest_module.__name__
pytestmark = pytest.mark.skipif(bool(why_no_guest()), reason=why_no_guest() or "there can be one")

JOB = """
    import ctypes, fcntl, json, os, select, sys
    from pathlib import Path
    from ContentionLibrary.processes.namespaces import enter_mounts
    from ContentionLibrary.stage.guest_scripts import EXPORT
    from ContentionLibrary.stage.nfs_client import NfsClient
    from ContentionLibrary.stage.patience import Patience
    from ContentionLibrary.stage.smb_client import SmbClient
    from ContentionLibrary.stage.wire import BadLine

    there, back = os.pipe(), os.pipe()

    def tried(act):
        try:
            return act()
        except OSError as error:
            return os.strerror(error.errno)

    def lock(kind, descriptor, mode):
        return tried(lambda: kind(descriptor, mode if mode == fcntl.LOCK_UN else mode | fcntl.LOCK_NB) or "locked")

    class Second:
        '''Does on the second client what it is told.'''
        def __init__(self):
            self.files = {}
        def open(self, name, flags): self.files[name] = os.open(f"/nfs/{name}", flags); return "open"
        def read(self, name): return os.pread(self.files[name], 100, 0).decode()
        def flock(self, name, mode): return lock(fcntl.flock, self.files[name], mode)
        def lockf(self, name, mode): return lock(fcntl.lockf, self.files[name], mode)
        def close(self, name): os.close(self.files.pop(name)); return "closed"
        def rename(self, name, to): os.rename(f"/nfs/{name}", f"/nfs/{to}"); return "renamed"
        def delete(self, name): os.unlink(f"/nfs/{name}"); return "deleted"
        def names(self): return sorted(os.listdir("/nfs"))

    if os.fork() == 0:
        enter_mounts(int(Path("/run/second-client").read_text()))
        second = Second()
        for line in os.fdopen(there[0]):
            what, *arguments = json.loads(line)
            answer = tried(lambda: getattr(second, what)(*arguments))
            os.write(back[1], (json.dumps(answer) + "\\n").encode())
        os._exit(0)
    os.close(there[0])
    answers = os.fdopen(back[0])

    def second(*order):
        os.write(there[1], (json.dumps(order) + "\\n").encode())
        return json.loads(answers.readline())

    def first(name, content):
        path = Path("/nfs", name)
        path.write_text(content)
        return os.open(path, os.O_RDWR)

    LOST = ("Host is down", "Software caused connection abort")
    found = {}
    print("@@ ready", flush=True)
    sys.stdin.readline()
    EX, SH, RW, RO = fcntl.LOCK_EX, fcntl.LOCK_SH, os.O_RDWR, os.O_RDONLY

    file = first("locked", "old")
    second("open", "locked", RW)
    for kind, name in ((fcntl.flock, "flock"), (fcntl.lockf, "lockf")):
        lock(kind, file, EX)
        found[f"{name} of the first, tried by the second"] = second(name, "locked", SH)
        kind(file, fcntl.LOCK_UN)
        second(name, "locked", SH)
        found[f"{name} of the second, tried by the first"] = lock(kind, file, EX)
        second(name, "locked", fcntl.LOCK_UN)
        found[f"{name} when nobody has it"] = lock(kind, file, EX)
        kind(file, fcntl.LOCK_UN)
    reading = os.open("/nfs/locked", RO)
    found["an exclusive flock on a file that is open for reading"] = lock(fcntl.flock, reading, EX)

    directory = os.open("/nfs", RO)
    lock(fcntl.flock, directory, EX)
    second("open", ".", RO)
    found["flock of a directory, tried by the second"] = second("flock", ".", EX)

    found["a file without a name"] = tried(lambda: os.open("/nfs", os.O_TMPFILE | RW))
    rename = ctypes.CDLL(None, use_errno=True).renameat2
    names = (b"/nfs/locked", b"/nfs/other")
    Path("/nfs/other").write_text("x")
    found["exchange of names"] = "done" if rename(-100, names[0], -100, names[1], 2) == 0 else os.strerror(ctypes.get_errno())

    own = first("open here", "content")
    os.unlink("/nfs/open here")
    found["deleted while open on the same client"] = [name[:4] for name in second("names") if name.startswith(".nfs")]
    os.close(own)

    first("open there", "content")
    second("open", "open there", RO)
    os.unlink("/nfs/open there")
    found["deleted while open on the other client"] = second("read", "open there")

    os.close(first("moved", "content"))
    os.stat("/nfs/moved")
    second("rename", "moved", "gone")
    found["a name that the other has just moved"] = tried(lambda: os.stat("/nfs/moved") and "still seen")
    os.close(os.open("/nfs", RO | os.O_DIRECTORY))
    found["the same, when its directory was opened by its path"] = tried(lambda: os.stat("/nfs/moved") and "still seen")

    class Apart:
        '''A program that has locked a file of a client and written to it; it goes on when it is told.'''
        def __init__(self, path):
            self.go, self.said = os.pipe(), os.pipe()
            if os.fork() == 0:
                file = os.open(path, RW | os.O_CREAT)
                fcntl.flock(file, EX)
                os.write(file, b"before ")
                os.fsync(file)
                os.write(self.said[1], b".")
                os.read(self.go[0], 1)
                os.write(self.said[1], tried(lambda: write_on(file)).encode())
                os._exit(0)
            os.read(self.said[0], 1)
        def lets_go(self): os.write(self.go[1], b"!")
        def answer(self): return os.read(self.said[0], 100).decode()

    def write_on(file):
        os.write(file, b"after")
        os.fsync(file)
        return "written"

    gives_up, waits = NfsClient("gives-up", Patience.GIVES_UP), NfsClient("waits", Patience.WAITS)
    program = Apart(gives_up.mount_point / "lost")
    gives_up.lose_server()
    program.lets_go()
    found["written on a mount that gives up"] = program.answer()
    gives_up.start_anew()
    found["what has come of it, and another client sees"] = Path(gives_up.mount_point, "lost").read_text()

    for what, away, back in (
        ("cut", waits.wire.cut, waits.wire.come_back),
        ("restart", waits.stop_server, waits.start_server),
    ):
        program = Apart(waits.mount_point / what)
        away()
        program.lets_go()
        found[f"a program on a mount that waits: {what}"] = "ended" if select.select([program.said[0]], [], [], 0.5)[0] else "waits"
        back()
        found[f"and when the server is there again: {what}"] = program.answer()
    content = os.urandom(1 << 18)
    for line in BadLine:
        waits.wire.spoil(line)
        Path(waits.mount_point, line.name).write_bytes(content)
        packets = waits.wire.mend()
        found[f"written over a line that {line.name}"] = Path("/nfs", line.name).read_bytes() == content
        found[f"and packets are lost: {line.name}"] = packets.lost > 0
        found[f"and each is small: {line.name}"] = packets.sent > len(content) // 1500
    import subprocess
    lost, smb = SmbClient("smb-gives-up", Patience.GIVES_UP), SmbClient("smb", Patience.WAITS)
    program = Apart(lost.mount_point / "smb-lost")
    lost.lose_server()
    program.lets_go()
    found["written by SMB to a server that lets its client in no more"] = program.answer() in LOST
    lost.start_anew()
    found["what has come of it there, and a new client sees"] = Path(lost.mount_point, "smb-lost").read_text()
    program = Apart(smb.mount_point / "smb-restarted")
    smb.stop_server()
    program.lets_go()
    found["a program on an SMB mount that waits"] = "ended" if select.select([program.said[0]], [], [], 0.5)[0] else "waits"
    smb.start_server()
    told, came = program.answer(), Path(EXPORT, "smb-restarted").read_text()
    found["and when the SMB server is there again"] = (told == "written" and came == "before after") or told in LOST
    at = smb.mount_point
    copier = [sys.executable, "-m", "ContentionLibrary.reference_copier", "--wait", "0.2", "/run/source", str(at / "copied")]

    def copied():
        content, before = os.urandom(1 << 18), {*os.listdir(EXPORT), "copied"}
        Path("/run/source").write_bytes(content)
        code = subprocess.run(copier, capture_output=True).returncode
        hidden = os.getxattr(f"{EXPORT}/copied", "user.DOSATTRIB")[12] & 2
        whole = Path(EXPORT, "copied").read_bytes() == content
        return [code, set(os.listdir(EXPORT)) == before, whole, "hidden" if hidden else "seen by all"]

    found["copied to a mount of an SMB server"] = copied()
    found["and over an older version"] = copied()
    reading = os.open(at / "copied", RO)
    found["a shared flock there"] = lock(fcntl.flock, reading, SH)
    other = os.open(at / "copied", RW)
    found["the same file, tried with another descriptor"] = lock(fcntl.flock, other, EX)
    found["written by who has a shared lock"] = tried(lambda: lock(fcntl.flock, other, SH) and os.write(other, b"x"))
    found["copied over a file whose reader has a lock"] = copied()
    os.close(reading)
    os.close(other)
    own = os.open(at / "leased", RW | os.O_CREAT)
    os.write(own, b"x")
    os.link(at / "leased", at / "second name")
    found["a second name of an open file there"] = tried(lambda: os.open(at / "second name", RO) and "opened")
    found["a file without a name there"] = tried(lambda: os.open(at, os.O_TMPFILE | RW))
    for line in BadLine:
        smb.wire.spoil(line)
        (at / line.name).write_bytes(content)
        lost = smb.wire.mend().lost > 0
        found[f"written by SMB over a wire that {line.name}"] = [Path("/nfs", line.name).read_bytes() == content, lost]
    Path(sys.argv[1], "found.json").write_text(json.dumps(found))
    os.sync()
    print("@@ done", flush=True)
    sys.stdin.readline()
"""
PROMISED = {
    "flock of the first, tried by the second": "Resource temporarily unavailable",
    "flock of the second, tried by the first": "Resource temporarily unavailable",
    "flock when nobody has it": "locked",
    "lockf of the first, tried by the second": "Resource temporarily unavailable",
    "lockf of the second, tried by the first": "Resource temporarily unavailable",
    "lockf when nobody has it": "locked",
    "an exclusive flock on a file that is open for reading": "Bad file descriptor",
    "flock of a directory, tried by the second": "locked",
    "a file without a name": "Operation not supported",
    "exchange of names": "Invalid argument",
    "deleted while open on the same client": [".nfs"],
    "deleted while open on the other client": "content",
    "a name that the other has just moved": "still seen",
    "the same, when its directory was opened by its path": "No such file or directory",
    "written on a mount that gives up": "Input/output error",
    "what has come of it, and another client sees": "before ",
    "a program on a mount that waits: cut": "waits",
    "and when the server is there again: cut": "written",
    "a program on a mount that waits: restart": "waits",
    "and when the server is there again: restart": "written",
    "written over a line that LOSES": True,
    "and packets are lost: LOSES": True,
    "and each is small: LOSES": True,
    "written over a line that MIXES": True,
    "and packets are lost: MIXES": False,
    "and each is small: MIXES": True,
    "written by SMB to a server that lets its client in no more": True,
    "what has come of it there, and a new client sees": "before ",
    "a program on an SMB mount that waits": "waits",
    "and when the SMB server is there again": True,
    "copied to a mount of an SMB server": [0, True, True, "seen by all"],
    "and over an older version": [0, True, True, "seen by all"],
    "a shared flock there": "locked",
    "the same file, tried with another descriptor": "Permission denied",
    "written by who has a shared lock": "Permission denied",
    "copied over a file whose reader has a lock": [75, True, False, "seen by all"],
    "a second name of an open file there": "Invalid argument",
    "a file without a name there": "Operation not supported",
    "written by SMB over a wire that LOSES": [True, True],
    "written by SMB over a wire that MIXES": [True, False],
}
"""What Linux 6.1 does over NFS 4.2, over NFS 3 where a mount gives up, and over SMB with Samba 4.17: another kernel that does otherwise shows here, and not as a copier's fault."""


def open_guest(directory, starter):
    directory.mkdir()
    job = directory / "job.py"
    job.write_text(textwrap.dedent(JOB), encoding="utf-8")
    environment = {"PYTHONPATH": str(CHECKOUT)}
    guest = Guest(directory / "guest", starter, (sys.executable, str(job)), environment)
    guest.wait_until_up()
    return guest


def in_group(group):
    """List the living processes of a process group."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


def gone(group, within=20.0):
    deadline = time.monotonic() + within
    while in_group(group) and time.monotonic() < deadline:
        time.sleep(0.02)
    return in_group(group) == []


def test_what_nfs_promises_its_clients_and_that_nothing_of_the_guest_stays():
    workspace, ledger = open_workspace("guest test")
    with Starter(workspace, ledger, [ROLE]) as starter:
        guest = open_guest(workspace.path / "place", starter)
        assert len(in_group(guest.process)) > 1
        guest.say("go on")
        heard = guest.hear(120.0)
        assert heard == "done", guest.last_words()
        found = json.loads((guest.directory / "found.json").read_text())
        guest.end()
        assert gone(guest.process)
        assert not guest.directory.exists()
    assert found == PROMISED


LOST = """
    import sys, time
    sys.path.insert(0, {tests!r})
    from test_guest import ROLE, open_guest
    from ContentionLibrary.processes.starter import Starter
    from ContentionLibrary.processes.workspace import open_workspace
    workspace, ledger = open_workspace("guest test")
    starter = Starter(workspace, ledger, [ROLE])
    guest = open_guest(workspace.path / "place", starter)
    print(guest.process, workspace.path, flush=True)
    time.sleep(100)
"""


def test_a_guest_is_gone_when_whoever_asked_for_it_is_killed():
    code = textwrap.dedent(LOST.format(tests=str(Path(__file__).parent)))
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    asking = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert asking.stdout is not None
        group, place = asking.stdout.readline().split()
        assert len(in_group(int(group))) > 1
    finally:
        asking.send_signal(signal.SIGKILL)
        asking.wait()
    assert gone(int(group))
    deadline = time.monotonic() + 20.0
    while Path(place).exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(place).exists()


@pytest.mark.parametrize(
    "version, reason",
    [("6.1.0\n", ""), ("6.10.9-1\n", ""), ("6.12.113\n", "6.12.113, is newer"), ("7.0\n", "7.0, is newer")],
)
def test_a_kernel_of_which_nothing_is_known_is_refused(tmp_path, monkeypatch, version, reason):
    kernel = tmp_path / "linux.uml"
    kernel.write_text(f"#!/bin/sh\necho '{version.strip()}'\n")
    kernel.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert reason in why_no_guest() if reason else why_no_guest() == ""
