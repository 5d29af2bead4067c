"""Each check of the readers is red on what it forbids, says so rightly, and is silent on everything else."""

import pytest
from tale import MIB, RENAME, SIZE, Tale, cut, says, spans, whole

from ContentionLibrary.checks import readers
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.content.sighting import Kind, Sighting, Span
from ContentionLibrary.history.acts import Answer
from ContentionLibrary.history.cast import AGAIN, OLDER, SOURCE
from ContentionLibrary.history.copies import Ending

R0, R1, L0 = Level("R", 0), Level("R", 1), Level("L", 0)


@pytest.mark.parametrize(
    ("sighting", "words"),
    [
        (cut(SOURCE, MIB), "PARTIAL content: 1 of 4 MiB of the source, cut off"),
        (cut(SOURCE, 0), "PARTIAL content: nothing (empty, not 4 MiB)"),
        (
            spans((MIB, SOURCE), (SIZE, OLDER)),
            "MIXED content: 0-1 MiB of the source, the rest (3 MiB) of the older version",
        ),
        (
            spans((2 * MIB, SOURCE), (SIZE, Kind.ZERO)),
            "PARTIAL content: 0-2 MiB of the source, the rest (2 MiB) zero bytes",
        ),
        (spans((SIZE, Kind.ZERO)), "PARTIAL content: all 4 MiB zero bytes"),
        (spans((SIZE, Kind.FOREIGN)), "PARTIAL content: all 4 MiB bytes that nobody here wrote"),
        (whole(OLDER, SIZE + 8), "PARTIAL content: all 4,194,312 bytes of the older version; 8 bytes more"),
        (Sighting(SIZE, (Span(0, SIZE, Kind.SHIFTED, SOURCE, 8),)), "8 bytes too late in the file"),
    ],
)
def test_torn_reads(sighting, words):
    tale = Tale(older=True).read(whole(OLDER), step="create").read(sighting, "reader 3", step="write on").ended()
    (found,) = readers.torn_reads(tale.history)
    assert found.step == "write on"
    assert says(found, "'write on'", "reader 3 read the destination (a play) and got ", words)
    assert found.level == R0


def test_a_torn_read_without_a_hold_says_no_step():
    (found,) = readers.torn_reads(Tale().read(cut(SOURCE, MIB)).history)
    assert (found.step, found.seen[:28]) == ("", "reader read the destination ")


@pytest.mark.parametrize("sighting", [whole(SOURCE), whole(OLDER), None])
def test_no_torn_reads(sighting):
    assert readers.torn_reads(Tale(older=True).read(sighting, step="x").history) == []


def test_a_read_that_was_refused_is_not_torn():
    tale = Tale().act(readers.READ, step="x", answer=Answer.REFUSED).act(readers.READ, step="x", answer=Answer.WAITED)
    assert readers.torn_reads(tale.history) == []


def test_only_reads_of_the_whole_destination_are_torn_reads():
    tale = Tale(older=True).opened_half(OLDER).read_on(whole(OLDER, start=SIZE // 2))
    assert readers.torn_reads(tale.history) == []


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (whole(SOURCE, start=2 * MIB), "all 2 MiB of the source from 2 MiB on"),
        (cut(OLDER, 3 * MIB, 2 * MIB), "1 of 2 MiB of the older version from 2 MiB on, cut off"),
        (cut(OLDER, 2 * MIB, 2 * MIB), "nothing (0 of 2 MiB)"),
        (
            spans((3 * MIB, OLDER), (SIZE, SOURCE), start=2 * MIB),
            "2-3 MiB of the older version, the rest (1 MiB) of the source",
        ),
    ],
)
def test_changed_under_a_reader(second, words):
    tale = Tale(older=True).opened_half(OLDER).held("write on").read_on(second, step="write on")
    (found,) = readers.changed_under_reader(tale.history)
    assert says(found, "'write on'", "slow reader", "had read half of the older version", f"second half: {words}")
    assert (found.step, found.level) == ("write on", R0)


def test_a_reader_that_keeps_its_version_is_well_served():
    tale = Tale(older=True).opened_half(OLDER)
    tale.read_on(whole(OLDER, start=2 * MIB), step="x").read_on(whole(OLDER, start=2 * MIB), step="y")
    tale.opened_half(SOURCE).read_on(whole(SOURCE, start=2 * MIB))
    assert readers.changed_under_reader(tale.history) == []


def test_each_reader_is_held_against_its_own_first_half():
    tale = Tale(older=True).opened_half(OLDER, "one").opened_half(SOURCE, "two")
    tale.read_on(whole(SOURCE, start=2 * MIB), "two").read_on(whole(OLDER, start=2 * MIB), "one")
    assert readers.changed_under_reader(tale.history) == []


def test_a_second_half_in_another_run_is_another_matter():
    tale = Tale(older=True).opened_half(OLDER).run(2).read_on(whole(SOURCE, start=2 * MIB))
    assert readers.changed_under_reader(tale.history) == []


def test_a_first_half_that_was_torn_is_left_to_the_other_check():
    tale = Tale(older=True).act(readers.OPEN_HALF, "slow reader", sighting=spans((MIB, OLDER), (2 * MIB, SOURCE)))
    assert readers.changed_under_reader(tale.read_on(whole(SOURCE, start=2 * MIB)).history) == []


