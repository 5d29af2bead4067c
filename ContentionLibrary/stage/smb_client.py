"""Clients of an SMB server inside a guest: the kernel's own (cifs) and Samba, on the directory that the guest exports by NFS too.

For use inside a guest, as its root; each client is behind a wire of its own. The server comes up with the first client.

What such a mount does otherwise than a local file system, with Linux 6.1 and Samba 4.17: a lock that another one has is refused
with EACCES; flock is a lock of byte ranges, which the server enforces against reading and writing; there are no files
without a name; a second name of a file that is open cannot be opened (EINVAL), because its lease is for the first.

What becomes of a server that is lost, measured with the same:

* A client that gives up on a silent server takes 31 s for the first flush and 10 s for each call after that (EHOSTDOWN), although
  it asks each second whether the server is there (echo_interval): far longer than copiers are given. From a server that is there
  again and lets it in no more it gets that answer at once, or ECONNABORTED. So that is how a server is lost here.
* A client that waits goes on when the server is there again, within 1 to 6 s. If it was started again, a flush may fail all
  the same (ECONNABORTED), and what was written last is lost then.
* Who has a file open on a lost mount must start no program: closing the file waits in that, too.
* Whoever unmounts it when a file could not be closed brings the kernel down (6.1.176, `serverclose_work`). So it stays.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from pathlib import Path

from ContentionLibrary.errors import HarnessError, NotPossibleHere
from ContentionLibrary.stage.guest_scripts import CLIENTS, EXPORT
from ContentionLibrary.stage.patience import Patience
from ContentionLibrary.stage.samba import FOLDERS, OPTIONS, let_in, program
from ContentionLibrary.stage.wire import Wire, run

_HOME = Path("/run/samba-of-the-guest")
_CONFIGURATION = _HOME / "smb.conf"
_USERS = _HOME / "private/smbpasswd"
_KEPT = _HOME / "private/kept"
"""Where that is while nobody is let in; the server makes an empty one then."""
_PASSWORD = "of this guest alone"
_SHARE = "share"
_PORT = 445
_OPTIONS = {Patience.GIVES_UP: "soft,echo_interval=1", Patience.WAITS: "hard"}
_WITHIN = 20.0  # seconds
_NEEDED = {"smbd": "samba", "pdbedit": "samba", "mount.cifs": "cifs-utils"}
"""What is run, and the package that brings it."""
_CONFIGURED = f"""\
{OPTIONS}\
netbios name = GUEST
smb ports = {_PORT}

[{_SHARE}]
path = {EXPORT}
read only = no
"""
_starting = threading.Lock()


def why_no_smb() -> str:
    """Say why there can be no such server and client in a guest, with the one command that helps; empty when there can."""
    missing = sorted({package for name, package in _NEEDED.items() if program(name) is None})
    return f"a guest with SMB needs more programs: sudo apt-get install {' '.join(missing)}" if missing else ""


class SmbClient:
    """A client of the server, and the mount point at which it sees the share; `root` is the same as the server sees it.

    Args:
        name: of its mount point.
        patience: what it does while the server does not answer.

    Raises:
        NotPossibleHere: a program is missing.
    """

    root = Path(EXPORT)

    def __init__(self, name: str, patience: Patience) -> None:
        _make_server()
        self._patience = patience
        self.mount_point = Path(CLIENTS) / name
        self.mount_point.mkdir(parents=True)
        self.wire = Wire()
        self._mount()

    def _mount(self) -> None:
        share = f"//{self.wire.server}/{_SHARE}"
        options = f"username=root,password={_PASSWORD},vers=3.1.1,{_OPTIONS[self._patience]}"
        mount = ("mount", "-t", "cifs", share, str(self.mount_point), "-o", options)
        run("nsenter", f"--net=/run/netns/{self.wire.network}", *mount)

    def lose_server(self) -> None:
        """Start the server again, as one that lets nobody in until this client starts anew; others lose it, too."""
        self.stop_server()
        _USERS.rename(_KEPT)
        self.start_server()

    def stop_server(self) -> None:
        """End the server, unseen by this client."""
        self.wire.cut()
        _stop_server()

    def start_server(self) -> None:
        """Start the server again."""
        _start_server()
        self.wire.come_back()

    def start_anew(self) -> None:
        """Mount it as a machine that nobody has seen before, over the mount that has lost its server."""
        self.wire.cut()
        if _KEPT.exists():
            _KEPT.rename(_USERS)
        self.wire = Wire()
        self._mount()


def _make_server() -> None:
    """Make the server unless there is one.

    Raises:
        NotPossibleHere: a program is missing.
        HarnessError: it does not come up.
    """
    with _starting:
        if _HOME.exists():
            return
        if reason := why_no_smb():
            raise NotPossibleHere(reason)
        for folder in FOLDERS:
            (_HOME / folder).mkdir(parents=True)
        _CONFIGURATION.write_text(_CONFIGURED.format(home=_HOME), encoding="ascii")
        if reason := let_in(_HOME, "root", _PASSWORD):
            raise HarnessError(f"in the guest {reason}")
        _start_server()


def _start_server() -> None:
    """Start the server, and wait until it listens.

    Raises:
        HarnessError: it does not come up.
    """
    run("smbd", "-D", "-s", str(_CONFIGURATION))
    _wait_until(listens=True)


def _stop_server() -> None:
    """End the server with all its processes, which are one group.

    Raises:
        HarnessError: it does not end.
    """
    os.killpg(int((_HOME / "pid/smbd.pid").read_text(encoding="ascii")), signal.SIGKILL)
    _wait_until(listens=False)


def _wait_until(*, listens: bool) -> None:
    deadline = time.monotonic() + _WITHIN
    while _listens() is not listens:
        if time.monotonic() > deadline:
            what = "does not listen" if listens else "does not end"
            raise HarnessError(f"in the guest the SMB server {what}: {(_HOME / 'log').read_text()[-1000:]}")
        time.sleep(0.02)


def _listens() -> bool:
    try:
        socket.create_connection(("127.0.0.1", _PORT), timeout=1).close()
    except OSError:
        return False
    return True
