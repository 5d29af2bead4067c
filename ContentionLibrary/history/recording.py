"""Keeps the events of a scenario in order, and stores them as JSON lines from which the same events can be read."""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from ContentionLibrary.errors import UsageError
from ContentionLibrary.history import acts, copies, disks, events, figures, looks
from ContentionLibrary.history.events import Event

_EventT = TypeVar("_EventT", bound=Event)
_KINDS: dict[str, type[Event]] = {
    name: kind
    for module in (acts, copies, disks, events, figures, looks)
    for name, kind in vars(module).items()
    if isinstance(kind, type) and issubclass(kind, Event)
}


class History:
    """All that happened in one scenario, in the order in which it was noted."""

    def __init__(self, noted: list[Event] | None = None) -> None:
        self._events: list[Event] = list(noted or [])

    def add(self, event: Event) -> None:
        """Note an event."""
        self._events.append(event)

    def __iter__(self) -> Iterator[Event]:
        return iter(self._events)

    def __len__(self) -> int:
        return len(self._events)

    def of(self, kind: type[_EventT]) -> list[_EventT]:
        """Return the events of one kind."""
        return [event for event in self._events if isinstance(event, kind)]

    def about(self, subject: str, *plays: str) -> History:
        """Return the part that is about one subject, and about some of its plays if any are named."""
        return History([e for e in self._events if e.subject == subject and (not plays or e.play in plays)])

    def store(self, path: Path) -> None:
        """Write the history as JSON lines."""
        with path.open("w", encoding="utf-8") as lines:
            for event in self._events:
                record = {"event": type(event).__name__, **_to_plain(event)}
                lines.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")


def load_history(path: Path) -> History:
    """Read a stored history.

    Raises:
        UsageError: there is no such file, or a line is no event; the message names file and line.
    """
    history = History()
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise UsageError(f"{path}: the history cannot be read: {str(error.strerror).lower()}") from error
    if lines[-1] == b"":
        lines.pop()
    for number, line in enumerate(lines, 1):
        try:
            history.add(_event(json.loads(line.decode())))
        except ValueError as error:
            raise UsageError(
                f"{path}, line {number}: this is no event of a history ({error}); store the run again"
            ) from error
    return history


def _event(record: Any) -> Event:  # noqa: ANN401 - anything that JSON knows
    name = record.pop("event", None) if isinstance(record, dict) else None
    kind = _KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise ValueError(f"it names no kind of event, but {name!r}")
    event = _reader(typing.cast("Any", kind))(record, "")
    assert isinstance(event, Event)
    return event


def _to_plain(fact: Any) -> Any:  # noqa: ANN401 - any shape that JSON knows
    if dataclasses.is_dataclass(fact) and not isinstance(fact, type):
        return {field.name: _to_plain(getattr(fact, field.name)) for field in dataclasses.fields(fact)}
    if isinstance(fact, tuple | list):
        return [_to_plain(part) for part in fact]
    if isinstance(fact, Enum):
        return fact.value
    return fact


_Reader = Callable[[Any, str], Any]
"""Rebuilds a value from its plain form, or raises a ValueError that names the field, which comes second."""


@functools.cache
def _reader(kind: Any) -> _Reader:  # noqa: ANN401
    """Return the reader of a declared type; made once for each, because a history has many events of few kinds."""
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        some = _reader(next(part for part in typing.get_args(kind) if part is not types.NoneType))
        return lambda plain, field: None if plain is None else some(plain, field)
    if origin is tuple:
        return _reader_of_many(_reader(typing.get_args(kind)[0]))
    if dataclasses.is_dataclass(kind):
        return _reader_of_facts(typing.cast("type", kind))
    if issubclass(kind, Enum):
        return lambda plain, field: kind(plain)
    return _reader_of_one(kind)


def _reader_of_many(part: _Reader) -> _Reader:
    def read(plain: Any, field: str) -> Any:  # noqa: ANN401
        _expect(isinstance(plain, list), field, "a list", plain)
        return tuple(part(each, field) for each in plain)

    return read


def _reader_of_one(kind: type) -> _Reader:
    def read(plain: Any, field: str) -> Any:  # noqa: ANN401
        # A whole number of seconds is written without a point; JSON has true and 1 apart, Python's isinstance has not.
        right = type(plain) is kind or (kind is float and type(plain) is int)
        _expect(right, field, kind.__name__, plain)
        return kind(plain)

    return read


def _reader_of_facts(kind: type) -> _Reader:
    fields = {name: _reader(hint) for name, hint in typing.get_type_hints(kind).items()}

    def read(plain: Any, field: str) -> Any:  # noqa: ANN401
        _expect(isinstance(plain, dict), field, kind.__name__, plain)
        unknown = plain.keys() - fields.keys()
        if unknown:
            raise ValueError(f"'{min(unknown)}' is no field of {kind.__name__}")
        facts = {name: fields[name](part, name) for name, part in plain.items()}
        try:
            return kind(**facts)
        except TypeError as error:
            raise ValueError(f"a field of {kind.__name__} is missing: {error}") from error

    return read


def _expect(right: bool, field: str, expected: str, plain: object) -> None:
    if not right:
        raise ValueError(f"'{field}' should be {expected}, but is {plain!r:.80}")