def test_a_gap_for_readers():
    tale = Tale(older=True).read(whole(OLDER), step="a").read(None, step=RENAME).read(whole(SOURCE), step="c")
    (found,) = readers.vanished_for_readers(tale.history)
    assert says(found, f"'{RENAME}'", "reader found no file")

    assert (found.step, found.level) == (RENAME, R1)


@pytest.mark.parametrize("tale", [Tale(older=False).read(None, step="a"), Tale(older=True).read(None)])
def test_no_gap_where_nothing_was_or_nobody_held(tale):
    assert readers.vanished_for_readers(tale.history) == []


def test_readers_of_one_moment_disagree():
    tale = Tale(older=True)
    for name, sighting in (("1", whole(OLDER)), ("2", whole(SOURCE)), ("3", whole(OLDER))):
        tale.read(sighting, f"reader {name}", step="write on")
    (found,) = readers.readers_disagree(tale.history)
    assert says(found, "'write on'", "3 readers", "2 different contents (a play)")
    assert (found.step, found.level) == ("write on", R0)


def test_a_reader_that_finds_nothing_disagrees_with_one_that_finds_something():
    tale = Tale(older=True).read(whole(OLDER), "1", step="x").read(None, "2", step="x")
    assert len(readers.readers_disagree(tale.history)) == 1


def test_readers_may_differ_from_step_to_step_and_when_nobody_is_held():
    tale = Tale(older=True).read(whole(OLDER), step="a").read(whole(SOURCE), step="b")
    tale.read(whole(OLDER)).read(whole(SOURCE))
    tale.run(2).read(whole(SOURCE), step="a")
    assert readers.readers_disagree(tale.history) == []


def disturbed(ending, message="", **how):
    return Tale().read(None, step="x").ended(ending, message, **how)


@pytest.mark.parametrize(
    ("tale", "words"),
    [
        (disturbed(Ending.ERROR, "oops\nfile is open\n"), "ended with exit code 1 because its destination was read (a play): oops / file is open"),
        (disturbed(Ending.BUSY), "without any message"),
        (disturbed(Ending.KILLED), "ended with signal 9 (SIGKILL) because its destination was read (a play), without any message"),
    ],
)  # fmt: skip
def test_disturbed_by_readers(tale, words):
    (found,) = readers.disturbed_by_readers(tale.ended(who=AGAIN).history)
    assert words in found.seen
    assert found.level is None


def test_a_copier_that_always_fails_is_not_disturbed_by_readers():
    tale = disturbed(Ending.ERROR, "no").ended(Ending.ERROR, "no", AGAIN)
    assert readers.disturbed_by_readers(tale.history) == []


@pytest.mark.parametrize("ending", [Ending.SUCCESS, Ending.HUNG])
def test_not_disturbed_by_readers(ending):
    assert readers.disturbed_by_readers(disturbed(ending).ended(who=AGAIN).history) == []


def test_who_never_replaces_a_file_has_not_been_disturbed():
    tale = Tale(older=True, replaces=False).read(whole(OLDER)).ended(Ending.ERROR, "exists").ended(who=AGAIN)
    assert readers.disturbed_by_readers(tale.history) == []


@pytest.mark.parametrize(
    ("ending", "message", "left", "is_rule"),
    [
        (Ending.ERROR, "ln: slide.bin: File exists", whole(OLDER), True),
        (Ending.BUSY, "not now", whole(OLDER), True),
        (Ending.ERROR, "slide.bin does not exist", whole(OLDER), False),
        (Ending.ERROR, "No space left on device", whole(OLDER), False),
        (Ending.ERROR, "ln: slide.bin: File exists", cut(OLDER, MIB), False),
        (Ending.BUSY, "not now", None, False),
    ],
)
def test_who_never_replaces_a_file_may_find_out_late(ending, message, left, is_rule):
    tale = Tale(older=True, replaces=False).ended(ending, message, steps=["create", "link"]).looked("after", left)
    assert bool(readers.disturbed_by_readers(tale.ended(who=AGAIN).history)) is not is_rule


def locked(*, answer=Answer.DONE):
    tale = Tale(older=True).opened_half(OLDER, "reader with flock lock")
    return tale.act(readers.LOCK, "reader with flock lock", target="flock lock, shared", answer=answer)


def unlocked(tale):
    return tale.act(readers.UNLOCK, "reader with flock lock", target="flock lock, shared")


def test_the_readers_lock_is_ignored():
    (found,) = readers.ignores_readers_lock(unlocked(locked().ended(took=0.1)).history)
    assert says(found, "reported success", "reader with flock lock", "(flock lock, shared)")
    assert found.level == L0


def test_the_readers_lock_is_respected():
    waited = unlocked(locked()).ended()
    refused = unlocked(locked().ended(Ending.BUSY, "locked"))
    never_locked = unlocked(locked(answer=Answer.REFUSED).ended())
    for tale in (waited, refused, never_locked):
        assert readers.ignores_readers_lock(tale.history) == []
