"""Where a copier that is itself a client of a server finds the destination, and how it is let in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ContentionLibrary.copiers.placeholders import (
    DESTINATION_PATH,
    DESTINATION_UNC,
    DESTINATION_URL,
    SHARE_PASSWORD,
    SHARE_PORT,
    SHARE_USER,
    SSH_CONFIG,
    SSH_KEY,
    SSH_KNOWN_HOSTS,
    SSH_PORT,
    SSH_USER,
)


@dataclass(frozen=True)
class ShareAddress:
    """Where and how a client of a file server reaches the destination.

    Args:
        unc: the destination, as clients call it.
        port: where the server listens.
        user: whose rights the client has.
        password: how it proves that.
    """

    unc: str
    port: int
    user: str
    password: str

    @property
    def placeholders(self) -> dict[str, str]:
        """What stands in a command for each word in braces."""
        return {
            DESTINATION_UNC: self.unc,
            SHARE_PORT: str(self.port),
            SHARE_USER: self.user,
            SHARE_PASSWORD: self.password,
        }


@dataclass(frozen=True)
class SshAddress:
    """Where and how a client of an SSH server reaches the destination; the server is on 127.0.0.1.

    Args:
        path: the destination, as the server calls it.
        port: where the server is reached.
        user: whose rights the client has.
        key: the file of its private key.
        known_hosts: the file that says which key the server has.
        config: all this as a configuration of OpenSSH's clients, for whatever name of a host.
    """

    path: str
    port: int
    user: str
    key: Path
    known_hosts: Path
    config: Path

    @property
    def placeholders(self) -> dict[str, str]:
        """What stands in a command for each word in braces."""
        return {
            DESTINATION_URL: f"sftp://{quote(self.user)}@127.0.0.1:{self.port}{quote(self.path)}",
            DESTINATION_PATH: self.path,
            SSH_PORT: str(self.port),
            SSH_USER: self.user,
            SSH_KEY: str(self.key),
            SSH_KNOWN_HOSTS: str(self.known_hosts),
            SSH_CONFIG: str(self.config),
        }


Address = ShareAddress | SshAddress
