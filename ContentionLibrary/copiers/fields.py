"""Reads the values of a profile's fields from YAML nodes; what is wrong is told with its own line.

The nodes are used, and not the plain values, because only they know where they stand.
"""

from __future__ import annotations

import difflib
import fnmatch
import re
from collections.abc import Sequence

import yaml

from ContentionLibrary.checks.levels import Level, parse_level
from ContentionLibrary.copiers.placeholders import (
    DESTINATION_FOLDER,
    IN_COMMANDS,
    IN_FOLDER_COMMANDS,
    NEEDS,
    SOURCE,
    SOURCE_FOLDER,
    WAYS,
    named_in,
)
from ContentionLibrary.copiers.profile import ExitCodes, OnSignal, Requirement, SourceOn

_SIGNALS = ("HUP", "INT", "TERM", "PIPE", "XFSZ")
_GOES_ON = "ignored"
_SCENARIO = re.compile(r"[A-Z]{2,4}-\d{3}")
_OF_REQUIREMENTS = ("program", "package", "install")
_SECONDS = {"": 1.0, "s": 1.0, "second": 1.0, "seconds": 1.0, "ms": 0.001, "min": 60.0, "minute": 60.0, "minutes": 60.0}
NAMES_OF_A_COPY = (
    "slide.bin",
    "source",
    "destination",
    "destination 1",
    "rival source 1",
    "elsewhere",
    "neighbour.bin",
)
"""Names of files and folders that scenarios make for a copy."""
_KINDS = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "null": "nothing",
    "seq": "a list",
    "map": "a map",
}


class WrongFieldError(Exception):
    """A value cannot be used. `line` counts from 1."""

    def __init__(self, node: yaml.Node, message: str) -> None:
        super().__init__(message)
        self.line = node.start_mark.line + 1


def kind_of(node: yaml.Node) -> str:
    """Name a node's kind of value in plain words."""
    return _KINDS.get(node.tag.rpartition(":")[2], f"a {node.tag}")


def suggestion(text: str, known: Sequence[str]) -> str:
    """Return `; did you mean 'x'?` when something similar is known, else nothing."""
    close = difflib.get_close_matches(text, known, 1)
    return f"; did you mean '{close[0]}'?" if close else ""


def text(node: yaml.Node) -> str:
    """Read a text."""
    if not isinstance(node, yaml.ScalarNode) or kind_of(node) != "a text":
        raise WrongFieldError(node, f"{_shown(node)} is no text{_quoting(node)}")
    return str(node.value).strip()


def flag(node: yaml.Node) -> bool:
    """Read true or false."""
    if kind_of(node) != "true or false":
        raise WrongFieldError(node, f"{_shown(node)} is neither true nor false: write true or false")
    return str(node.value).lower() in ("true", "yes", "on")


def whole_number(node: yaml.Node) -> int:
    """Read a whole number from 0 to 255, as exit codes are."""
    if not isinstance(node, yaml.ScalarNode) or not re.fullmatch(r"\d+", node.value) or int(node.value) > 255:
        raise WrongFieldError(node, f"{_shown(node)} is no exit code: write a number from 0 to 255")
    return int(node.value)


def seconds(node: yaml.Node) -> float:
    """Read a time: a number of seconds, or a text like `30 s`."""
    match = None
    if isinstance(node, yaml.ScalarNode):
        match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-z]*)", node.value.strip())
    if not match or match[2] not in _SECONDS or float(match[1]) == 0:
        raise WrongFieldError(node, f"{_shown(node)} is no time: write for example 30 s or 2 min")
    return float(match[1]) * _SECONDS[match[2]]


def part(node: yaml.Node) -> float:
    """Read a part of something: a number above 0, at most 1."""
    if (
        not isinstance(node, yaml.ScalarNode)
        or not re.fullmatch(r"\d*\.?\d+", node.value)
        or not 0 < float(node.value) <= 1
    ):
        raise WrongFieldError(
            node, f"{_shown(node)} is no part of a whole: write a number above 0, at most 1, like 0.5"
        )
    return float(node.value)


def items(node: yaml.Node, example: str) -> list[yaml.Node]:
    """Read a list."""
    if not isinstance(node, yaml.SequenceNode):
        raise WrongFieldError(node, f"{_shown(node)} is no list: write for example {example}")
    return list(node.value)


