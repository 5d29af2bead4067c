"""Turns a YAML file into a profile; every mistake gets one message with file, line, field and remedy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

from ContentionLibrary.copiers import fields
from ContentionLibrary.copiers.fields import WrongFieldError
from ContentionLibrary.copiers.placeholders import DESTINATIONS, EVERYWHERE, IN_COMMANDS, IN_ENVIRONMENT
from ContentionLibrary.copiers.profile import Profile
from ContentionLibrary.errors import UsageError
from ContentionLibrary.locations import told

_REPAIR = '[mycopy, --repair, "{destination}"]'
_VERSION = "[mycopy, --version]"


@dataclass(frozen=True)
class Field:
    """One field of a profile.

    Args:
        read: reads its value.
        example: how a value is written.
        meaning: what it says of the copier.
    """

    read: Callable[[yaml.Node], object]
    example: str
    meaning: str


FIELDS = {
    "name": Field(fields.text, "nightly copier", "how it is called in reports; by default as the file"),
    "description": Field(fields.text, "copies slides at night", "one line about it"),
    "command": Field(
        fields.command,
        '[mycopy, "{source}", "{destination}"]',
        "the program and its arguments; the only field that must be there",
    ),
    "environment": Field(
        lambda node: fields.variables(node, IN_ENVIRONMENT), '{TMPDIR: "{workspace}"}', "variables that are set for it"
    ),
    "time_limit": Field(fields.seconds, "30 s", "after which a run counts as hung"),
    "claims": Field(fields.levels, "[R1, W1]", "the levels that it claims; the strictest where it claims nothing"),
    "temporary_files": Field(fields.patterns, '[".*.tmp"]', "patterns of the hidden names that it uses while it works"),
    "own_files": Field(
        fields.own_names, '["*.log"]', "names of files that it keeps for itself, which are no part of a copy: its log"
    ),
    "exit_codes": Field(
        fields.exit_codes, "{success: [0], busy: [75]}", "what its exit codes mean; all others are errors"
    ),
    "on_signal": Field(
        fields.on_signal,
        "{TERM: [20], HUP: ignored}",
        "how a signal ends it, if not as usual: by itself, or 128 and its number",
    ),
    "requires": Field(
        fields.requirement, "{program: rsync, package: rsync}", "what must be installed, and what brings it"
    ),
    "folder_command": Field(
        fields.folder_command,
        '[mycopy, -r, "{source_folder}", "{destination_folder}"]',
        "copies all files of a folder in one process, if it can",
    ),
    "recover": Field(
        lambda node: fields.arguments(node, IN_COMMANDS, _REPAIR),
        _REPAIR,
        "to be run after a kill; by default the same copy again",
    ),
    "notes": Field(
        fields.text, "It never replaces a file.", "documented behaviour, and reasons for surprising verdicts"
    ),
    "source_on": Field(fields.source_on, "other filesystem", "where the source must lie for it to copy at all"),
    "consumes_source": Field(fields.flag, "true", "whether the source is gone after a success"),
    "several_destinations": Field(
        fields.flag, "false", "whether one run can copy to several, which {destinations} says too"
    ),
    "one_at_a_time": Field(
        fields.flag, "true", "whether it refuses or waits while another copy runs on this machine; false by default"
    ),
    "replaces": Field(fields.flag, "false", "whether it replaces an older version; true by default"),
    "keeps_throughput": Field(fields.part, "0.5", "the part of the work per second that is kept under contention"),
    "version_command": Field(lambda node: fields.arguments(node, EVERYWHERE, _VERSION), _VERSION, "prints its version"),
    "known_failures": Field(
        fields.known_failures,
        "{SAP-003: nobody moves our directories}",
        "what it is known to fail, each with the reason",
    ),
}
"""Everything that may stand in a profile."""
_EXAMPLE = 'command: [mycopy, "{source}", "{destination}"]'


def read_profile(path: Path, name: str) -> Profile:
    """Read a profile.

    Args:
        path: the YAML file.
        name: how the copier is called when the file gives no name.

    Raises:
        UsageError: the file cannot be read or something in it is wrong.
    """
    file = told(path)
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), yaml.SafeLoader)
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{file}: is not UTF-8 text: {error.reason} at byte {error.start}; save it as UTF-8"
        ) from error
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        what = " ".join(part for part in (error.context, error.problem) if part)
        remedy = "indent by blanks, not by tabs" if r"'\t'" in what else "quote texts that contain : # { or ["
        raise UsageError(f"{file}{line}: is not valid YAML: {what}; {remedy}") from error
    except yaml.YAMLError as error:
        raise UsageError(f"{file}: is not valid YAML: {error}") from error
    if root is None:
        raise UsageError(f"{file}: is empty: write at least {_EXAMPLE}")
    if not isinstance(root, yaml.MappingNode):
        raise UsageError(f"{file}, line 1: is {fields.kind_of(root)}, not a map of fields: write at least {_EXAMPLE}")
    return _profile(root, file, name, path)


def line_of(path: Path, field: str, key: str) -> int:
    """Return on which line of a profile a key of a field stands.

    Args:
        path: a file that `read_profile` has read.
        field: one whose value is a map.
        key: of that map.
    """
    root = yaml.compose(path.read_text(encoding="utf-8"), yaml.SafeLoader)
    assert root is not None
    value = fields.entries(root, None, "")[field][1]
    return fields.entries(value, None, "")[key][0].start_mark.line + 1


def _profile(root: yaml.Node, file: str, name: str, path: Path) -> Profile:
    try:
        found = fields.entries(root, tuple(FIELDS), _EXAMPLE)
    except WrongFieldError as error:
        raise UsageError(f"{file}, line {error.line}: field {error}") from error
    if "command" not in found:
        raise UsageError(f"{file}, line 1: the field 'command' is missing: write {_EXAMPLE}")
    values: dict[str, object] = {"name": name, "path": path}
    for field, (_key, value) in found.items():
        try:
            values[field] = FIELDS[field].read(value)
        except WrongFieldError as error:
            raise UsageError(f"{file}, line {error.line}, field '{field}': {error}") from error
    takes_several = f"{{{DESTINATIONS}}}" in values["command"]  # type: ignore[operator] # a tuple by its reader
    if values.setdefault("several_destinations", takes_several) and not takes_several:
        line = found["several_destinations"][0].start_mark.line + 1
        raise UsageError(
            f"{file}, line {line}, field 'several_destinations': the command takes one destination only:"
            " write {destinations} in the command, or false here"
        )
    return Profile(**values)  # type: ignore[arg-type] # each value has been made by its field's reader
