"""Sizes as people write them."""

import pytest

from ContentionLibrary.content.sizes import format_part, format_range, format_size, parse_size
from ContentionLibrary.errors import UsageError


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("278 MB", 278_000_000),
        ("4 MiB", 4 << 20),
        ("4mib", 4 << 20),
        ("1.5 KiB", 1536),
        ("0", 0),
        ("1000", 1000),
        ("1 byte", 1),
        ("4,194,305 bytes", 4_194_305),
        (4096, 4096),
        ("2 GiB", 2 << 30),
        ("1 TB", 10**12),
    ],
)
def test_a_size_is_read(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text", ["", "MiB", "four MiB", "-1 MiB", "4 MiBs", "4 M iB", "1.2.3 MiB", "1e6", "4 parsecs", "0.3 KiB"]
)
def test_nonsense_is_refused_with_the_text_and_an_example(text):
    with pytest.raises(UsageError, match=f"'{text}' is no size"):
        parse_size(text)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1000, "1,000 bytes"),
        (1024, "1 KiB"),
        (4 << 20, "4 MiB"),
        ((4 << 20) + 1, "4,194,305 bytes"),
        (1536, "1,536 bytes"),
        (3 << 30, "3 GiB"),
    ],
)
def test_a_size_is_written_exactly_and_can_be_read_again(size, text):
    assert format_size(size) == text
    assert parse_size(text) == size


def test_ranges_and_parts_share_one_unit():
    assert format_range(0, 16 << 20) == "0-16 MiB"
    assert format_range(512 << 10, 2 << 20) == "512-2,048 KiB"
    assert format_range(8, 4096) == "bytes 8 to 4,096"
    assert format_part(16 << 20, 64 << 20) == "16 of 64 MiB"
    assert format_part(0, 64 << 20) == "0 of 64 MiB"