def entries(node: yaml.Node, known: Sequence[str] | None, example: str) -> dict[str, tuple[yaml.Node, yaml.Node]]:
    """Read a map: its keys, each with its key node and value node.

    Args:
        node: the map.
        known: the keys that may be there; None allows any.
        example: how a right one looks.
    """
    if not isinstance(node, yaml.MappingNode):
        raise WrongFieldError(node, f"{_shown(node)} is no map: write for example {example}")
    found: dict[str, tuple[yaml.Node, yaml.Node]] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise WrongFieldError(key, f"name is {kind_of(key)}, not a text: write for example {example}")
        name = str(key.value)
        if known is not None and name not in known:
            hint = suggestion(name, known) or f": there are {', '.join(known)}"
            raise WrongFieldError(key, f"'{name}' is unknown{hint}")
        if name in found:
            first = found[name][0].start_mark.line + 1
            raise WrongFieldError(key, f"'{name}' is given twice, first on line {first}: keep one of them")
        found[name] = (key, value)
    return found


def arguments(node: yaml.Node, allowed: Sequence[str], example: str) -> tuple[str, ...]:
    """Read a command that is not empty and has known placeholders only.

    Args:
        node: the list of its words.
        allowed: the placeholders.
        example: how a right one looks.
    """
    read = items(node, example)
    if not read:
        raise WrongFieldError(node, f"the command is empty: write for example {example}")
    words = []
    for item in read:
        # Numbers are arguments too, as they stand: `[nice, -n, 10, ...]`.
        if not isinstance(item, yaml.ScalarNode):
            hint = '; quote placeholders: "{source}"' if isinstance(item, yaml.MappingNode) else ""
            raise WrongFieldError(item, f"an argument of the command is {kind_of(item)}, not a text{hint}")
        try:
            named_in(item.value, allowed)
        except ValueError as error:
            raise WrongFieldError(item, str(error)) from error
        words.append(str(item.value))
    return tuple(words)


def command(node: yaml.Node) -> tuple[str, ...]:
    """Read the copy command, which must say where the source and the destination go."""
    words = arguments(node, IN_COMMANDS, '[mycopy, "{source}", "{destination}"]')
    try:
        check_command(words)
    except ValueError as error:
        raise WrongFieldError(node, str(error)) from error
    return words


def folder_command(node: yaml.Node) -> tuple[str, ...]:
    """Read the command that copies the files of a folder, which must say where both folders go."""
    words = arguments(node, IN_FOLDER_COMMANDS, '[mycopy, -r, "{source_folder}", "{destination_folder}"]')
    named = {name for word in words for name in named_in(word, IN_FOLDER_COMMANDS)}
    for name in (SOURCE_FOLDER, DESTINATION_FOLDER):
        if name not in named:
            raise WrongFieldError(node, f"the command does not name {{{name}}}: write it where that folder belongs")
    return words


def check_command(words: Sequence[str]) -> None:
    """See that a copy command names its source, and its destination in one way.

    Raises:
        ValueError: something is missing; the message says what to write.
    """
    named = [name for word in words for name in named_in(word, IN_COMMANDS)]
    if SOURCE not in named:
        raise ValueError("the command does not say where the source goes: write {source} where it belongs")
    ways = [name for name in WAYS if name in named]
    if len(ways) != 1:
        wrong = f"both {' and '.join(f'{{{name}}}' for name in ways)}" if ways else "no destination"
        raise ValueError(f"the command has {wrong}: write {{destination}}, or {{destinations}} if it takes several")
    for name in named:
        if name in NEEDS and ways[0] not in NEEDS[name]:
            wanted = " or ".join(f"{{{way}}}" for way in NEEDS[name])
            raise ValueError(f"{{{name}}} means nothing beside {{{ways[0]}}}: it belongs to {wanted}")


