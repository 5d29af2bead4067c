"""A directory on a real server, mounted through a link that can be made to fail.

The server is OpenSSH's sshd, the client sshfs, so copiers meet what they meet on any mount of a remote directory: late
errors, since data is sent behind the program's back, open files that die with their connection, and a mount that is gone.
What has really arrived is seen on the server's side, where no link can fool us.

Without `reconnect` sshfs ends when its connection does, and the mount with it; with it the next call connects anew.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

from ContentionLibrary.errors import HarnessError, NotPossibleHere
from ContentionLibrary.processes.ledger import MOUNT, Ledger
from ContentionLibrary.processes.mounts import mounts_below
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.stage.keeping import Kept
from ContentionLibrary.stage.link import Cut, Link
from ContentionLibrary.stage.sftp_server import SftpServer, find_program, why_no_server
from ContentionLibrary.stage.stage import Reality

_WITHIN = 20.0  # seconds in which a mount comes, goes, or works again
_HIDDEN_WITHIN = 2.0  # seconds; whoever is still there then stays
_LOOK_EACH = 0.005  # seconds
_DETACH = 2  # MNT_DETACH
_NO_CACHE = "dir_cache=no,entry_timeout=0,attr_timeout=0,negative_timeout=0"
"""What copiers find is what the server has: others, and we, change it behind the client's back."""


def why_no_share() -> str:
    """Say why nothing can be mounted from such a server here, with the remedy; empty when it can."""
    if reason := why_no_server():
        return reason
    if find_program("sshfs") is None:
        return "there is no sshfs: install the package sshfs"
    if not Path("/dev/fuse").exists():
        return "there is no /dev/fuse: load the kernel's module fuse, or give this container the device"
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        return "this user may not use /dev/fuse: run as root"
    if os.geteuid() != 0 and find_program("fusermount3") is None:
        return "there is no fusermount3: install the package fuse3"
    return ""


