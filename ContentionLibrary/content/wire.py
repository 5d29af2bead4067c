"""The form in which a sighting travels between processes."""

from __future__ import annotations

from typing import Any

from ContentionLibrary.content.sighting import Kind, Sighting, Span, Version


def to_wire(sighting: Sighting) -> dict[str, Any]:
    """Return a sighting as something that JSON can hold."""
    return {
        "size": sighting.size,
        "start": sighting.start,
        "complete": sighting.complete,
        "spans": [
            [
                span.start,
                span.end,
                span.kind.value,
                [span.version.writer, span.version.generation] if span.version else None,
                span.shift,
            ]
            for span in sighting.spans
        ],
    }


def from_wire(wire: dict[str, Any]) -> Sighting:
    """Read what `to_wire` gave.

    Raises:
        KeyError: a part is missing.
        ValueError: a part has not the form that `to_wire` gives it.
    """
    return Sighting(
        size=wire["size"],
        spans=tuple(
            Span(start, end, Kind(kind), Version(*version) if version else None, shift)
            for start, end, kind, version, shift in wire["spans"]
        ),
        start=wire["start"],
        complete=wire["complete"],
    )
