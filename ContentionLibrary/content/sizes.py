"""Sizes as people write them: `278 MB`, `4 MiB`, `1000 bytes`."""

from __future__ import annotations

import re
from fractions import Fraction

from ContentionLibrary.errors import UsageError

_BINARY = ("bytes", "KiB", "MiB", "GiB", "TiB")
_UNITS: dict[str, int] = {"": 1, "b": 1, "byte": 1, "bytes": 1}
_UNITS |= {unit.lower(): 1024**power for power, unit in enumerate(_BINARY) if power}
_UNITS |= {f"{prefix}b": 1000**power for power, prefix in enumerate("kmgt", 1)}


def parse_size(text: str | int) -> int:
    """Turn a size into bytes.

    Args:
        text: a number and a unit: bytes, KB, MB, GB, TB (thousands), KiB, MiB, GiB or TiB (1024);
            bytes without one.

    Raises:
        UsageError: it is no size, or not a whole number of bytes.
    """
    match = re.fullmatch(r"(\d[\d,_]*(?:\.\d+)?)\s*([a-z]*)", str(text).strip().lower())
    factor = _UNITS.get(match[2]) if match else None
    if match is None or factor is None:
        raise UsageError(f"'{text}' is no size: write a number and a unit, for example 4 MiB, 278 MB or 1000 bytes")
    size = Fraction(re.sub("[,_]", "", match[1])) * factor
    if size.denominator != 1:
        raise UsageError(f"'{text}' is no size: it is not a whole number of bytes, but {float(size)}")
    return int(size)


def format_size(size: int) -> str:
    """Write a size so that it is exact: in the largest of KiB, MiB, ... that divides it, else in bytes."""
    return f"{_number(size, unit := fitting_unit(size))} {_singular(unit, size)}"


def format_about(size: int) -> str:
    """Write a size that need not be exact in few digits: `1.4 GiB`."""
    power = min(max(size.bit_length() - 1, 0) // 10, len(_BINARY) - 1)
    return f"{size / 1024**power:.1f} {_BINARY[power]}" if power else format_size(size)


def format_range(start: int, end: int) -> str:
    """Write the range of bytes `[start, end)`: `0-16 MiB`, or `bytes 1,000 to 4,096` if that is not exact."""
    unit = fitting_unit(start, end)
    if unit == _BINARY[0]:
        return f"bytes {start:,} to {end:,}"
    return f"{_number(start, unit)}-{_number(end, unit)} {unit}"


def format_part(part: int, whole: int) -> str:
    """Write how much of a whole there is: `16 of 64 MiB`."""
    unit = fitting_unit(part, whole)
    return f"{_number(part, unit)} of {_number(whole, unit)} {_singular(unit, whole)}"


def fitting_unit(*sizes: int) -> str:
    """Return the largest unit in which all of some sizes are whole numbers; zeros fit every unit."""
    present = [size for size in sizes if size]
    for power in range(len(_BINARY) - 1, 0, -1):
        if present and all(size % 1024**power == 0 for size in present):
            return _BINARY[power]
    return _BINARY[0]


def _number(size: int, unit: str) -> str:
    return f"{size // 1024 ** _BINARY.index(unit):,}"


def _singular(unit: str, size: int) -> str:
    return "byte" if unit == _BINARY[0] and size == 1 else unit
