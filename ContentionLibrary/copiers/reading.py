"""Turns a YAML file into a profile; every mistake gets one message with file, line, field and remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import yaml

from ContentionLibrary.copiers import fields
from ContentionLibrary.copiers.fields import WrongFieldError
from ContentionLibrary.copiers.placeholders import DESTINATIONS, EVERYWHERE, IN_ENVIRONMENT
from ContentionLibrary.copiers.profile import Profile
from ContentionLibrary.errors import UsageError
from ContentionLibrary.locations import told

_READERS: dict[str, Callable[[yaml.Node], object]] = {
    "name": fields.text,
    "description": fields.text,
    "command": fields.command,
    "environment": lambda node: fields.variables(node, IN_ENVIRONMENT),
    "time_limit": fields.seconds,
    "claims": fields.levels,
    "temporary_files": fields.patterns,
    "exit_codes": fields.exit_codes,
    "on_signal": fields.on_signal,
    "requires": fields.requirement,
    "folder_command": fields.folder_command,
    "recover": fields.arguments,
    "notes": fields.text,
    "source_on": fields.source_on,
    "consumes_source": fields.flag,
    "several_destinations": fields.flag,
    "replaces": fields.flag,
    "keeps_throughput": fields.part,
    "version_command": lambda node: fields.arguments(node, EVERYWHERE),
    "known_failures": fields.known_failures,
}
_EXAMPLE = '\ncommand: [mycopy, "{source}", "{destination}"]'


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
        raise UsageError(f"{file}{line}: is not valid YAML: {what}; quote texts that contain : # {{ or [") from error
    except yaml.YAMLError as error:
        raise UsageError(f"{file}: is not valid YAML: {error}") from error
    if root is None:
        raise UsageError(f"{file}: is empty: write at least{_EXAMPLE}")
    if not isinstance(root, yaml.MappingNode):
        raise UsageError(f"{file}, line 1: is {fields.kind_of(root)}, not a map of fields: write at least{_EXAMPLE}")
    return _profile(root, file, name, path)


def _profile(root: yaml.Node, file: str, name: str, path: Path) -> Profile:
    try:
        found = fields.entries(root, tuple(_READERS), _EXAMPLE)
    except WrongFieldError as error:
        raise UsageError(f"{file}, line {error.line}: field {error}") from error
    if "command" not in found:
        raise UsageError(f"{file}, line 1: the field 'command' is missing: write{_EXAMPLE}")
    values: dict[str, object] = {"name": name, "path": path}
    for field, (_key, value) in found.items():
        try:
            values[field] = _READERS[field](value)
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
