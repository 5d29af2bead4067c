"""A directory on a real server, behind a link that can be made to fail, for copiers that connect by themselves.

Nothing is mounted, so any user can have it, and a copier meets what it meets with every SSH server: its own connection is
late, cut or silent. What has arrived is seen on the server's side.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.stage.link import Link
from ContentionLibrary.stage.sftp_server import Login, SftpServer
from ContentionLibrary.stage.stage import Reality

_NOT_CONNECTED = 255
"""How `ssh` ends when it has not come to the command."""
_WITHIN = 20.0  # seconds


class Served:
    """A directory on a server, behind a link of its own.

    Args:
        directory: where it lies; inside a marked directory.
        server: the server that serves it.
        starter: starts its processes.

    Raises:
        NotPossibleHere: the server cannot be given what it needs.
    """

    def __init__(self, directory: Path, server: SftpServer, starter: Starter) -> None:
        self.root = directory / "served"
        self.root.mkdir(parents=True)
        self.link = Link(starter, server.command, directory / "log")
        self.login: Login = server.login(self.link.port)
        self._runs_nothing: str | None = None  # not tried yet

    @property
    def name(self) -> str:
        """How a verdict calls it."""
        return "OpenSSH's server, of which the copier is a client, behind a link of ours"

    @property
    def reality(self) -> Reality:
        """The server is the one that people use."""
        return Reality.SERVER

    def try_login(self) -> str:
        """See that clients are let in.

        Returns:
            Why the server runs no commands for them, as `rsync` needs it; empty when it does.

        Raises:
            NotPossibleHere: nobody is let in.
        """
        if self._runs_nothing is None:
            self._runs_nothing = self._try_login()
        return self._runs_nothing

    def _try_login(self) -> str:
        words = ["ssh", "-F", str(self.login.config), "server", "true"]
        try:
            ended = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=_WITHIN, check=False)
        except subprocess.TimeoutExpired as error:
            raise NotPossibleHere(f"an SSH server of ours lets nobody in within {_WITHIN:g} s") from error
        said = " ".join((ended.stdout + ended.stderr).decode(errors="replace").split())
        if ended.returncode == _NOT_CONNECTED:
            raise NotPossibleHere(
                f"the user {self.login.user} is not let in by an SSH server of its own ({said}): run as a user that can log in"
            )
        self.link.come_to_rest()
        return f"the server runs no commands for the user {self.login.user} ({said})" if ended.returncode else ""

    def end(self) -> None:
        """End its link and its servers."""
        self.link.end()
        shutil.rmtree(self.root.parent)
