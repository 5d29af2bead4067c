"""All copiers copy when nothing disturbs them, and the ones without a fault keep their promises when something does."""

import os
import resource
import signal
import subprocess

import pytest
from by_hand import HALF, OLD, SCRIPTS, SIZE, A, B, until

from ContentionLibrary.content.judge import judge_file
from ContentionLibrary.copiers import available, command_line, load

ALL = sorted(path.stem for path in SCRIPTS.glob("*.py") if path.stem not in ("__init__", "careful", "careful_several"))
NEVER_SUCCEEDS = {"breaks_every_promise", "hangs", "fails_every_time", "fails_leaving_part", "fails_without_a_word"}
OWN_TESTS = {"leaves_process", "clones_or_fails"}  # one also ends what it leaves, one depends on the file system
UNDISTURBED = sorted(set(ALL) - NEVER_SUCCEEDS - OWN_TESTS)
REFUSES_WHAT_IS_THERE = {"careful_create_new", "looks_then_creates", "loser_removes_winner"}
GOOD = ["good_simple", "good_several", "careful_create_new"]


def names(stage):
    return sorted(path.name for path in stage.iterdir())


@pytest.mark.parametrize("script", UNDISTURBED)
def test_it_copies_when_nothing_disturbs_it(script, run, sources, destination):
    ended = run(script, sources[0], destination)
    assert (ended.returncode, ended.stderr) == (0, b"")
    until(destination.exists, "the copy")
    assert judge_file(destination).is_whole(A, SIZE)


@pytest.mark.parametrize("script", sorted(set(UNDISTURBED) - REFUSES_WHAT_IS_THERE - {"reports_before_done"}))
def test_it_replaces_an_older_longer_file(script, run, sources, old):
    with old.open("ab") as file:
        file.write(b"more")
    os.utime(old, (0, 0))  # one of these copiers leaves alone what is new
    assert run(script, sources[0], old).returncode == 0
    assert judge_file(old).is_whole(A, SIZE)


@pytest.mark.parametrize("script", ALL)
def test_each_has_a_profile(script):
    profiles = [load(name) for name in available() if name.startswith(("faulty/", "good/"))]
    assert sum(profile.command[3] == f"{{package}}/faulty_copiers/{script}.py" for profile in profiles) == 1


def test_no_profile_is_without_its_copier(tmp_path):
    for name in available():
        if name.startswith(("faulty/", "good/")) and not (profile := load(name)).connects:
            assert os.path.isfile(command_line(profile, "/s", ["/d"], tmp_path)[3])  # noqa: PTH113


@pytest.mark.parametrize("script", GOOD)
def test_a_rival_is_refused_and_the_first_one_wins(script, run, held, sources, destination):
    stage = destination.parent
    first = held(script, destination, stage / ".file.part")
    second = run(script, sources[1], destination)
    assert second.returncode == 75
    assert b"another copy to it is running" in second.stderr
    assert first.finish() == (0, b"")
    assert judge_file(destination).is_whole(A, SIZE)
    assert names(stage) == ["file"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_told_to_end_it_leaves_all_as_it_was(number, held, stage, old):
    copy = held("good_simple", old, stage / ".file.part")
    copy.process.send_signal(number)
    assert copy.process.wait(20) == 128 + number
    assert judge_file(old).is_whole(OLD, SIZE)
    assert names(stage) == ["file"]


@pytest.mark.parametrize("script", GOOD)
def test_the_leftover_of_a_kill_is_taken_over_by_the_next_run(script, run, held, sources, destination):
    stage = destination.parent
    copy = held(script, destination, stage / ".file.part")
    copy.process.kill()
    copy.process.wait()
    assert names(stage) == [".file.part"]
    assert run(script, sources[1], destination).returncode == 0
    assert judge_file(destination).is_whole(B, SIZE)
    assert names(stage) == ["file"]


def limit_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (HALF, HALF))


def test_a_full_disk_is_an_error_that_leaves_all_as_it_was(run, sources, stage, old):
    ended = run("good_simple", sources[0], old, preexec_fn=limit_files)
    assert ended.returncode == 1
    assert b"File too large" in ended.stderr
    assert judge_file(old).is_whole(OLD, SIZE)
    assert names(stage) == ["file"]


def test_a_source_that_gives_less_than_it_promises_is_an_error(run, short_source, stage, destination):
    ended = run("good_simple", short_source, destination)
    assert (ended.returncode, b"has changed while it was copied" in ended.stderr) == (1, True)
    assert names(stage) == []


def test_a_folder_that_is_moved_away_is_an_error(held, stage, destination):
    copy = held("good_simple", destination, stage / ".file.part")
    stage.rename(stage.with_name("elsewhere"))
    stage.mkdir()
    code, message = copy.finish()
    assert (code, b"has been moved or replaced" in message) == (1, True)
    assert names(stage) == names(stage.with_name("elsewhere")) == []


def test_a_temporary_file_that_was_replaced_is_not_published(held, stage, old):
    copy = held("good_simple", old, stage / ".file.part")
    (stage / "another").write_text("not ours")
    (stage / "another").rename(stage / ".file.part")
    code, message = copy.finish()
    assert (code, b"has taken its temporary file away" in message) == (1, True)
    assert judge_file(old).is_whole(OLD, SIZE)
    assert (stage / ".file.part").read_text() == "not ours"


def test_creating_anew_never_replaces(run, held, sources, stage, destination):
    copy = held("careful_create_new", destination, stage / ".file.part")
    destination.write_text("a rival's")
    code, message = copy.finish()
    assert (code, b"is there already" in message) == (1, True)
    assert destination.read_text() == "a rival's"
    assert run("careful_create_new", sources[0], destination).returncode == 1
    assert names(stage) == ["file"]


def test_wrong_arguments_are_told():
    ended = subprocess.run(
        ["python3", "-I", "-S", SCRIPTS / "good_simple.py", "one"], capture_output=True, timeout=20, check=False
    )
    assert (ended.returncode, ended.stderr) == (64, b"usage: good_simple.py SOURCE DESTINATION ...\n")
