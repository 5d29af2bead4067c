"""A real file server for Windows clients: Samba, run by whoever runs the scenario, on a free port of this machine.

The server shares one directory. Whoever works in that directory is a process on the server's side; clients come by the
protocol (SMB 3), for which `account` has all that they need. It keeps alternate data streams in files of their own
(`streams_depot`), so that byte ranges of a stream can be locked as on NTFS.

Method: the options of smb.conf(5) that let an ordinary user run it, with everything that it writes in one private
directory. `kernel share modes` is off because Linux has no such locks any more (LOCK_MAND went with 5.17): with it every
open fails. `kernel oplocks` is off, as it is by default: local processes do not wait for a client's lease.

The process that keeps the server plays the role that stands here. It and all of the server are one process group, which
ends with it; the password is made for this server and lives as long.
"""

from __future__ import annotations

import secrets
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.processes.channel import Channel, Message
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.stage.stage import Reality, Stage

ADDRESS = "127.0.0.1"
SHARE = "share"
PACKAGES = "sudo apt-get install samba samba-vfs-modules"
"""What brings the server; Debian keeps the streams in a package of their own."""

_STREAMS = "streams_depot"
_LONGEST = 107 - len("/private/msg.sock/4194304")
"""Bytes that the path of the server's own directory may have: its sockets lie there, and unix(7) limits their paths."""
_LISTENS_WITHIN = 20.0  # seconds; about 0.2 on a quiet machine
_ENDS_WITHIN = 10.0  # seconds
_PORTS_TRIED = 5
"""Another program may take a free port before the server does, which ends then."""

FOLDERS = ("private", "lock", "state", "cache", "pid", "ncalrpc")
"""Directories of `OPTIONS`, which have to be there."""
OPTIONS = """\
[global]
server role = standalone server
private dir = {home}/private
lock directory = {home}/lock
state directory = {home}/state
cache directory = {home}/cache
pid directory = {home}/pid
ncalrpc dir = {home}/ncalrpc
log file = {home}/log
passdb backend = smbpasswd:{home}/private/smbpasswd
disable spoolss = yes
load printers = no
printing = bsd
printcap name = /dev/null
strict locking = yes
posix locking = yes
kernel share modes = no
kernel oplocks = no
"""
"""What each server of ours is told, wherever it runs: all that it writes lies in the directory `home`."""
_CONFIGURATION = f"""\
{OPTIONS}\
netbios name = CONTENTION
interfaces = {{address}}/8
bind interfaces only = yes
hosts allow = {{address}}
smb ports = {{port}}
server min protocol = SMB2_10
server multi channel support = no
smb2 leases = yes

[{{share}}]
path = {{root}}
read only = no
force user = {{user}}
vfs objects = {{streams}}
"""


@dataclass(frozen=True)
class Account:
    """What a client needs beside the path.

    Args:
        port: where the server listens, at every name and address of this machine.
        user: whose rights the clients have: those of whoever runs the scenario.
        password: made for this server.
    """

    port: int
    user: str
    password: str


def why_no_samba() -> str:
    """Say why there can be no such server here, with the one command that helps; empty when there can."""
    if sys.platform != "linux":
        return f"a Samba server of our own is started on Linux only, this is {sys.platform}: run there"
    if program("smbd") is None or program("pdbedit") is None:
        return f"there is no smbd: {PACKAGES}"
    if not _module().exists():
        return f"this Samba has no {_STREAMS}: {PACKAGES}"
    if not _user():
        return "the user who runs this has no name, without which Samba lets nobody in: add one to /etc/passwd"
    return ""


def version() -> str:
    """Return what the server says of itself, e.g. `4.17.12-Debian`."""
    smbd = program("smbd")
    return _told_by([smbd, "-V"]).removeprefix("Version").strip() if smbd else ""


