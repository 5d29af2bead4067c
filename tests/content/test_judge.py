"""The judge against a slow one that looks at each word by itself, and against contents composed by hand."""

import os
import random

import pytest

from ContentionLibrary.content import judge
from ContentionLibrary.content.judge import judge_descriptor, judge_file
from ContentionLibrary.content.reading_at import read_at
from ContentionLibrary.content.sighting import Kind, Span, Version
from ContentionLibrary.content.words import PIECE, blocks

A, B = Version(1, 7), Version(200, 65535)
C = Version(3)
MIB = 1 << 20


def content(version, start, end):
    return b"".join(blocks(version, end - start, start=start))


def slow_judge(data):
    """What each aligned word says about itself; good for contents whose displacements are multiples of 8."""
    words = [int.from_bytes(data[at : at + 8], "little") for at in range(0, len(data) - 7, 8)]
    consecutive = {i for i in range(len(words) - 1) if words[i + 1] == words[i] + 1}
    spans = []
    for i, word in enumerate(words):
        key = Kind.FOREIGN, None, 0
        if word == 0:
            key = Kind.ZERO, None, 0
        elif word >> 56:
            version = Version(word >> 56, word >> 40 & 0xFFFF)
            shift = (i - (word & (1 << 40) - 1)) * 8
            if shift == 0:
                key = Kind.VERSION, version, 0
            elif i in consecutive or i - 1 in consecutive:
                key = Kind.SHIFTED, version, shift
        if spans and (spans[-1].kind, spans[-1].version, spans[-1].shift) == key:
            spans[-1] = Span(spans[-1].start, i * 8 + 8, *key)
        else:
            spans.append(Span(i * 8, i * 8 + 8, *key))
    return tuple(spans)


def judged(tmp_path, data, **options):
    path = tmp_path / "file"
    path.write_bytes(data)
    return judge_file(path, **options)


@pytest.mark.parametrize("size", [8, 16, 4096, PIECE - 8, PIECE, PIECE + 8, PIECE + 128, PIECE + 136, 3 * MIB])
@pytest.mark.parametrize("extra", range(8))
def test_a_clean_file_is_one_range(tmp_path, size, extra):
    sighting = judged(tmp_path, content(A, 0, size + extra))
    assert sighting.spans == (Span(0, size + extra, Kind.VERSION, A),)
    assert sighting.is_whole(A, size + extra)
    assert not sighting.is_whole(B, size + extra)
    assert not sighting.is_whole(A, size + extra + 1)


def test_an_empty_file_has_no_ranges(tmp_path):
    sighting = judged(tmp_path, b"")
    assert (sighting.size, sighting.spans, sighting.single_version) == (0, (), None)


@pytest.mark.parametrize("seed", range(24))
def test_any_composition_gets_the_same_report_as_from_the_slow_judge(tmp_path, seed):
    dice = random.Random(seed)
    total = dice.choice([512, 4096, PIECE + 256, 2 * PIECE]) // 8
    data = bytearray()
    while len(data) < total * 8:
        at = len(data)
        length = dice.choice([1, 2, 3, 15, 16, 17, 64, 1000, 40000]) * 8
        kind = dice.randrange(6)
        if kind < 3:
            data += content([A, B, C][kind], at, at + length)
        elif kind == 3:
            data += bytes(length)
        elif kind == 4:
            data += dice.randbytes(min(length, 4096))
        else:
            begin = dice.randrange(0, 100000) * 8
            data += content(A, begin, begin + max(length, 16))
    sighting = judged(tmp_path, bytes(data), limit=10**6)
    assert sighting.spans == slow_judge(data)
    assert sighting.size == len(data)


def test_an_overwritten_middle_is_told_to_the_word(tmp_path):
    data = content(A, 0, 5008) + content(B, 5008, 600000) + content(A, 600000, MIB)
    assert judged(tmp_path, data).spans == (
        Span(0, 5008, Kind.VERSION, A),
        Span(5008, 600000, Kind.VERSION, B),
        Span(600000, MIB, Kind.VERSION, A),
    )


def test_two_generations_of_one_writer_are_two_versions(tmp_path):
    young = Version(A.writer, A.generation + 1)
    data = content(young, 0, 4096) + content(A, 4096, 8192)
    assert judged(tmp_path, data).spans == (
        Span(0, 4096, Kind.VERSION, young),
        Span(4096, 8192, Kind.VERSION, A),
    )


@pytest.mark.parametrize("hole", [(0, 8), (4096, 8192), (PIECE, 2 * PIECE), (MIB - 8, MIB)])
def test_zeros_are_told_to_the_word(tmp_path, hole):
    data = bytearray(content(A, 0, MIB))
    data[slice(*hole)] = bytes(hole[1] - hole[0])
    assert Span(*hole, Kind.ZERO) in judged(tmp_path, data).spans
    assert judged(tmp_path, data).spans == slow_judge(data)


