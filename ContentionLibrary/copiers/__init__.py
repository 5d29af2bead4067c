"""What is under test: which program, how it is run, and what it claims."""

from ContentionLibrary.copiers.addresses import Address, ShareAddress, SshAddress
from ContentionLibrary.copiers.profile import ExitCodes, OnSignal, Profile, Requirement, SourceOn
from ContentionLibrary.copiers.reading import line_of
from ContentionLibrary.copiers.running import command_line, environment, folder_line, ready, recover_line, version
from ContentionLibrary.copiers.shelf import available, from_command, load

__all__ = [
    "Address",
    "ExitCodes",
    "OnSignal",
    "Profile",
    "Requirement",
    "ShareAddress",
    "SourceOn",
    "SshAddress",
    "available",
    "command_line",
    "environment",
    "folder_line",
    "from_command",
    "line_of",
    "load",
    "ready",
    "recover_line",
    "version",
]