def program(name: str) -> str | None:
    """Find a program of the server, which an ordinary user's PATH may leave out."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin:/usr/local/sbin")


def _module() -> Path:
    built = _told_by([program("smbd") or "smbd", "-b"])
    folder = next((line.partition(":")[2].strip() for line in built.splitlines() if "MODULESDIR:" in line), "")
    return Path(folder, "vfs", f"{_STREAMS}.so")


def _told_by(command: list[str]) -> str:
    told = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return told.stdout.strip()


def _user() -> str:
    import os  # noqa: PLC0415 - the password database exists on POSIX only, and is asked for there only
    import pwd  # noqa: PLC0415 - likewise

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # e.g. a container that was started under a number
        return ""


class Samba(Stage):
    """A directory that a real server shares.

    Args:
        root: the directory; it exists, inside a marked one.
        home: an empty directory for what the server writes for itself, with a short path; inside a marked one.
        starter: starts the process that keeps the server, and ends it whatever happens to us.

    Raises:
        NotPossibleHere: there is no server here, or it does not come up.
    """

    def __init__(self, root: Path, home: Path, starter: Starter) -> None:
        if reason := why_no_samba():
            raise NotPossibleHere(reason)
        if len(str(home).encode()) > _LONGEST:
            raise NotPossibleHere(f"'{home}' is too long for the server's sockets: set TMPDIR to a short path")
        self._root, self._starter = root, starter
        self._version = version()
        for name in FOLDERS:
            (home / name).mkdir(mode=0o700)
        user, password = _user(), secrets.token_urlsafe(24)
        self._keeper = starter.start(
            __name__, {"root": str(root), "home": str(home), "user": user, "password": password}
        )
        told = self._keeper.receive(_LISTENS_WITHIN * (_PORTS_TRIED + 1))
        if told is None or "port" not in told:
            self.end()
            reason = told["refused"] if told else "it does not answer"
            raise NotPossibleHere(f"the Samba server does not come up: {reason}")
        self.account = Account(told["port"], user, password)

    @property
    def root(self) -> Path:
        """The directory that is shared, as processes on the server's side see it."""
        return self._root

    @property
    def name(self) -> str:
        """How a verdict calls it."""
        return f"Samba {self._version}"

    @property
    def reality(self) -> Reality:
        """It is the very server that people run."""
        return Reality.SERVER

    def unc(self, path: Path, *, host: str = ADDRESS, share: str = SHARE, capitals: bool = False) -> str:
        r"""Return how a client calls a file of the directory, e.g. `\\127.0.0.1\share\run-1\slide.bin`.

        Args:
            path: the file, as the server's side calls it.
            host: a name or address of this machine.
            share: the name of the share, in any case.
            capitals: write the rest of the path in capitals.
        """
        parts = path.relative_to(self._root).parts
        return "\\".join(["", "", host, share, *(part.upper() if capitals else part for part in parts)])

    def let_go(self) -> None:
        """Keep nothing: whoever empties the ledger ends the server."""

    def end(self) -> None:
        """End the server; its private directory goes with the workspace."""
        self._starter.kill(self._keeper)
        self._starter.ending(self._keeper, _ENDS_WITHIN)


def main(channel: Channel, request: Message) -> None:
    """Keep a server until nobody speaks to us any more; the role that a starter's child plays."""
    home = Path(request["home"])
    reason = ""
    for _ in range(_PORTS_TRIED):
        port = _free_port()
        _write_configuration(home, port, request["root"], request["user"])
        reason = reason or let_in(home, request["user"], request["password"])
        if reason:
            break
        server = _serve(home)
        if _wait_until_it_listens(server, port):
            channel.send({"port": port})
            while channel.receive() is not None:
                pass
            return
        server.kill()
        server.wait()
    channel.send({"refused": reason or _last_words(home)})


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((ADDRESS, 0))
        return int(free.getsockname()[1])


def _write_configuration(home: Path, port: int, root: str, user: str) -> None:
    facts = {"home": home, "port": port, "root": root, "user": user}
    text = _CONFIGURATION.format(address=ADDRESS, share=SHARE, streams=_STREAMS, **facts)
    (home / "smb.conf").write_text(text, encoding="utf-8")


def let_in(home: Path, user: str, password: str) -> str:
    """Give a user a password of the server's own; returns why that was refused, empty if it was not.

    Args:
        home: where the server has its `smb.conf`.
        user: a user of this machine.
        password: what they show to it from now on.
    """
    pdbedit = program("pdbedit")
    assert pdbedit is not None
    made = subprocess.run(
        [pdbedit, "-s", str(home / "smb.conf"), "-a", "-t", "-u", user],
        input=f"{password}\n{password}\n",
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        return f"pdbedit lets nobody in: {(made.stderr or made.stdout).strip()[-300:]}"
    return ""


def _serve(home: Path) -> subprocess.Popen[bytes]:
    smbd = program("smbd")
    assert smbd is not None
    with (home / "output").open("wb") as output:
        return subprocess.Popen(
            [smbd, "-F", "--no-process-group", "-l", str(home), "-s", str(home / "smb.conf")],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def _wait_until_it_listens(server: subprocess.Popen[bytes], port: int) -> bool:
    """Returns False when it has ended instead, or takes too long."""
    deadline = time.monotonic() + _LISTENS_WITHIN
    while server.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection((ADDRESS, port), timeout=1).close()
        except OSError:
            time.sleep(0.01)
        else:
            return True
    return False


def _last_words(home: Path) -> str:
    told = [path.read_text(errors="replace").strip() for path in (home / "output", home / "log") if path.exists()]
    return " / ".join(filter(None, told))[-500:] or "it says nothing"
