"""Says in plain words what a sighting shows: `0-16 MiB of the new source, the rest (48 MiB) zero bytes`."""

from __future__ import annotations

from collections.abc import Mapping

from ContentionLibrary.content.sighting import Kind, Sighting, Span, Version
from ContentionLibrary.content.sizes import format_part, format_range, format_size

_TOLD_ONE_BY_ONE = 4  # ranges; a reader takes in no more, and beyond that the sums say more


def describe(sighting: Sighting, names: Mapping[Version, str], expected_size: int) -> str:
    """Say what was seen in a file.

    Args:
        sighting: what was seen.
        names: how to call each version that the test made, e.g. `the new source`.
        expected_size: bytes that the file should have.

    Returns:
        Words that complete "the file holds ...".
    """
    end = sighting.start + sighting.size
    whole = expected_size - sighting.start
    if not sighting.spans:
        return (
            f"nothing ({format_part(sighting.size, whole)})"
            if sighting.start
            else f"nothing (empty, not {format_size(whole)})"
        )
    if len(sighting.spans) == 1:
        words = _one_range(sighting.spans[0], names, sighting, whole)
    elif len(sighting.spans) <= _TOLD_ONE_BY_ONE and sighting.complete:
        words = _few_ranges(sighting.spans, names)
    else:
        words = _many_ranges(sighting, names)
    if end < expected_size and len(sighting.spans) > 1:
        words += f"; cut off after {format_part(end, expected_size)}"
    elif end > expected_size:
        words += f"; {format_size(end - expected_size)} more than there should be"
    return words


def _one_range(span: Span, names: Mapping[Version, str], sighting: Sighting, whole: int) -> str:
    place = f" from {format_size(sighting.start)} on" if sighting.start else ""
    if sighting.size < whole:
        return f"{format_part(sighting.size, whole)}{_of(span, names)}{place}, cut off"
    return f"all {format_size(sighting.size)}{_of(span, names)}{place}"


def _few_ranges(spans: tuple[Span, ...], names: Mapping[Version, str]) -> str:
    words = [f"{format_range(span.start, span.end)}{_of(span, names)}" for span in spans[:-1]]
    last = spans[-1]
    words.append(f"the rest ({format_size(last.end - last.start)}){_of(last, names)}")
    return ", ".join(words)


def _many_ranges(sighting: Sighting, names: Mapping[Version, str]) -> str:
    sums: dict[str, tuple[int, int]] = {}
    for span in sighting.spans:
        of = _of(span, names)
        size, count = sums.get(of, (0, 0))
        sums[of] = size + span.end - span.start, count + 1
    told = sorted(sums.items(), key=lambda item: -item[1][0])
    words = [f"{format_size(size)}{of} in {_count(count)}" for of, (size, count) in told[:_TOLD_ONE_BY_ONE]]
    if len(told) > _TOLD_ONE_BY_ONE:
        words.append(f"{len(told) - _TOLD_ONE_BY_ONE} more origins")
    first = ", ".join(f"{format_range(s.start, s.end)}{_of(s, names)}" for s in sighting.spans[:2])
    ranges = f"{len(sighting.spans)} ranges" if sighting.complete else f"more than {len(sighting.spans)} ranges"
    seen = "" if sighting.complete else f" up to {format_size(sighting.spans[-1].end)},"
    return f"a mixture of {ranges}:{seen} {', '.join(words)}; it begins with {first}"


def _count(ranges: int) -> str:
    return "1 range" if ranges == 1 else f"{ranges} ranges"


def _of(span: Span, names: Mapping[Version, str]) -> str:
    """Say whose a range is, in words that follow its size."""
    match span.kind:
        case Kind.ZERO:
            return " zero bytes"
        case Kind.FOREIGN:
            return " bytes that nobody here wrote"
        case Kind.TAIL:
            return " stray bytes at the end"
    assert span.version is not None
    unknown = f"an unknown version (writer {span.version.writer}, generation {span.version.generation})"
    of = f" of {names.get(span.version, unknown)}"
    if span.kind is Kind.SHIFTED:
        return f"{of}, {format_size(abs(span.shift))} too {'late' if span.shift > 0 else 'early'} in the file"
    return of
