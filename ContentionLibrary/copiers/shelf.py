"""Finds copiers: by the name of a shipped profile, by the path of one's own, or by a command line."""

from __future__ import annotations

import shlex
from pathlib import Path

from ContentionLibrary.copiers.fields import check_command, suggestion
from ContentionLibrary.copiers.placeholders import DESTINATIONS
from ContentionLibrary.copiers.profile import Profile
from ContentionLibrary.copiers.reading import read_profile
from ContentionLibrary.errors import UsageError
from ContentionLibrary.locations import folder

_SUFFIXES = (".yaml", ".yml")


def available() -> list[str]:
    """List the names of all shipped profiles, `faulty/...` included, in order."""
    shelf = folder("variables") / "copiers"
    return sorted(path.relative_to(shelf).with_suffix("").as_posix() for path in shelf.rglob("*.yaml"))


def load(name_or_path: str) -> Profile:
    """Read a profile.

    Args:
        name_or_path: the name of a shipped one, e.g. `cp` or `faulty/truncates-in-place`, or the path of a YAML file.

    Raises:
        UsageError: there is none, or it has a mistake; the message says where and what to write.
    """
    if name_or_path.endswith(_SUFFIXES):
        path = Path(name_or_path)
        try:
            there, folder_there = path.is_file(), path.is_dir()
        except OSError as error:
            raise UsageError(f"'{name_or_path}': the profile file cannot be read: {error.strerror}") from error
        if folder_there:
            raise UsageError(f"'{name_or_path}' is a folder: name a profile file, perhaps one in it")
        if not there:
            raise UsageError(f"'{name_or_path}': there is no such profile file; shipped profiles: {_list()}")
        return read_profile(path.resolve(), path.stem)
    names = available()
    if name_or_path not in names:
        if "{" in name_or_path:
            raise UsageError(f"'{name_or_path}' is a command, not the name of a profile: give it as a command")
        raise UsageError(
            f"There is no copier '{name_or_path}'{suggestion(name_or_path, names) or '.'} Shipped profiles: {_list()};"
            " or give the path of a .yaml file of your own"
        )
    return read_profile(folder("variables") / "copiers" / f"{name_or_path}.yaml", name_or_path)


def from_command(command: str) -> Profile:
    """Make a profile of a command line; it claims nothing, so it is held to the strict contract.

    Args:
        command: e.g. `mycopy --fast {source} {destination}`; split like a shell would, never run by one.

    Raises:
        UsageError: it cannot be split, or does not say where source and destination go.
    """
    try:
        words = tuple(shlex.split(command))
        if not words:
            raise ValueError("the command is empty: write for example mycopy {source} {destination}")
        check_command(words)
    except ValueError as error:
        raise UsageError(f"The command '{command}' cannot be used: {error}") from error
    return Profile(
        name=Path(words[0]).name,
        command=words,
        description=f"the command {command}",
        several_destinations=f"{{{DESTINATIONS}}}" in words,
    )


def _list() -> str:
    return ", ".join(name for name in available() if "/" not in name) or "none"
