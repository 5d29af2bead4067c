"""What is under test: the copiers that a command line names, checked before anything runs."""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from ContentionLibrary import copiers
from ContentionLibrary.cli.catalogue import ALL_IDS
from ContentionLibrary.copiers import Profile
from ContentionLibrary.copiers.fields import suggestion
from ContentionLibrary.errors import UsageError
from ContentionLibrary.locations import told

DEFAULT_COPIER = "reference"


@dataclass(frozen=True)
class Subject:
    """One copier to be run.

    Args:
        name: its profile's name, also that of its results' folder.
        profile: what is known of it.
        copier: what the library is told as `${COPIER}`: a profile's name or absolute path; empty for a command.
        command: what the library is told as `${COMMAND}`; empty for a profile.
    """

    name: str
    profile: Profile
    copier: str = ""
    command: str = ""

    @property
    def folder(self) -> str:
        """A name for its folder, whatever characters its own has."""
        return re.sub(r"[^\w.+-]", "_", self.name).lstrip(".") or "copier"


def subjects(names: Sequence[str], command: str | None) -> tuple[Subject, ...]:
    """Check the copiers that were named.

    Args:
        names: profiles by name or path.
        command: a command instead of a profile, or None.

    Returns:
        One or more subjects with different folders.

    Raises:
        UsageError: a profile or the command is wrong, or two copiers would share a folder.
    """
    found = [_profile(name) for name in names]
    if command is not None:
        found.append(_command(command))
    if not found:
        found.append(_profile(DEFAULT_COPIER))
    folder, count = Counter(subject.folder for subject in found).most_common(1)[0]
    if count > 1:
        raise UsageError(f"Two of the copiers would have their results in a folder '{folder}': {_apart(found, folder)}")
    return tuple(found)


def _apart(found: Sequence[Subject], folder: str) -> str:
    """How copiers are told apart, which would have their results in one folder."""
    alike = [subject for subject in found if subject.folder == folder]
    if any(subject.command for subject in alike):
        return "a --command is called like its program; write it into a profile file, where it can have a `name:` of its own"
    if len({subject.copier for subject in alike}) < len(alike):
        return "name each copier once"
    return "give them different names, by the field `name:` of their profiles"


def add_command_option(parser: argparse.ArgumentParser, meaning: str) -> None:
    """Say that a copier may be given by its command, once."""
    parser.add_argument("--command", action=_Once, metavar="COMMAND", dest="copier_command", help=meaning)


class _Once(argparse.Action):
    """An option of which the second one would silently replace the first."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        if getattr(namespace, self.dest) is not None:
            raise argparse.ArgumentError(self, "may be given once; for several commands, write a profile file for each")
        setattr(namespace, self.dest, values)


def _profile(word: str) -> Subject:
    profile = copiers.load(word)
    for name, _ in profile.known_failures:
        # Ids of other families may be those of the user's own suites.
        if name not in ALL_IDS and name.partition("-")[0] in {each.partition("-")[0] for each in ALL_IDS}:
            raise UsageError(
                f"{_where(profile, name)}: there is no scenario {name}{suggestion(name, ALL_IDS)}; see `contention list`"
            )
    shipped = word in copiers.available()
    # A path is meant from here, wherever Robot runs.
    return Subject(profile.name, profile, copier=word if shipped else str(Path(word).resolve()))


def doubtful_failures(subject: Subject, ids: Collection[str]) -> list[str]:
    """Say which known failures of a profile are about no scenario that is known here: they may be misspelt.

    Args:
        subject: whose profile it is.
        ids: of the scenarios that are run.
    """
    return [
        f"{_where(subject.profile, name)}: {name} is no shipped scenario and none of this run{suggestion(name, ALL_IDS)}; "
        "it means nothing, unless a suite of your own has it"
        for name, _ in subject.profile.known_failures
        if name not in ALL_IDS and name not in ids
    ]


def _where(profile: Profile, failure: str) -> str:
    assert profile.path is not None  # a command knows of no failures
    line = copiers.line_of(profile.path, "known_failures", failure)
    return f"{told(profile.path)}, line {line}, field 'known_failures'"


def _command(command: str) -> Subject:
    profile = copiers.from_command(command)
    # Of a profile that is not installed, the scenarios say so and are skipped; here it is a slip of the pen.
    if trouble := copiers.ready(profile):
        raise UsageError(f"--command: {trouble}")
    return Subject(profile.name, profile, command=command)
