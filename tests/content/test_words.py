"""The written words against their definition, word by word."""

import struct

import pytest

from ContentionLibrary.content.sighting import Version
from ContentionLibrary.content.words import PIECE, blocks, prepare, write_file
from ContentionLibrary.errors import UsageError


def defined(version, start, end):
    first, last = start // 8, -(-end // 8)
    words = (version.writer << 56 | version.generation << 40 | number for number in range(first, last))
    return b"".join(struct.pack("<Q", word) for word in words)[start - first * 8 :][: end - start]


@pytest.mark.parametrize("version", [Version(1), Version(255, 65535), Version(7, 256)])
@pytest.mark.parametrize("start", [0, 3, 4096, PIECE - 16, 255 * PIECE, 256 * PIECE - 8, 65536 * PIECE + 4093])
def test_each_word_is_writer_generation_and_number(version, start):
    written = b"".join(blocks(version, 5001, chunk=1000, start=start))
    assert written == defined(version, start, start + 5001)


@pytest.mark.parametrize("size", [0, 1, 8, PIECE, PIECE + 1, 3 * PIECE + 12345])
@pytest.mark.parametrize("chunk", [PIECE, 4096, 100003, 2 * PIECE])
def test_blocks_have_the_chunk_size_but_the_last(size, chunk):
    lengths = [len(block) for block in blocks(Version(1), size, chunk)]
    assert sum(lengths) == size
    assert all(length == chunk for length in lengths[:-1])


def test_blocks_stay_valid_when_the_next_ones_are_made():
    first, *_ = kept = list(blocks(Version(9, 9), 40 * PIECE))
    assert first == defined(Version(9, 9), 0, PIECE)
    assert b"".join(kept[39:]) == defined(Version(9, 9), 39 * PIECE, 40 * PIECE)


def test_what_was_prepared_is_what_is_made():
    version = Version(8, 8)
    before = b"".join(blocks(version, 10 * PIECE))
    prepare(version)
    assert b"".join(blocks(version, 10 * PIECE)) == before == defined(version, 0, 10 * PIECE)


@pytest.mark.parametrize("version", [Version(0), Version(256), Version(1, -1), Version(1, 65536)])
def test_a_version_that_fits_no_word_is_refused(version):
    with pytest.raises(UsageError, match="a writer is 1 to 255"):
        list(blocks(version, 8))


@pytest.mark.parametrize("size", [0, 13, 2 * PIECE + 5])
def test_a_written_file_replaces_what_was_there(tmp_path, size):
    path = tmp_path / "file"
    path.write_bytes(b"x" * (3 * PIECE))
    write_file(path, Version(4, 2), size)
    assert path.read_bytes() == defined(Version(4, 2), 0, size)


def test_an_exclusive_file_must_be_new(tmp_path):
    write_file(tmp_path / "file", Version(1), 100, exclusive=True)
    with pytest.raises(FileExistsError):
        write_file(tmp_path / "file", Version(2), 100, exclusive=True)
    assert (tmp_path / "file").read_bytes() == defined(Version(1), 0, 100)
