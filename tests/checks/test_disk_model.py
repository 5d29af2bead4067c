"""What a disk may hold after a power loss, for runs that are written down operation by operation."""

import pytest
from disk_tale import FOLDER, NEW, OLD, PART, WORK, Run
from tale import DESTINATION, SIZE, SOURCE_FILE, cut, spans, whole

from ContentionLibrary.checks.disk import moments
from ContentionLibrary.checks.holding import Base
from ContentionLibrary.content.sighting import Kind
from ContentionLibrary.history.cast import OLDER, SOURCE

HALF = SIZE // 2
EMPTY, OLD_WHOLE, NEW_WHOLE, NEW_HALF = cut(SOURCE, 0), whole(OLDER), whole(SOURCE), cut(SOURCE, HALF)
ZEROS = spans((SIZE, Kind.ZERO))


def found(run, path=DESTINATION, *, older=False):
    """Return, for each moment, everything that may be found under a name; None: nothing."""
    told = []
    for moment in moments(run.recorded(), SOURCE_FILE, DESTINATION, SIZE, older=older):
        seen = [one.content.sighting(SIZE) if one.content else None for one in moment.disk.found_at(path)]
        told.append([sighting for number, sighting in enumerate(seen) if sighting not in seen[:number]])
    return told


def only(moment):
    assert len(moment) == 1
    return moment[0]


def test_a_rename_may_reach_the_disk_before_the_data():
    *before, last = found(Run().creates().writes().renames())
    assert all(only(moment) is None for moment in before)
    for state in (None, EMPTY, NEW_HALF, ZEROS, NEW_WHOLE):
        assert state in last


def test_a_rename_of_a_flushed_file_is_old_or_new():
    assert found(Run().creates().writes().syncs(NEW).renames())[-1] == [None, NEW_WHOLE]


def test_a_flushed_folder_keeps_the_name():
    assert found(Run().creates().writes().syncs(NEW).renames().syncs(FOLDER))[-1] == [NEW_WHOLE]


def test_a_flush_counts_from_the_next_operation_on():
    moments_ = found(Run().creates().writes().syncs(NEW).renames().syncs(FOLDER).does("close", NEW))
    assert moments_[-3] == [None, NEW_WHOLE]  # before the flush of the folder
    assert moments_[-2] == moments_[-1] == [NEW_WHOLE]


def test_a_flush_of_a_part_keeps_that_part_only():
    last = found(Run().creates().writes(HALF).syncs(NEW).writes().renames().syncs(FOLDER))[-1]
    assert NEW_HALF in last and NEW_WHOLE in last


def test_a_flush_that_has_failed_or_never_came_back_is_none():
    run = Run().creates().writes().syncs(NEW).renames().syncs(FOLDER, back=None)
    assert found(run)[-1] == [None, NEW_WHOLE]
    assert EMPTY in found(Run().creates().writes().syncs(NEW, back=None).renames())[-1]


def test_a_flush_that_another_thread_has_begun_counts_when_it_has_come_back():
    in_order = found(Run().creates().writes().syncs(NEW).renames().syncs(FOLDER))
    racing = found(Run().creates().writes().syncs(NEW, back=1).renames().syncs(FOLDER))
    to_the_end = found(Run().creates().writes().syncs(NEW, back=2).renames().syncs(FOLDER))
    assert [EMPTY in moment for moment in in_order[-3:]] == [False, False, False]
    assert [EMPTY in moment for moment in racing[-3:]] == [True, False, False]
    assert [EMPTY in moment for moment in to_the_end[-3:]] == [True, True, False]
    assert in_order[-1] == racing[-1] == to_the_end[-1] == [NEW_WHOLE]


@pytest.mark.parametrize("call", ["fsync", "syncfs"])
def test_a_flush_takes_what_there_was_when_it_began(call):
    run = Run().creates().writes(HALF).syncs(NEW, call=call, back=1).writes().renames().syncs(FOLDER)
    assert {NEW_HALF, NEW_WHOLE} <= set(found(run)[-1])
    run = Run().creates().writes().syncs(NEW).syncs(FOLDER, call=call, back=1).renames()
    assert found(run)[-1] == [None, NEW_WHOLE]


def test_an_old_flush_that_comes_back_late_takes_nothing_away_from_a_newer_one():
    run = Run().creates().writes(HALF).syncs(NEW, back=2).writes().syncs(NEW).renames().syncs(FOLDER)
    assert found(run)[-1] == [NEW_WHOLE]


@pytest.mark.parametrize("call", ["sync", "syncfs"])
def test_flushing_everything_is_flushing_file_and_folder(call):
    verb = "sync all" if call == "sync" else "sync"
    assert found(Run().creates().writes().renames().does(verb, FOLDER, call=call))[-1] == [NEW_WHOLE]


def test_starting_writeback_is_no_flush():
    last = found(Run().creates().writes().syncs(NEW, call="sync_file_range").renames())[-1]
    assert EMPTY in last


def test_a_synchronous_write_needs_no_flush():
    assert found(Run().creates().writes(synchronous=True).renames().syncs(FOLDER))[-1] == [NEW_WHOLE]


