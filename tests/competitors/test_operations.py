"""Each operation does what its name says, tells what it saw, and names the file when it is refused."""

import stat
import time
from pathlib import Path

import pytest

from ContentionLibrary.competitors.operations import OPERATIONS
from ContentionLibrary.content.judge import judge_file
from ContentionLibrary.content.sighting import Version
from ContentionLibrary.content.words import write_file
from ContentionLibrary.history.acts import Answer

OLD, NEW = Version(1, 0), Version(2, 0)
SIZE = 1 << 20
NEW_CONTENT = {"writer": NEW.writer, "generation": NEW.generation, "size": SIZE}


def test_a_reader_tells_whose_content_it_saw_and_when(competitor, file):
    first = competitor.do("read", path=str(file))
    second = competitor.do("read", path=str(file))
    assert first.answer is Answer.DONE
    assert first.sighting.is_whole(OLD, SIZE)
    assert first.began < first.ended <= second.began
    assert (first.who, first.operation, first.target) == ("competitor", "read", str(file))


def test_a_reader_in_the_middle_ends_with_what_it_began(competitor, file):
    half = competitor.do("open_half", path=str(file))
    assert half.sighting.single_version == OLD
    assert half.sighting.size == SIZE // 2
    write_file(file.with_name("new"), NEW, SIZE)
    file.with_name("new").replace(file)
    for operation in ("finish_reading", "read_rest_again"):
        rest = competitor.do(operation).sighting
        assert rest.start == SIZE // 2
        assert rest.is_whole(OLD, SIZE)
    assert competitor.do("read_all_again").sighting.is_whole(OLD, SIZE)
    assert competitor.do("read", path=str(file)).sighting.is_whole(NEW, SIZE)
    assert competitor.do("close_file").answer is Answer.DONE


