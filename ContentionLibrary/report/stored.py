"""The form in which a verdict is stored beside its history, and the way back.

A verdict that cannot be read again exactly as it was written is no evidence, so reading is strict: every
field must be there, no other may be, and each value must have its type.
"""

from __future__ import annotations

import dataclasses
import json
import os
import types
import typing
from enum import Enum
from pathlib import Path

from ContentionLibrary.checks.verdict import ScenarioVerdict
from ContentionLibrary.errors import HarnessError

VERDICT_FILE = "verdict.json"
HISTORY_FILE = "history.jsonl"
EVIDENCE_FOLDER = "contention"


def store_verdict(verdict: ScenarioVerdict, directory: Path) -> Path:
    """Write a verdict as `verdict.json` into a directory, whole or not at all.

    A reader that polls the directory (the command line does) never sees half a verdict: the file is written under
    another name and renamed.

    Args:
        verdict: what is stored.
        directory: the scenario's folder, `<output directory>/contention/<id>`; made when it is missing.

    Returns:
        The path of the written file.

    Raises:
        HarnessError: a value has another type than its field, so that nobody could read it again as it was.
    """
    text = json.dumps(dataclasses.asdict(verdict), indent=1, allow_nan=False)
    try:
        same = typed(ScenarioVerdict, json.loads(text), "") == verdict
    except Mismatch as mismatch:
        raise HarnessError(f"The verdict on {verdict.id} cannot be stored: {mismatch}") from mismatch
    if not same:
        raise HarnessError(f"The verdict on {verdict.id} cannot be stored: it would be read as something else")
    directory.mkdir(parents=True, exist_ok=True)
    target = directory / VERDICT_FILE
    draft = directory / f".{VERDICT_FILE}.{os.getpid()}"
    try:
        draft.write_text(text + "\n", encoding="ascii")
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target


def load_verdict(path: Path) -> ScenarioVerdict:
    """Read a verdict that [store_verdict] wrote.

    Args:
        path: the `verdict.json`.

    Returns:
        A verdict equal to the stored one.

    Raises:
        HarnessError: the file is missing, is no JSON, or has a missing, unknown or mistyped field; the message
            names the file, the field and what was expected.
    """
    try:
        content = json.loads(path.read_text(encoding="ascii"))
    except (OSError, ValueError) as trouble:
        raise HarnessError(f"The verdict {path} cannot be read: {trouble}") from trouble
    try:
        verdict = typed(ScenarioVerdict, content, "")
    except Mismatch as mismatch:
        raise HarnessError(f"The verdict {path} does not have the form of a verdict: {mismatch}") from mismatch
    assert isinstance(verdict, ScenarioVerdict)
    return verdict


class Mismatch(Exception):  # noqa: N818 - carries one sentence up to whoever reads a file
    """A value is not what its field asks for."""


def typed(kind: typing.Any, value: typing.Any, field: str) -> object:  # noqa: ANN401 - types are the subject here
    """Turn decoded JSON into a value of the type `kind`, or say which field does not fit."""
    if dataclasses.is_dataclass(kind):
        return _dataclass(typing.cast("type", kind), value, field)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is types.UnionType and type(None) in arguments:
        (other,) = (argument for argument in arguments if argument is not type(None))
        return None if value is None else typed(other, value, field)
    if origin is tuple:
        _expect(isinstance(value, list), field, "a list", value)
        return tuple(typed(arguments[0], item, f"{field}[{index}]") for index, item in enumerate(value))
    if isinstance(kind, type) and issubclass(kind, Enum):
        known = [member.value for member in kind]
        _expect(value in known, field, f"one of {', '.join(map(str, known))}", value)
        return kind(value)
    # JSON has true and 1 apart, Python's isinstance has not.
    _expect(type(value) is kind, field, getattr(kind, "__name__", str(kind)), value)
    return typing.cast("object", value)


def _dataclass(kind: type, value: object, field: str) -> object:
    _expect(isinstance(value, dict), field or "the whole", "an object", value)
    content = typing.cast("dict[str, object]", value)
    hints = typing.get_type_hints(kind)
    names = [each.name for each in dataclasses.fields(kind)]
    required = [each.name for each in dataclasses.fields(kind) if each.default is dataclasses.MISSING]
    prefix = f"{field}." if field else ""
    for name in names:
        if name in required and name not in content:
            raise Mismatch(f"the field '{prefix}{name}' is missing")
    for name in content:
        if name not in names:
            raise Mismatch(f"the field '{prefix}{name}' is unknown; known are {', '.join(names)}")
    return kind(**{name: typed(hints[name], content[name], f"{prefix}{name}") for name in content})


def _expect(right: bool, field: str, expected: str, value: object) -> None:
    if not right:
        raise Mismatch(f"the field '{field}' should be {expected}, but is {value!r:.80}")
