"""What is told of a file, in plain words."""

import pytest

from ContentionLibrary.content.sighting import Kind, Sighting, Span, Version
from ContentionLibrary.content.wording import describe

NEW, OLD, STRANGER = Version(1), Version(2), Version(9, 4)
NAMES = {NEW: "the new source", OLD: "the old content"}
MIB = 1 << 20


def sighting(*spans, start=0, complete=True):
    size = spans[-1].end - start if spans else 0
    return Sighting(size, spans, start, complete)


def new(start, end):
    return Span(start * MIB, end * MIB, Kind.VERSION, NEW)


def old(start, end):
    return Span(start * MIB, end * MIB, Kind.VERSION, OLD)


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (sighting(new(0, 64)), "all 64 MiB of the new source"),
        (sighting(), "nothing (empty, not 64 MiB)"),
        (sighting(new(0, 16)), "16 of 64 MiB of the new source, cut off"),
        (
            sighting(new(0, 16), Span(16 * MIB, 64 * MIB, Kind.ZERO)),
            "0-16 MiB of the new source, the rest (48 MiB) zero bytes",
        ),
        (
            sighting(new(0, 16), old(16, 48)),
            "0-16 MiB of the new source, the rest (32 MiB) of the old content; cut off after 48 of 64 MiB",
        ),
        (sighting(new(0, 65)), "all 65 MiB of the new source; 1 MiB more than there should be"),
        (
            sighting(Span(0, 64 * MIB, Kind.VERSION, STRANGER)),
            "all 64 MiB of an unknown version (writer 9, generation 4)",
        ),
        (
            sighting(Span(0, 64 * MIB, Kind.SHIFTED, NEW, -24)),
            "all 64 MiB of the new source, 24 bytes too early in the file",
        ),
        (
            sighting(new(0, 63), Span(63 * MIB, 63 * MIB + 3, Kind.TAIL)),
            "0-63 MiB of the new source, the rest (3 bytes) stray bytes at the end;"
            " cut off after 66,060,291 of 67,108,864 bytes",
        ),
        (sighting(Span(0, 64 * MIB, Kind.FOREIGN)), "all 64 MiB bytes that nobody here wrote"),
        (sighting(new(32, 64), start=32 * MIB), "all 32 MiB of the new source from 32 MiB on"),
        (sighting(new(32, 40), start=32 * MIB), "8 of 32 MiB of the new source from 32 MiB on, cut off"),
        (Sighting(0, (), 32 * MIB), "nothing (0 of 32 MiB)"),
    ],
)
def test_a_sighting_is_told_in_plain_words(seen, words):
    assert describe(seen, NAMES, 64 * MIB) == words


def test_many_ranges_are_summed_up():
    spans = [(new if k % 2 else old)(k, k + 1) for k in range(64)]
    assert describe(sighting(*spans), NAMES, 64 * MIB) == (
        "a mixture of 64 ranges: 32 MiB of the old content in 32 ranges, 32 MiB of the new source"
        " in 32 ranges; it begins with 0-1 MiB of the old content, 1-2 MiB of the new source"
    )


def test_a_list_that_was_cut_off_says_so():
    spans = [(new if k % 2 else old)(k, k + 1) for k in range(6)]
    words = describe(Sighting(64 * MIB, tuple(spans), complete=False), NAMES, 64 * MIB)
    assert words.startswith("a mixture of more than 6 ranges: up to 6 MiB, 3 MiB of the old content in 3 ranges")