class Share:
    """A directory on a server, behind a link of its own. A `Stage` that can be lost.

    Args:
        directory: where it lies; inside a marked directory.
        server: the server that serves it.
        starter: starts its processes.
        ledger: what must not be left behind.

    Raises:
        NotPossibleHere: it cannot be mounted here.
    """

    def __init__(self, directory: Path, server: SftpServer, starter: Starter, ledger: Ledger) -> None:
        if reason := why_no_share():
            raise NotPossibleHere(reason)
        self._server, self._starter, self._ledger = server, starter, ledger
        self._served, self.mount_point = directory / "served", directory / "mounted"
        for path in (self._served, self.mount_point):
            path.mkdir(parents=True)
        self._log = directory / "log"
        self._written = ledger.write(MOUNT, path=str(self.mount_point))
        self.link = Link(starter, server.command, self._log)
        self._configuration = server.login(self.link.port).config
        self._client: Kept | None = None
        self._reconnects = False
        self._said_before = 0  # bytes of the log
        self._changing = threading.Lock()  # a scenario may be ended while a lane is about to mount
        self._over = False

    @property
    def root(self) -> Path:
        """What is mounted, as the server sees it: an empty directory."""
        return self._served

    @property
    def name(self) -> str:
        """How a verdict calls it."""
        return "OpenSSH for SFTP, mounted by sshfs, behind a link of ours"

    @property
    def reality(self) -> Reality:
        """Server and client are those that people use."""
        return Reality.SERVER

    def mount(self, *, reconnect: bool) -> None:
        """See that it is mounted, and works.

        Args:
            reconnect: whether the client connects again when its connection was lost.

        Raises:
            NotPossibleHere: it cannot be mounted.
            HarnessError: it has been ended.
        """
        with self._changing:
            if self._over:
                raise HarnessError(f"{self.name} has been ended already")
            if self._client is not None and (self._reconnects is not reconnect or not self._still_works()):
                self._unmount()
            if self._client is None:
                self._mount(reconnect=reconnect)

    def _still_works(self) -> bool:
        """Tell whether the client still serves us; one that has lost its server may be mounted while it ends."""
        return self._client is not None and not self._client.has_ended() and self._answers()

    def _mount(self, *, reconnect: bool) -> None:
        _empty(self.mount_point)
        self._said_before = self._log.stat().st_size if self._log.exists() else 0
        program = find_program("sshfs")
        assert program is not None
        options = f"{_NO_CACHE},reconnect" if reconnect else _NO_CACHE
        words = [program, "-f", "-F", str(self._configuration), "-o", options]
        remote = f"{self._server.user}@contention:{self._served}"
        self._client = Kept(self._starter, [*words, remote, str(self.mount_point)], self._log)
        self._reconnects = reconnect
        client = self._client
        self._wait(lambda: client.has_ended() or self._answers(), "is not mounted")
        if client.has_ended():
            client.end()
            self._client = None
            raise NotPossibleHere(f"sshfs does not mount a directory of its own server: {self._last_words()}")

    def settle(self) -> None:
        """Wait until all that was written through it has arrived: the server answers one question after the other."""
        os.statvfs(self.mount_point)

    def come_to_rest(self) -> None:
        """Wait until the client has done what it does behind the programs' backs when they have ended.

        A file that was deleted while it was open keeps a hidden name until its last close, which nobody waits for.
        """
        deadline = time.monotonic() + _HIDDEN_WITHIN
        while any(self._served.rglob(".fuse_hidden*")) and time.monotonic() < deadline:
            time.sleep(_LOOK_EACH)

    def lose(self, how: Cut) -> None:
        """Cut the link for good; returns when the client has noticed, unless it cannot notice yet."""
        self.link.cut(how, for_good=True)
        client = self._client
        if how is not Cut.SILENT and client is not None:
            self._wait(client.has_ended, "has not lost its mount")

    def interrupt(self, act: Callable[[], None]) -> None:
        """Break every connection, and wait until the client has made a new one; its open files are lost.

        Args:
            act: breaks them.
        """
        before = self.link.traffic().accepted
        act()
        self._wait(lambda: self._answers() and self.link.traffic().accepted > before, "does not come back")

    def recover(self) -> None:
        """Wait until it works, with a client that connects again."""
        self._wait(self._answers, "does not come back")

    def _answers(self) -> bool:
        """Tell whether what is mounted there answers, in one question.

        An ordinary user's mount is there before the server has let us in; one that has lost its server goes when it
        likes, and the bare directory below it would answer as well.
        """
        try:
            return self.mount_point.stat().st_dev != self.mount_point.parent.stat().st_dev
        except OSError as error:
            if error.errno not in (errno.EIO, errno.ENOTCONN, errno.ECONNABORTED, errno.ETIMEDOUT):
                raise
            return False

    def _wait(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + _WITHIN
        while not condition():
            if time.monotonic() > deadline:
                raise HarnessError(f"{self.name} {what} within {_WITHIN:g} s: {self._last_words()}")
            time.sleep(_LOOK_EACH)

    def _last_words(self) -> str:
        """Return what client and server have said since it was last mounted, in one line."""
        try:
            words = self._log.read_bytes()[self._said_before :].decode(errors="replace")
        except FileNotFoundError:
            return ""
        return "; ".join(line.strip() for line in words.splitlines() if line.strip())[-300:]

    def _unmount(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        _detach(self.mount_point)
        client.end()
        _detach(self.mount_point)  # what was mounted in the moment between
        self._wait(lambda: not mounts_below(self.mount_point), "stays mounted")

    def let_go(self) -> None:
        """Keep nothing open: whoever empties the ledger ends the rest."""

    def end(self) -> None:
        """Unmount it for good, and end its client, its link and its servers; whoever is about to mount it is waited for."""
        with self._changing:
            if self._over:
                return
            self._over = True
            self._unmount()
            self.link.end()
            self._ledger.strike(self._written)
            shutil.rmtree(self.mount_point.parent)


def _detach(point: Path) -> None:
    """Unmount whatever is mounted there, also if somebody uses it still or its client is dead."""
    if not mounts_below(point):
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.umount2(os.fsencode(point), _DETACH) == 0:
        return
    program = find_program("fusermount3")
    if program is not None:
        words = [program, "-u", "-z", "--", str(point)]
        subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, check=False)


def _empty(directory: Path) -> None:
    """Remove what lies in a mount point with nothing mounted on it: copiers write there when a mount is gone."""
    for path in directory.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