def test_synchronous_writes_take_along_no_others():
    some = found(Run().creates().writes(HALF).writes(synchronous=True).renames().syncs(FOLDER))
    assert {EMPTY, NEW_WHOLE} <= set(some[-1])
    flushed = found(Run().creates().writes(HALF).syncs(NEW).writes(synchronous=True).renames().syncs(FOLDER))
    assert flushed[-1] == [NEW_WHOLE]
    emptied = Run().creates().writes(HALF).does("truncate", NEW).writes(synchronous=True).renames().syncs(FOLDER)
    assert found(emptied)[-1] == [NEW_WHOLE]
    after_all = Run().creates().writes(HALF).writes(synchronous=True).syncs(NEW).renames().syncs(FOLDER)
    assert found(after_all)[-1] == [NEW_WHOLE]


def test_what_was_there_before_is_safe():
    assert only(found(Run(older=True).creates(), older=True)[0]) == OLD_WHOLE


def test_emptying_in_place_may_cost_the_old_content():
    run = Run(older=True).does("empty", OLD).writes(HALF, OLD).writes(inode=OLD)
    before, emptied, half, over = found(run, older=True)
    assert only(before) == OLD_WHOLE
    assert emptied == [OLD_WHOLE, EMPTY]
    assert {OLD_WHOLE, EMPTY, NEW_HALF} <= set(half)
    assert {OLD_WHOLE, EMPTY, NEW_HALF, NEW_WHOLE, ZEROS} == set(over)


def test_writing_over_old_content_mixes_it():
    last = found(Run(older=True).writes(inode=OLD), older=True)[-1]
    assert set(last) == {OLD_WHOLE, NEW_WHOLE, spans((HALF, SOURCE), (SIZE, OLDER))}


def test_setting_the_length_to_what_it_is_changes_nothing():
    run = Run(older=True).writes(inode=OLD).syncs(OLD).does("truncate", OLD, SIZE)
    assert found(run, older=True)[-1] == [NEW_WHOLE]


def test_deleting_and_making_anew_are_two_changes():
    """The same inode number, given away anew, is another file."""
    run = Run(older=True).does("unlink", OLD).shows(final=None).does("create").shows(final=OLD).writes(inode=OLD)
    last = found(run.syncs(OLD), older=True)[-1]
    assert last == [OLD_WHOLE, None, NEW_WHOLE]


def test_names_of_one_folder_reach_the_disk_in_order():
    run = Run().creates().writes().syncs(NEW).renames()
    last = found(run)[-1], found(run, PART)[-1]
    assert last == ([None, NEW_WHOLE], [None, NEW_WHOLE])


def test_the_source_under_the_final_name_is_the_new_file():
    assert found(Run().does("link").shows(final=4).syncs(FOLDER))[-1] == [NEW_WHOLE]


def test_of_a_file_that_comes_in_from_elsewhere_nothing_is_known():
    """It was written where nobody has looked; what is written into it afterwards is no more than a part of it."""
    for verb in ("rename", "link"):
        run = Run().does(verb).shows(final=NEW).writes(HALF, NEW).syncs(NEW).syncs(FOLDER)
        bases = [{one.content and one.content.base for one in moment} for moment in contents(run)]
        assert bases[1:] == [{None, Base.UNKNOWN}] * 3 + [{Base.UNKNOWN}]


def test_what_a_file_was_written_elsewhere_with_is_known_when_it_comes_in():
    run = Run().writes().syncs(NEW).does("rename", NEW).shows(final=NEW).syncs(FOLDER)
    assert found(run)[-1] == [NEW_WHOLE]
    assert EMPTY in found(Run().writes().does("rename", NEW).shows(final=NEW).syncs(FOLDER))[-1]


def contents(run):
    return [
        moment.disk.found_at(DESTINATION)
        for moment in moments(run.recorded(), SOURCE_FILE, DESTINATION, SIZE, older=False)
    ]


def layouts(run, *, older=False):
    states = {}
    for moment in moments(run.recorded(), SOURCE_FILE, DESTINATION, SIZE, older=older):
        for layout in moment.disk.layouts():
            states.setdefault(layout, moment.step)
    return states


def test_whole_stages_hold_leftovers_too():
    states = layouts(Run().creates().writes())
    named = {PART in dict(layout) for layout in states}
    assert named == {False, True}
    assert all(dict(layout)["destination"] is None and SOURCE_FILE in dict(layout) for layout in states)


def test_a_new_folder_is_a_folder_also_while_it_is_empty():
    states = layouts(Run().does("mkdir").shows(work=7).creates())
    assert {content for layout in states for path, content in layout if path == WORK} == {None}
    assert any(WORK in dict(layout) for layout in states)


def test_a_file_that_is_no_copy_is_told_from_one():
    states = layouts(Run().creates().writes(20).syncs(NEW))
    kinds = {
        span.kind
        for layout in states
        for path, content in layout
        if path == PART
        for span in content.sighting(SIZE).spans
    }
    assert kinds == {Kind.FOREIGN, Kind.ZERO}