def test_a_reader_in_the_middle_sees_a_file_that_is_overwritten_in_place(competitor, other, file):
    competitor.do("open_half", path=str(file))
    other.do("rewrite", path=str(file), **NEW_CONTENT)
    rest = competitor.do("finish_reading").sighting
    assert rest.single_version == NEW
    other.do("truncate", path=str(file), size=SIZE // 2 + 8)
    assert competitor.do("read_rest_again").sighting.size == 8


def test_the_half_of_an_odd_size_is_in_whole_words(competitor, stage):
    path = stage / "odd"
    write_file(path, OLD, 1003)
    half = competitor.do("open_half", path=str(path)).sighting
    rest = competitor.do("finish_reading").sighting
    assert half.size % 8 == 0
    assert half.size + rest.size == 1003


def until(condition, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.002)
    assert condition()


def let_it_look(competitor):
    """Wait until a competitor that reads in a loop has worked for 30 ms, however busy the machine is."""

    def worked():
        fields = Path(f"/proc/{competitor.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    before = worked()
    until(lambda: worked() >= before + 3)


def test_a_loop_tells_every_change_in_order(competitor, other, file):
    competitor.begin("loop_reading", path=str(file))
    let_it_look(competitor)
    other.do("delete", path=str(file))
    let_it_look(competitor)
    other.do("create", path=str(file), **NEW_CONTENT)
    let_it_look(competitor)
    outcome = competitor.stop(10).outcome
    seen = [(look.answer, look.sighting.single_version if look.sighting else None) for look in outcome.looks]
    assert seen[0] == (Answer.DONE, OLD)
    assert seen[-1] == (Answer.DONE, NEW)
    assert (Answer.ABSENT, None) in seen
    assert sum(look.count for look in outcome.looks) == outcome.total
    times = [time for look in outcome.looks for time in (look.first, look.last)]
    assert times == sorted(times)


def test_a_late_word_to_stop_disturbs_nobody(competitor, file):
    competitor.begin("loop_reading", path=str(file), seconds=0.0)
    report = competitor.stop(10)
    assert report.outcome.total >= 1
    assert competitor.do("read", path=str(file)).answer is Answer.DONE


def test_creating_is_refused_where_the_name_is_taken(competitor, file):
    refused = competitor.do("create", path=str(file), **NEW_CONTENT)
    assert (refused.answer, refused.error) == (Answer.REFUSED, "EEXIST")
    assert judge_file(file).is_whole(OLD, SIZE)
    assert competitor.do("create", path=f"{file}.2", **NEW_CONTENT).answer is Answer.DONE
    assert judge_file(f"{file}.2").is_whole(NEW, SIZE)


def test_replacing_puts_another_file_in_its_place_and_rewriting_keeps_the_file(competitor, file):
    inode = file.stat().st_ino
    assert competitor.do("rewrite", path=str(file), **{**NEW_CONTENT, "size": SIZE // 2}).answer is Answer.DONE
    assert judge_file(file).is_whole(NEW, SIZE // 2)
    assert file.stat().st_ino == inode
    assert competitor.do("replace", path=str(file), **NEW_CONTENT).answer is Answer.DONE
    assert judge_file(file).is_whole(NEW, SIZE)
    assert file.stat().st_ino != inode
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_replacing_what_cannot_be_replaced_leaves_nothing_beside(competitor, stage):
    (stage / "directory").mkdir()
    assert competitor.do("replace", path=str(stage / "directory"), **NEW_CONTENT).answer is Answer.REFUSED
    assert [path.name for path in stage.iterdir()] == ["directory"]


def test_truncating_renaming_and_deleting(competitor, file):
    competitor.do("truncate", path=str(file), size=10)
    assert file.stat().st_size == 10
    moved = file.with_name("moved")
    assert competitor.do("rename", path=str(file), to=str(moved)).answer is Answer.DONE
    assert competitor.do("list_directory", path=str(file.parent)).outcome.names == ("moved",)
    assert competitor.do("delete", path=str(moved)).answer is Answer.DONE
    assert not moved.exists()


def test_renaming_in_a_ring_loses_nothing(competitor, stage):
    paths = [stage / name for name in "abc"]
    for path in paths:
        path.write_text(path.name)
    done = competitor.do("rename_ring", paths=[str(path) for path in paths], spare=str(stage / "spare"))
    assert done.answer is Answer.DONE
    assert [path.read_text() for path in paths] == ["c", "a", "b"]


def test_a_ring_in_which_one_is_missing_is_left_alone(competitor, stage):
    paths = [stage / name for name in "abc"]
    for path in paths[1:]:
        path.write_text(path.name)
    done = competitor.do("rename_ring", paths=[str(path) for path in paths], spare=str(stage / "spare"))
    assert done.answer is Answer.ABSENT
    assert [(path.name, path.read_text()) for path in sorted(stage.iterdir())] == [("b", "b"), ("c", "c")]


def test_renaming_in_a_ring_again_and_again_until_told_to_stop(competitor, stage):
    paths = [stage / name for name in "abc"]
    for path in paths:
        path.write_text(path.name)
    competitor.begin("loop_renaming_ring", paths=[str(path) for path in paths], spare=str(stage / "spare"))
    outcome = competitor.stop().outcome
    assert outcome.total >= 1
    assert [path.read_text() for path in paths] == ["abc"[(place - outcome.total) % 3] for place in range(3)]


def test_renaming_in_a_ring_ends_when_one_is_missing(competitor, stage):
    paths = [str(stage / name) for name in "ab"]
    outcome = competitor.do("loop_renaming_ring", paths=paths, spare=str(stage / "spare")).outcome
    assert (outcome.answer, outcome.total) == (Answer.ABSENT, 0)


def test_directories_come_go_and_are_swapped(competitor, stage):
    inner, aside = stage / "inner", stage / "aside"
    assert competitor.do("make_directory", path=str(inner)).answer is Answer.DONE
    (inner / "file").write_text("x")
    assert competitor.do("remove_directory", path=str(inner)).error == "ENOTEMPTY"
    competitor.do("swap_for_symlink", path=str(inner), to=str(stage / "elsewhere"), aside=str(aside))
    assert inner.is_symlink()
    assert (aside / "file").exists()
    competitor.do("delete", path=str(inner))
    assert competitor.do("remove_tree", path=str(aside)).answer is Answer.DONE
    assert list(stage.iterdir()) == []


def test_a_file_is_swapped_for_a_directory(competitor, file):
    competitor.do("swap_for_directory", path=str(file), aside=f"{file}.aside")
    assert file.is_dir()
    assert competitor.do("read", path=str(file)).error == "EISDIR"


def test_permissions_are_set(competitor, file):
    competitor.do("chmod", path=str(file), mode=0o444)
    assert stat.S_IMODE(file.stat().st_mode) == 0o444


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("read", {}),
        ("open_half", {}),
        ("hold_lock", {}),
        ("try_lock", {}),
        ("delete", {}),
        ("truncate", {}),
        ("rewrite", NEW_CONTENT),
        ("rename", {"to": "/nonexistent"}),
        ("list_directory", {}),
        ("remove_directory", {}),
        ("remove_tree", {}),
        ("swap_for_symlink", {"to": "/", "aside": "/nonexistent"}),
        ("chmod", {"mode": 0o600}),
    ],
)
def test_what_is_not_there_is_absent_and_the_words_name_it(competitor, stage, operation, more):
    missing = str(stage / "missing")
    report = competitor.do(operation, path=missing, **more)
    assert (report.answer, report.error) == (Answer.ABSENT, "ENOENT")
    assert "missing" in report.message


def test_a_refusal_without_a_name_of_its_own_still_names_the_file(competitor, stage):
    report = competitor.do("open_half", path=str(stage))
    assert (report.answer, report.error) == (Answer.REFUSED, "EISDIR")
    assert str(stage) in report.message


KINDS = ["flock", "posix", "ofd"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_lock_keeps_others_out_until_it_is_released(competitor, other, file, kind):
    path = str(file)
    assert competitor.do("hold_lock", path=path, kind=kind, mode="exclusive").answer is Answer.DONE
    refused = other.do("try_lock", path=path, kind=kind, mode="shared")
    assert refused.answer is Answer.REFUSED
    assert path in refused.message
    other.begin("hold_lock", path=path, kind=kind, mode="exclusive")
    assert competitor.do("release_lock", kind=kind).answer is Answer.DONE
    waited = other.result(10)
    assert waited.answer in (Answer.WAITED, Answer.DONE)
    assert competitor.do("try_lock", path=path, kind=kind).answer is Answer.REFUSED


def test_who_had_to_wait_for_a_lock_says_so(competitor, other, file):
    competitor.do("hold_lock", path=str(file), kind="flock", mode="exclusive")
    other.begin("hold_lock", path=str(file), kind="flock", mode="exclusive")
    until(
        lambda: any("->" in line and f" {other.pid} " in line for line in Path("/proc/locks").read_text().splitlines())
    )
    released = competitor.do("release_lock", kind="flock")
    waited = other.result(10)
    assert waited.answer is Answer.WAITED
    assert waited.began < released.began < waited.ended


@pytest.mark.parametrize("kind", KINDS)
def test_shared_locks_go_together(competitor, other, file, kind):
    competitor.do("hold_lock", path=str(file), kind=kind, mode="shared")
    assert other.do("try_lock", path=str(file), kind=kind, mode="shared").answer is Answer.DONE
    assert other.do("try_lock", path=str(file), kind=kind, mode="exclusive").answer is Answer.REFUSED


@pytest.mark.parametrize("kind", ["posix", "ofd"])
def test_ranges_that_do_not_meet_are_locked_apart(competitor, other, file, kind):
    competitor.do("hold_lock", path=str(file), kind=kind, mode="exclusive", start=0, length=100)
    assert other.do("try_lock", path=str(file), kind=kind, start=100, length=10).answer is Answer.DONE
    assert other.do("try_lock", path=str(file), kind=kind, start=99, length=10).answer is Answer.REFUSED


@pytest.mark.parametrize("kind", KINDS)
def test_a_reader_holds_a_lock_on_the_very_file_that_it_reads(competitor, other, file, kind):
    competitor.do("open_half", path=str(file))
    competitor.do("hold_lock", path=str(file), kind=kind, mode="shared")
    assert competitor.do("finish_reading").sighting.is_whole(OLD, SIZE)
    assert other.do("try_lock", path=str(file), kind=kind).answer is Answer.REFUSED
    competitor.do("close_file")
    assert other.do("try_lock", path=str(file), kind=kind).answer is Answer.DONE


@pytest.mark.parametrize("kind", KINDS)
def test_a_lock_is_free_when_its_holder_has_left(pool, other, file, kind):
    holder = pool.take("holder")
    holder.do("hold_lock", path=str(file), kind=kind, mode="exclusive")
    holder.leave()
    assert other.do("try_lock", path=str(file), kind=kind).answer is Answer.DONE


def test_a_program_runs_without_a_shell_and_its_words_are_kept(competitor, stage):
    out, err = stage / "out", stage / "err"
    outputs = {"output": str(out), "errors": str(err)}
    done = competitor.do("run_command", command=["echo", "$HOME; ls"], **outputs)
    assert (done.answer, done.outcome.exit_code) == (Answer.DONE, 0)
    assert out.read_text() == "$HOME; ls\n"
    refused = competitor.do("run_command", command=["ls", "/no such file"], **outputs)
    assert refused.answer is Answer.REFUSED
    assert "/no such file" in refused.message
    assert refused.outcome.exit_code == 2
    assert "signal 9" in competitor.do("run_command", command=["sh", "-c", "kill -9 $$"], **outputs).message
    assert competitor.do("run_command", command=["/no such program"], **outputs).answer is Answer.ABSENT


def test_the_vocabularies_are_complete():
    wanted = """read open_half finish_reading read_rest_again hold_lock release_lock try_lock delete truncate replace
        rewrite create rename list_directory remove_directory swap_for_symlink chmod loop_reading run_command"""
    assert set(wanted.split()) <= set(OPERATIONS)
