"""Records of named values: `typing.NamedTuple`, without the import of `typing`, which each copy would pay for."""

from __future__ import annotations

__all__ = ["NamedTuple"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple
else:

    class NamedTuple(tuple):
        """What is used of its model: fields, some with defaults, given by place or by name, and `_replace`."""

        __slots__ = ()

        def __init_subclass__(cls) -> None:
            cls._fields = tuple(cls.__annotations__)
            cls._defaults = {name: vars(cls)[name] for name in cls._fields if name in vars(cls)}
            for place, name in enumerate(cls._fields):
                setattr(cls, name, property(lambda self, place=place: self[place]))

        def __new__(cls, *values: object, **named: object) -> NamedTuple:
            """Make one; every field without a default must be given."""
            given = {**cls._defaults, **dict(zip(cls._fields, values, strict=False)), **named}
            if len(values) > len(cls._fields) or given.keys() != set(cls._fields):
                raise TypeError(f"{cls.__name__} has the fields {', '.join(cls._fields)}")
            return super().__new__(cls, [given[name] for name in cls._fields])

        def _replace(self, **named: object) -> NamedTuple:
            return type(self)(**{**dict(zip(self._fields, self, strict=True)), **named})