def variables(node: yaml.Node, allowed: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Read environment variables."""
    found = []
    for name, (key, value) in entries(node, None, "{LC_ALL: C}").items():
        if not isinstance(value, yaml.ScalarNode):
            raise WrongFieldError(value, f"'{name}' is {kind_of(value)}, not a text")
        if not name or "=" in name:
            raise WrongFieldError(key, f"'{name}' is no name of an environment variable")
        try:
            named_in(value.value, allowed)
        except ValueError as error:
            raise WrongFieldError(value, str(error)) from error
        found.append((name, str(value.value)))
    return tuple(found)


def levels(node: yaml.Node) -> tuple[Level, ...]:
    """Read claims: levels of different letters."""
    found: dict[str, Level] = {}
    for item in items(node, "[R1, W1]"):
        if not isinstance(item, yaml.ScalarNode):
            raise WrongFieldError(item, f"{kind_of(item)} is no level; write for example [R1, W1]")
        try:
            level = parse_level(item.value)
        except ValueError as error:
            raise WrongFieldError(item, f"{error}; write for example [R1, W1]") from error
        if level.letter in found:
            raise WrongFieldError(item, f"{level.letter} is claimed twice, as {found[level.letter]} and {level}")
        found[level.letter] = level
    return tuple(found.values())


def patterns(node: yaml.Node) -> tuple[str, ...]:
    """Read glob patterns of names in one directory."""
    found = tuple(text(item) for item in items(node, '[".*.tmp"]'))
    for item, pattern in zip(items(node, ""), found, strict=True):
        if "/" in pattern or pattern in ("", "*"):
            raise WrongFieldError(item, f"'{pattern}' is no pattern of a temporary name: write for example .*.tmp")
    return found


def own_names(node: yaml.Node) -> tuple[str, ...]:
    """Read glob patterns of the names of files that a copier keeps for itself; none may hide what is copied."""
    found = tuple(text(item) for item in items(node, '["*.log"]'))
    for item, pattern in zip(items(node, ""), found, strict=True):
        if "/" in pattern or not pattern:
            raise WrongFieldError(
                item, f"'{pattern}' is no pattern of a name in one directory: write for example *.log"
            )
        if hidden := next((name for name in NAMES_OF_A_COPY if fnmatch.fnmatchcase(name, pattern)), None):
            raise WrongFieldError(
                item, f"'{pattern}' would hide {hidden}, which belongs to the copy: write for example *.log"
            )
    return found


def exit_codes(node: yaml.Node) -> ExitCodes:
    """Read what the exit codes mean."""
    example = "{success: [0], busy: [75]}"
    found = {}
    for name, (_key, value) in entries(node, ("success", "busy"), example).items():
        found[name] = tuple(whole_number(item) for item in items(value, "[0]"))
    both = set(found.get("success", (0,))) & set(found.get("busy", ()))
    if both:
        raise WrongFieldError(node, f"{min(both)} cannot mean both success and busy")
    return ExitCodes(**found)


def on_signal(node: yaml.Node) -> tuple[OnSignal, ...]:
    """Read how a copier ends when it gets a signal: exit codes, or that it goes on."""
    found = []
    for name, (_, value) in entries(node, _SIGNALS, "{TERM: [20], HUP: ignored}").items():
        if isinstance(value, yaml.ScalarNode):
            if value.value != _GOES_ON:
                raise WrongFieldError(
                    value, f"'{value.value}' is no end: write a list of exit codes, or {_GOES_ON} if it goes on"
                )
            found.append(OnSignal(name, ()))
            continue
        codes = tuple(whole_number(item) for item in items(value, "[20]"))
        if not codes:
            raise WrongFieldError(value, f"'{name}' has no exit code: write for example [20], or {_GOES_ON}")
        found.append(OnSignal(name, codes))
    return tuple(found)


def requirement(node: yaml.Node) -> Requirement:
    """Read which program is needed."""
    example = "{program: rsync, package: rsync}"
    found = {name: text(value) for name, (_, value) in entries(node, _OF_REQUIREMENTS, example).items()}
    if "program" not in found:
        raise WrongFieldError(node, f"'program' is missing: write for example {example}")
    if "package" in found and "install" in found:
        raise WrongFieldError(node, "'package' and 'install' are both given: keep the one that brings the program")
    return Requirement(**found)


def known_failures(node: yaml.Node) -> tuple[tuple[str, str], ...]:
    """Read which scenarios fail and why that is known: ids, each with its reason."""
    found = []
    for name, (key, value) in entries(node, None, "{RDW-001: it writes in place by design}").items():
        if not _SCENARIO.fullmatch(name):
            raise WrongFieldError(key, f"'{name}' is no id of a scenario: write for example RDW-001")
        reason = text(value)
        if not reason:
            raise WrongFieldError(value, f"'{name}' has no reason: say why it is known to fail")
        found.append((name, reason))
    return tuple(found)


def source_on(node: yaml.Node) -> SourceOn:
    """Read where the source must lie."""
    if text(node) not in list(SourceOn):
        raise WrongFieldError(node, f"'{node.value}' is no place for the source: write {' or '.join(SourceOn)}")
    return SourceOn(text(node))


def _shown(node: yaml.Node) -> str:
    return f"'{node.value}'" if isinstance(node, yaml.ScalarNode) else kind_of(node)


def _quoting(node: yaml.Node) -> str:
    return f", but {kind_of(node)}: put it in quotes" if isinstance(node, yaml.ScalarNode) else ""