@pytest.mark.parametrize("lost", [8, 4096, 1, 3, 7])
def test_lost_bytes_displace_the_rest_towards_the_begin(tmp_path, lost):
    data = content(A, 0, 8000) + content(A, 8000 + lost, MIB)
    first, *between, last = judged(tmp_path, data).spans
    assert first == Span(0, 8000, Kind.VERSION, A)
    assert last == Span(8000, MIB - lost, Kind.SHIFTED, A, -lost)
    assert not between


@pytest.mark.parametrize("inserted", [b"xyz", b"\r", b"a foreign head of 37 bytes, no more.."])
def test_inserted_bytes_displace_the_rest_towards_the_end(tmp_path, inserted):
    count = len(inserted)
    data = inserted + content(A, 0, MIB)
    assert judged(tmp_path, data).spans == (
        Span(0, count, Kind.FOREIGN),
        Span(count, MIB + count, Kind.SHIFTED, A, count),
    )


def test_bytes_that_nobody_wrote_are_foreign_and_a_broken_word_is_the_tail(tmp_path):
    assert judged(tmp_path, b"A" * 103).spans == (Span(0, 96, Kind.FOREIGN), Span(96, 103, Kind.TAIL))
    assert judged(tmp_path, b"hello").spans == (Span(0, 5, Kind.TAIL),)


def test_a_last_broken_word_of_another_is_a_tail(tmp_path):
    spans = judged(tmp_path, content(A, 0, 800) + b"\xff\xff\xff").spans
    assert spans == (Span(0, 800, Kind.VERSION, A), Span(800, 803, Kind.TAIL))


def test_counting_words_without_a_writer_are_foreign(tmp_path):
    data = b"".join(i.to_bytes(8, "little") for i in range(1, 2000))
    assert judged(tmp_path, data).spans == (Span(0, len(data), Kind.FOREIGN),)


def test_too_many_ranges_are_cut_off_and_the_size_is_still_true(tmp_path):
    data = b"".join(content([A, B][k % 2], k * 4096, k * 4096 + 4096) for k in range(500))
    sighting = judged(tmp_path, data, limit=100)
    assert not sighting.complete
    assert len(sighting.spans) == 100
    assert sighting.size == len(data)
    assert judged(tmp_path, data, limit=500).complete


@pytest.mark.parametrize("start", [8, 2 * MIB, 2 * MIB + 8, 12345 * 8, 1, 5, 2 * MIB + 3, 2 * MIB - 7])
def test_a_reader_that_continues_in_the_middle(tmp_path, start):
    path = tmp_path / "file"
    path.write_bytes(content(A, 0, 4 * MIB))
    with path.open("rb") as file:
        sighting = judge_descriptor(file.fileno(), start)
    assert sighting.spans == (Span(start, 4 * MIB, Kind.VERSION, A),)
    assert (sighting.start, sighting.size) == (start, 4 * MIB - start)
    assert sighting.is_whole(A, 4 * MIB)


def test_a_file_that_is_cut_while_it_is_judged_is_told_as_far_as_it_was_seen(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(content(A, 0, MIB))

    def read_and_cut(*arguments):
        count = read_at(*arguments)
        os.truncate(path, 0)
        return count

    monkeypatch.setattr(judge, "read_at", read_and_cut)
    sighting = judge_file(path)
    assert sighting.single_version == A
    assert sighting.size == sighting.spans[-1].end >= PIECE


def test_the_file_offset_stays(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(content(A, 0, MIB))
    with path.open("rb") as file:
        file.seek(77)
        judge_descriptor(file.fileno())
        assert os.lseek(file.fileno(), 0, os.SEEK_CUR) == 77


def test_a_file_that_is_not_there_is_the_callers_trouble(tmp_path):
    with pytest.raises(FileNotFoundError):
        judge_file(tmp_path / "nothing")


@pytest.mark.parametrize("stop", [8, 4096, 600_000, 1_000_000, 1 << 20, 3 << 20])
def test_looks_no_further_than_it_is_told(tmp_path, stop):
    path = tmp_path / "file"
    path.write_bytes(b"".join(bytes(block) for block in blocks(Version(3), 1_200_000)))
    with path.open("r+b") as file:
        file.seek(700_000)
        file.write(b"\xff" * 80_000)
    with path.open("rb") as file:
        part = judge_descriptor(file.fileno(), 0, stop)
    cut = tmp_path / "cut"
    cut.write_bytes(path.read_bytes()[:stop])
    assert part == judge_file(cut)
