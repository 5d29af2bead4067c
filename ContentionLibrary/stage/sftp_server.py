"""An SFTP server that ordinary users may run: OpenSSH's sshd, one process a connection, with keys that nobody keeps.

It lets in the user who runs it, by a key of its own. Nothing of the user's own configuration is read, on either side.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.processes.ledger import TOKEN_VARIABLE, Ledger

_PROGRAMS = {"sshd": "openssh-server", "ssh": "openssh-client", "ssh-keygen": "openssh-client"}
_SERVER = """\
HostKey {directory}/host
AuthorizedKeysFile {directory}/user.pub
PidFile none
StrictModes no
UsePAM no
UseDNS no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AllowAgentForwarding no
AllowTcpForwarding no
PrintMotd no
PrintLastLog no
Subsystem sftp internal-sftp
LogLevel ERROR
SetEnv {variable}={token}
"""
_CLIENT = """\
Host *
HostName 127.0.0.1
Port {port}
User {user}
HostKeyAlias contention
IdentityFile {directory}/user
IdentitiesOnly yes
UserKnownHostsFile {directory}/known
GlobalKnownHostsFile /dev/null
StrictHostKeyChecking yes
BatchMode yes
ControlMaster no
ControlPath none
ConnectTimeout 3
ServerAliveInterval 1
ServerAliveCountMax 2
LogLevel ERROR
"""


def find_program(name: str) -> str | None:
    """Return where a program is; servers are not in every user's path."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def why_no_server() -> str:
    """Say why there can be no such server here, with the remedy; empty when there can."""
    for program, package in _PROGRAMS.items():
        if find_program(program) is None:
            return f"there is no {program}: install the package {package}"
    return ""


class SftpServer:
    """The keys and the configuration of a server. Whoever connects it starts it: see `link.Link`.

    Args:
        directory: where they are kept; it is made, for this user alone.
        ledger: whose token all that the server starts for its clients is to carry.

    Raises:
        NotPossibleHere: there is no such server here, or this user has no name.
    """

    def __init__(self, directory: Path, ledger: Ledger) -> None:
        if reason := why_no_server():
            raise NotPossibleHere(reason)
        try:
            self.user = pwd.getpwuid(os.geteuid()).pw_name
        except KeyError:
            raise NotPossibleHere(f"the user {os.geteuid()} has no name to log in with: use another user") from None
        self._directory = directory
        directory.mkdir(mode=0o700, parents=True)
        for key in ("host", "user"):
            self._make_key(directory / key)
        kind, host = (directory / "host.pub").read_text(encoding="ascii").split()[:2]
        (directory / "known").write_text(f"contention {kind} {host}\n", encoding="ascii")
        token = ledger.environment()[TOKEN_VARIABLE]
        text = _SERVER.format(directory=directory, variable=TOKEN_VARIABLE, token=token)
        (directory / "sshd_config").write_text(text, encoding="utf-8")

    @staticmethod
    def _make_key(path: Path) -> None:
        program = find_program("ssh-keygen")
        assert program is not None
        words = [program, "-q", "-t", "ed25519", "-N", "", "-C", "contention", "-f", str(path)]
        subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)

    @property
    def command(self) -> list[str]:
        """The server for one connection, on its standard input and output."""
        program = find_program("sshd")
        assert program is not None
        return [program, "-i", "-e", "-f", str(self._directory / "sshd_config")]

    def client_configuration(self, port: int) -> Path:
        """Write the configuration with which `ssh` reaches it through a port of 127.0.0.1.

        A client takes a server for lost that has been silent for three seconds.
        """
        path = self._directory / f"ssh_config-{port}"
        text = _CLIENT.format(port=port, user=self.user, directory=self._directory)
        path.write_text(text, encoding="utf-8")
        return path
