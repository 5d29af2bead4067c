"""Clients of an SMB server inside a guest: the kernel's own (cifs) and Samba, on the directory that the guest exports by NFS too.

For use inside a guest, as its root; each client is behind a wire of its own. The server comes up with the first client.

What such a mount does otherwise than a local file system, with Linux 6.1 and Samba 4.17: a lock that another one has is refused
with EACCES; flock is a lock of byte ranges, which the server enforces against reading and writing; there are no files
without a name; a second name of a file that is open cannot be opened (EINVAL), because its lease is for the first.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path

from ContentionLibrary.errors import HarnessError, NotPossibleHere
from ContentionLibrary.stage.guest_scripts import CLIENTS, EXPORT
from ContentionLibrary.stage.samba import FOLDERS, OPTIONS, let_in, program
from ContentionLibrary.stage.wire import Wire, run

_HOME = Path("/run/samba-of-the-guest")
_PASSWORD = "of this guest alone"
_SHARE = "share"
_OPTIONS = f"username=root,password={_PASSWORD},vers=3.1.1,hard"
_LISTENS_WITHIN = 20.0  # seconds
_NEEDED = {"smbd": "samba", "pdbedit": "samba", "smbclient": "smbclient", "mount.cifs": "cifs-utils"}
"""What is run, and the package that brings it."""
_CONFIGURATION = f"""\
{OPTIONS}\
netbios name = GUEST
smb ports = 445

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

    Raises:
        NotPossibleHere: a program is missing.
    """

    root = Path(EXPORT)

    def __init__(self, name: str) -> None:
        _start_server()
        self.mount_point = Path(CLIENTS) / name
        self.mount_point.mkdir(parents=True)
        self.wire = Wire()
        share = f"//{self.wire.server}/{_SHARE}"
        mount = ("mount", "-t", "cifs", share, str(self.mount_point), "-o", _OPTIONS)
        run("nsenter", f"--net=/run/netns/{self.wire.network}", *mount)


def _start_server() -> None:
    """Start the server unless it runs, and wait until it answers.

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
        configuration = str(_HOME / "smb.conf")
        Path(configuration).write_text(_CONFIGURATION.format(home=_HOME), encoding="ascii")
        if reason := let_in(_HOME, "root", _PASSWORD):
            raise HarnessError(f"in the guest {reason}")
        run("smbd", "-D", "-s", configuration)
        deadline = time.monotonic() + _LISTENS_WITHIN
        while not _answers(configuration):
            if time.monotonic() > deadline:
                raise HarnessError(
                    f"in the guest the SMB server does not answer: {(_HOME / 'log').read_text()[-1000:]}"
                )
            time.sleep(0.05)


def _answers(configuration: str) -> bool:
    try:
        run("smbclient", "-s", configuration, "-U", f"root%{_PASSWORD}", f"//127.0.0.1/{_SHARE}", "-c", "ls")
    except HarnessError:
        return False
    return True
