"""The words in braces that stand in a profile's commands for what only a scenario knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

SOURCE, DESTINATION, DESTINATIONS = "source", "destination", "destinations"
WORKSPACE, PYTHON, PACKAGE, PROFILE_FOLDER = "workspace", "python", "package", "profile_folder"
DESTINATION_UNC = "destination_unc"
"""The destination as a client of a file server calls it; its copier is played where there is a server."""
SHARE_PORT, SHARE_USER, SHARE_PASSWORD = "share_port", "share_user", "share_password"
"""What such a copier needs besides; nothing where there is no server."""
OF_SHARES = (SHARE_PORT, SHARE_USER, SHARE_PASSWORD)
DESTINATION_URL, DESTINATION_PATH = "destination_url", "destination_path"
"""The destination on an SSH server, as a URL (`sftp://...`) or as its path there; its copier is played where there is one."""
SSH_CONFIG, SSH_PORT, SSH_USER, SSH_KEY = "ssh_config", "ssh_port", "ssh_user", "ssh_key"
SSH_KNOWN_HOSTS = "ssh_known_hosts"
"""What such a copier needs besides: for clients of OpenSSH the configuration says all; others want the parts."""
OF_SSH = (SSH_CONFIG, SSH_PORT, SSH_USER, SSH_KEY, SSH_KNOWN_HOSTS)
WAYS = (DESTINATION, DESTINATIONS, DESTINATION_UNC, DESTINATION_URL, DESTINATION_PATH)
"""A copy command names its destination in one of these ways."""
SOURCE_FOLDER, DESTINATION_FOLDER = "source_folder", "destination_folder"
"""The folders in which the source and the destination lie; a folder command copies all files of one into the other."""
NEEDS = {
    DESTINATION_FOLDER: (DESTINATION,),
    **dict.fromkeys(OF_SHARES, (DESTINATION_UNC,)),
    **dict.fromkeys(OF_SSH, (DESTINATION_URL, DESTINATION_PATH)),
}
"""What means something only in a command that names its destination in one of these ways."""
EVERYWHERE = (WORKSPACE, PYTHON, PACKAGE, PROFILE_FOLDER)
IN_COMMANDS = (SOURCE, *WAYS, SOURCE_FOLDER, DESTINATION_FOLDER, *OF_SHARES, *OF_SSH, *EVERYWHERE)
IN_FOLDER_COMMANDS = (SOURCE_FOLDER, DESTINATION_FOLDER, *EVERYWHERE)
IN_ENVIRONMENT = (*EVERYWHERE, *OF_SHARES, *OF_SSH)

_PART = re.compile(r"\{\{|\}\}|\{(?P<name>[^{}]*)\}|[{}]")


def named_in(text: str, allowed: Sequence[str]) -> list[str]:
    """List the placeholders of a text.

    Args:
        text: one argument or value; `{{` and `}}` are braces that mean themselves.
        allowed: the placeholders that may stand there.

    Raises:
        ValueError: a placeholder is unknown or a brace is alone; the message says what to write.
    """
    names = []
    for match in _PART.finditer(text):
        name = match["name"]
        if match[0] in ("{", "}"):
            raise ValueError(f"'{text}' has a single brace: write {{{{ or }}}} for a brace that means itself")
        if name is None:
            continue
        if name not in allowed:
            known = ", ".join(f"{{{one}}}" for one in allowed)
            raise ValueError(f"'{match[0]}' is no placeholder here: there are {known}; write {{{{ for a plain brace")
        if name == DESTINATIONS and match[0] != text:
            raise ValueError(f"'{text}' mixes {{destinations}} with other text: it must be an argument by itself")
        names.append(name)
    return names


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its placeholders replaced and its double braces made single."""

    def replacement(match: re.Match[str]) -> str:
        return match[0][0] if match["name"] is None else values[match["name"]]

    return _PART.sub(replacement, text)


def filled_arguments(arguments: Sequence[str], values: Mapping[str, str], destinations: Sequence[str]) -> Iterator[str]:
    """Yield a command's arguments with their placeholders replaced; `{destinations}` becomes several arguments."""
    for argument in arguments:
        if argument == f"{{{DESTINATIONS}}}":
            yield from destinations
        else:
            yield filled(argument, values)
