"""Watching a directory: what the system tells of it, and what consumers pick up there."""

import os
import sys
from pathlib import Path

import pytest
from conftest import NEW, SIZE

from ContentionLibrary.competitors.directories import Sign, What, open_watch
from ContentionLibrary.competitors.directories.portable import Comparison
from ContentionLibrary.content.patterns import USUAL, matching
from ContentionLibrary.content.words import write_file
from ContentionLibrary.history.acts import Answer

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own events are read on Linux only")


@pytest.fixture(params=["best", "compared"])
def watch(request, tmp_path):
    watch = open_watch([str(tmp_path)]) if request.param == "best" else Comparison([str(tmp_path)])
    yield watch
    watch.close()


def told(watch):
    return [(sign.name, sign.what) for sign in watch.signs()]


def test_a_new_file_is_told_of(watch, tmp_path):
    assert told(watch) == []
    (tmp_path / "a").write_bytes(b"x")
    assert told(watch) == [("a", What.CREATED), ("a", What.CLOSED)]
    (tmp_path / "a").unlink()
    assert told(watch) == [("a", What.GONE)]
    assert (told(watch), watch.lost) == ([], False)


def test_a_directory_that_is_not_there_cannot_be_watched(tmp_path):
    for begin in (open_watch, Comparison):
        with pytest.raises(FileNotFoundError):
            begin([str(tmp_path / "nothing")])


@on_linux
def test_the_kernel_misses_no_name_however_short_its_life(tmp_path):
    watch = open_watch([str(tmp_path)])
    for number in range(1000):
        name = tmp_path / f"t{number}"
        name.touch()
        name.rename(tmp_path / "final")
    signs = watch.signs()
    assert {f"t{number}" for number in range(1000)} == {sign.name for sign in signs if sign.what is What.CREATED}
    assert (watch.gapless, watch.lost) == (True, False)
    watch.close()


@on_linux
def test_a_file_without_a_name_is_no_name(tmp_path):
    watch = open_watch([str(tmp_path)])
    os.close(os.open(tmp_path, os.O_TMPFILE | os.O_WRONLY))
    (tmp_path / "#7").touch()
    assert told(watch) == [("#7", What.CREATED), ("#7", What.CLOSED)]
    watch.close()


@on_linux
def test_what_was_lost_is_not_silent(tmp_path):
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    if limit > 100_000:
        pytest.skip("the queue of this machine is too long to be filled in a test")
    watch = open_watch([str(tmp_path)])
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    for _ in range(limit // 2 + 1):  # two different events in turn: the kernel joins equal ones
        for path in (one, two):
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT))
    watch.signs()
    assert watch.lost
    watch.close()


@pytest.mark.parametrize(
    ("name", "patterns"),
    [
        ("slide.bin", ("*", "*.*", "*.bin", "slide*", "slide.bin*")),
        ("slide.bin.part", ("*", "*.*", "slide*", "slide.bin*")),
        ("x", ("*",)),
        (".slide.bin", ()),
    ],
)
def test_names_match_as_in_a_shell(name, patterns):
    assert matching(name, USUAL) == patterns


def consume(competitor, operation, stage):
    return competitor.do(operation, path=str(stage), patterns=list(USUAL)).outcome


def test_a_consumer_by_name_reads_what_it_lists(competitor, stage, file):
    (stage / ".hidden").touch()
    (pick,) = consume(competitor, "pick_up_by_name", stage).picks
    assert (pick.name, pick.answer, pick.sighting.size) == ("slide.dat", Answer.DONE, SIZE)


def test_a_consumer_by_event_reads_what_was_closed_or_moved_here(competitor, stage):
    competitor.do("watch", paths=[str(stage)])
    write_file(stage / ".new", NEW, SIZE)
    (stage / ".new").rename(stage / "new")
    (stage / "gone").touch()
    (stage / "gone").unlink()
    outcome = consume(competitor, "pick_up_by_event", stage)
    assert {pick.name: pick.answer for pick in outcome.picks} == {"new": Answer.DONE, "gone": Answer.ABSENT}
    assert Sign(str(stage), "new", What.MOVED_HERE) in outcome.signs
    assert outcome.gaps == ""
    assert consume(competitor, "pick_up_by_event", stage).signs == ()
    competitor.do("stop_watching")


@pytest.mark.parametrize("operation", ["loop_by_name", "loop_by_event"])
def test_a_looping_consumer_looks_once_more_when_it_is_told_to_stop(competitor, stage, operation):
    competitor.do("watch", paths=[str(stage)])
    competitor.begin(operation, path=str(stage), patterns=list(USUAL))
    write_file(stage / ".new", NEW, SIZE)
    (stage / ".new").rename(stage / "new")
    (pick,) = competitor.stop().outcome.picks
    assert pick.sighting.is_whole(NEW, SIZE)
    competitor.do("stop_watching")


def test_directories_are_renewed_and_swapped_for_files(competitor, stage):
    folder, aside = stage / "folder", stage / "aside"
    folder.mkdir()
    (folder / "file").touch()
    assert competitor.do("renew_directory", path=str(folder)).answer is Answer.DONE
    assert list(folder.iterdir()) == []
    assert competitor.do("swap_for_file", path=str(folder), aside=str(aside)).answer is Answer.DONE
    assert (folder.read_bytes(), aside.is_dir()) == (b"", True)
