"""From a profile to what is run: arguments, environment, and whether it can be run here at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ContentionLibrary.copiers.addresses import Address, ShareAddress, SshAddress
from ContentionLibrary.copiers.placeholders import (
    DESTINATION,
    DESTINATION_FOLDER,
    IN_COMMANDS,
    OF_SHARES,
    OF_SSH,
    PACKAGE,
    PROFILE_FOLDER,
    PYTHON,
    SOURCE,
    SOURCE_FOLDER,
    WAYS,
    WORKSPACE,
    filled,
    filled_arguments,
)
from ContentionLibrary.copiers.profile import Profile
from ContentionLibrary.errors import NotPossibleHere, UsageError
from ContentionLibrary.locations import PACKAGE as PACKAGE_FOLDER

_VERSION_TIME_LIMIT = 10.0  # seconds
_MADE_FOR_PROOF = "/faulty_copiers/"  # they hold directories open, and lock by flock


def command_line(
    profile: Profile,
    source: str | Path,
    destinations: Sequence[str | Path],
    workspace: str | Path,
    address: Address | None = None,
) -> list[str]:
    """Fill the copy command in.

    Args:
        profile: the copier.
        source: the file to copy.
        destinations: where to; exactly one unless the copier takes several.
        workspace: the folder of the scenario.
        address: where a client of servers finds the destination.

    Returns:
        The program and its arguments, to be run without a shell.

    Raises:
        UsageError: the copier takes one destination, and there is not exactly one.
        NotPossibleHere: the copier is a client of servers, and there is none of its kind here.
    """
    return _filled_command(profile, profile.command, source, destinations, workspace, address=address)


def recover_line(
    profile: Profile, source: str | Path, destinations: Sequence[str | Path], workspace: str | Path
) -> list[str]:
    """Fill the command in that is to be run after a kill; without one, the copy command itself is the recovery."""
    return _filled_command(profile, profile.recover or profile.command, source, destinations, workspace)


def folder_line(profile: Profile, source: str | Path, destination: str | Path, workspace: str | Path) -> list[str]:
    """Fill the command in that copies all files of a folder into another one.

    Raises:
        NotPossibleHere: the copier has none.
    """
    if not profile.folder_command:
        raise NotPossibleHere(
            f"The copier {profile.name} copies one file in each process, as far as its profile says: "
            "it has no folder_command"
        )
    folders = {SOURCE_FOLDER: str(source), DESTINATION_FOLDER: str(destination)}
    return list(filled_arguments(profile.folder_command, {**_places(profile, workspace), **folders}, ()))


def environment(
    profile: Profile,
    workspace: str | Path,
    inherited: Mapping[str, str] | None = None,
    address: Address | None = None,
) -> dict[str, str]:
    """Return the environment that the copier runs in: the inherited one and the profile's variables.

    Args:
        profile: the copier.
        workspace: the folder of the scenario.
        inherited: what it starts from; None is this process's own.
        address: where a client of servers finds the destination.
    """
    places = {**_places(profile, workspace), **_of(address)}
    start = os.environ if inherited is None else inherited
    return {**start, **{name: filled(value, places) for name, value in profile.environment}}


def ready(profile: Profile) -> str | None:
    """Tell whether the copier can be run here.

    Returns:
        None when it can; else the reason and its remedy, in one sentence.
    """
    needed = profile.requires
    if needed is not None and shutil.which(needed.program) is None:
        return f"The copier {profile.name} needs the program {needed.program}: {needed.remedy}"
    if sys.platform == "win32" and any(_MADE_FOR_PROOF in word for word in profile.command):
        return f"The copier {profile.name} was made for POSIX systems, and this is Windows: run it there"
    places = {**dict.fromkeys(IN_COMMANDS, ""), **_places(profile, "")}
    program = filled(profile.command[0], places)
    if shutil.which(program) is None:
        return f"The copier {profile.name} cannot be run: '{program}' is not found or not executable: install it"
    return None


def why_nothing_to_connect_to(profile: Profile) -> str:
    """Say why a copier that connects to an SSH server by itself cannot be played where there is none, with the remedy."""
    return (
        f"The copier {profile.name} connects to an SSH server by itself, and this has none: "
        "play a scenario that has one, NIS-001 or NIS-002"
    )


def version(profile: Profile) -> str:
    """Ask the copier for its version.

    Returns:
        The first line that it prints; an empty text when the profile does not say how to ask or it gives no answer.
    """
    if not profile.version_command:
        return ""
    words = list(filled_arguments(profile.version_command, _places(profile, ""), ()))
    try:
        answer = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment(profile, ""),
            timeout=_VERSION_TIME_LIMIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    lines = answer.stdout.decode(errors="replace").split("\n") if answer.returncode == 0 else [""]
    return lines[0].strip()


def _filled_command(
    profile: Profile,
    command: Sequence[str],
    source: str | Path,
    destinations: Sequence[str | Path],
    workspace: str | Path,
    *,
    address: Address | None = None,
) -> list[str]:
    if profile.by_unc and not isinstance(address, ShareAddress):
        raise NotPossibleHere(
            f"The copier {profile.name} is a client of file servers, and this has no server: "
            "play a scenario that has one, as RLB-001 or CPS-001"
        )
    if profile.connects and not isinstance(address, SshAddress):
        raise NotPossibleHere(why_nothing_to_connect_to(profile))
    if not destinations or (len(destinations) > 1 and not profile.several_destinations):
        raise UsageError(f"The copier {profile.name} takes one destination, not {len(destinations)}")
    texts = [str(destination) for destination in destinations]
    ways = {**dict.fromkeys(WAYS, ""), DESTINATION: texts[0]}
    folders = {SOURCE_FOLDER: str(Path(source).parent), DESTINATION_FOLDER: str(Path(texts[0]).parent)}
    values = {**_places(profile, workspace), **ways, **folders, **_of(address), SOURCE: str(source)}
    return list(filled_arguments(command, values, texts))


def _places(profile: Profile, workspace: str | Path) -> dict[str, str]:
    beside = profile.path.parent if profile.path is not None else Path()
    return {
        WORKSPACE: str(workspace),
        PYTHON: sys.executable,
        PACKAGE: str(PACKAGE_FOLDER),
        PROFILE_FOLDER: str(beside.absolute()),
    }


def _of(address: Address | None) -> dict[str, str]:
    return {**dict.fromkeys((*OF_SHARES, *OF_SSH), ""), **(address.placeholders if address is not None else {})}
