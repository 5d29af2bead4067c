"""An SSH server that ordinary users may run: OpenSSH's sshd, one process a connection, with keys that nobody keeps.

It serves files by SFTP and runs commands, as `rsync` wants it. It lets in the user who runs it, by a key of its own. Nothing
of the user's own configuration is read, on either side.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.processes.ledger import TOKEN_VARIABLE, Ledger

_PROGRAMS = {"sshd": "openssh-server", "ssh": "openssh-client", "ssh-keygen": "openssh-client"}
_SERVER = """\
HostKey "{directory}/host"
KexAlgorithms curve25519-sha256
AuthorizedKeysFile "{directory}/user.pub"
PidFile none
StrictModes no
UsePAM no
UseDNS no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AllowAgentForwarding no
AllowTcpForwarding no
PermitUserRC no
PrintMotd no
PrintLastLog no
Subsystem sftp internal-sftp
LogLevel ERROR
SetEnv {variable}={token} "HOME={directory}/home" "PATH={path}"
"""
"""The home is an empty one: a shell that is started for a command reads the user's own settings there.

The keys are agreed upon in the way of elliptic curves: what OpenSSH takes by default is safe from computers to come, and takes
as much processor time as all the rest of a connection, which never leaves this machine.
"""
_CLIENT = """\
Host *
HostName 127.0.0.1
Port {port}
User {user}
HostKeyAlias contention
IdentityFile "{directory}/user"
IdentitiesOnly yes
IdentityAgent none
UserKnownHostsFile "{directory}/known-{port}"
GlobalKnownHostsFile /dev/null
StrictHostKeyChecking yes
BatchMode yes
ControlMaster no
ControlPath none
ConnectTimeout 10
ServerAliveInterval 1
ServerAliveCountMax 2
"""


@dataclass(frozen=True)
class Login:
    """How a client gets in.

    Args:
        port: where the server is reached, on 127.0.0.1.
        user: whose rights it has.
        key: the file of its private key.
        known_hosts: the file that says which key the server has.
        config: all this as a configuration of OpenSSH's clients, for whatever name of a host.
    """

    port: int
    user: str
    key: Path
    known_hosts: Path
    config: Path


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
        (directory / "home").mkdir()
        for key in ("host", "user"):
            self._make_key(directory / key)
        token, path = ledger.environment()[TOKEN_VARIABLE], os.environ.get("PATH", os.defpath)
        text = _SERVER.format(directory=directory, variable=TOKEN_VARIABLE, token=token, path=path)
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

    def login(self, port: int) -> Login:
        """Write what a client needs to reach it through a port of 127.0.0.1.

        A client of OpenSSH takes a server for lost that has been silent for three seconds.
        """
        directory = self._directory
        kind, host = (directory / "host.pub").read_text(encoding="ascii").split()[:2]
        known, config = directory / f"known-{port}", directory / f"ssh_config-{port}"
        known.write_text(f"contention,[127.0.0.1]:{port} {kind} {host}\n", encoding="ascii")
        config.write_text(_CLIENT.format(port=port, user=self.user, directory=directory), encoding="utf-8")
        return Login(port, self.user, directory / "user", known, config)
