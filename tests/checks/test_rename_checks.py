"""What names may hold after renames around a copier: whatever some order of all of it leads to, and nothing else."""

import pytest
from tale import DESTINATION, MIB, SIZE, Tale, cut, spans, whole

from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.renames import moves_of_ring, rename_orders
from ContentionLibrary.history.acts import Move
from ContentionLibrary.history.cast import NEIGHBOURS, OLDER, SOURCE
from ContentionLibrary.history.copies import Ending

SUCCESS, BUSY = Ending.SUCCESS, Ending.BUSY
FIRST, SECOND, THIRD = NEIGHBOURS
NAMES = ("destination/a.bin", "destination/b.part", "destination/c.tmp")
TEMPORARY = "destination/.slide.bin.part"
STEP = "write the last bytes of the temporary file"
RING = moves_of_ring([DESTINATION, *NAMES])
ONTO, ONTO_TEMPORARY = (Move(NAMES[0], DESTINATION),), (Move(NAMES[0], TEMPORARY),)


def renamed(moves, ending, *contents, older=False, times=1, extra=None):
    """Renames happen at a step; in the end destination and neighbours hold these contents, None is no file."""
    tale = Tale("renames", older=older).looked("before", names=NAMES)
    if moves:
        tale.held(STEP).act("rename", "renamer", step=STEP).renamed(moves, STEP, times)
    tale.ended(ending, "busy")
    shown = dict(zip((DESTINATION, *NAMES), contents, strict=True)) | (extra or {})
    contents = {
        path: whole(content) if content in (SOURCE, OLDER, *NEIGHBOURS) else content
        for path, content in sorted(shown.items())
        if content
    }
    return tale.looked("after", contents=contents)


def found_in(tale):
    return rename_orders(tale.history)


@pytest.mark.parametrize(
    ("ending", "contents"),
    [
        (SUCCESS, (SOURCE, OLDER, FIRST, SECOND)),  # ring, copy
        (SUCCESS, (THIRD, SOURCE, FIRST, SECOND)),  # copy, ring
        (BUSY, (THIRD, OLDER, FIRST, SECOND)),  # ring only
        (BUSY, (THIRD, SOURCE, FIRST, SECOND)),
    ],
)
def test_some_order_of_a_ring(ending, contents):
    assert found_in(renamed(RING, ending, *contents, older=True)) == []


@pytest.mark.parametrize(
    ("ending", "contents", "words", "level"),
    [
        (SUCCESS, (THIRD, OLDER, FIRST, SECOND), "slide.bin holds", Level("E", 0)),
        (SUCCESS, (SOURCE, None, FIRST, SECOND), "a.bin holds no file, not the content of the older version", None),
        (BUSY, (THIRD, OLDER, FIRST, None), "c.tmp holds no file, not the content of the second neighbour", None),
        (
            BUSY,
            (OLDER, OLDER, FIRST, SECOND),
            "slide.bin holds the content of the older version, not the content of the third neighbour",
            None,
        ),
    ],
)
def test_no_order_of_a_ring(ending, contents, words, level):
    (found,) = found_in(renamed(RING, ending, *contents, older=True))
    if level is None:
        assert words in found.seen
    assert f"While the copier stood before its step '{STEP}', somebody renamed slide.bin to a.bin" in found.seen
    assert (found.step, found.level) == (STEP, level)


@pytest.mark.parametrize(("ending", "there"), [(SUCCESS, SOURCE), (SUCCESS, FIRST), (BUSY, FIRST)])
def test_some_order_of_a_rename_onto_the_destination(ending, there):
    assert found_in(renamed(ONTO, ending, there, None, SECOND, THIRD)) == []


@pytest.mark.parametrize("there", [None, OLDER])
def test_a_file_that_was_renamed_onto_the_destination_is_lost(there):
    (found,) = found_in(renamed(ONTO, BUSY, there, None, SECOND, THIRD, older=True))
    assert "not the content of the first neighbour" in found.seen
    assert found.level is None


def test_what_was_put_on_the_temporary_name_is_the_copiers_own():
    assert found_in(renamed(ONTO_TEMPORARY, SUCCESS, SOURCE, None, SECOND, THIRD)) == []
    assert found_in(renamed(ONTO_TEMPORARY, BUSY, None, None, SECOND, THIRD)) == []
    assert found_in(renamed(ONTO_TEMPORARY, BUSY, FIRST, None, SECOND, THIRD)) == []


def test_what_was_put_on_the_temporary_name_is_no_success():
    (found,) = found_in(renamed(ONTO_TEMPORARY, SUCCESS, FIRST, None, SECOND, THIRD))
    assert "slide.bin holds the content of the first neighbour, not the content of the source" in found.seen
    assert found.level == Level("E", 0)


@pytest.mark.parametrize("times", [1, 2, 3, 4])
def test_a_ring_that_was_gone_round_several_times(times):
    turned = [NEIGHBOURS[(place - times) % 3] for place in range(3)]
    ring = moves_of_ring(NAMES)
    assert found_in(renamed(ring, SUCCESS, SOURCE, *turned, times=times)) == []
    assert len(found_in(renamed(ring, SUCCESS, SOURCE, *reversed(turned), times=times))) == 1


def test_a_neighbour_is_lost_though_nobody_renamed_anything():
    (found,) = found_in(renamed((), SUCCESS, SOURCE, FIRST, None, THIRD))
    assert found.seen.startswith(
        "Nothing was renamed, the copier reported success: b.part holds no file, not the content of the second"
    )


def test_a_file_that_is_there_twice():
    (found,) = found_in(renamed(ONTO, BUSY, FIRST, None, SECOND, THIRD, extra={"destination/.backup": FIRST}))
    assert "the first neighbour is there twice: .backup and slide.bin" in found.seen


@pytest.mark.parametrize(
    ("ending", "level", "torn", "word"),
    [
        (SUCCESS, Level("E", 0), cut(SOURCE, MIB), "PARTIAL"),
        (BUSY, Level("S", 0), spans((MIB, SOURCE), (SIZE, OLDER)), "MIXED"),
    ],
)
def test_a_torn_file(ending, level, torn, word):
    (found,) = found_in(renamed(RING, ending, THIRD, torn, FIRST, SECOND, older=True))
    assert f"a.bin holds {word} content" in found.seen
    assert found.level == level
