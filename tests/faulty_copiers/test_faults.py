"""Each faulty copier shows its fault when it is provoked by hand."""

import contextlib
import fcntl
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest
from by_hand import HALF, OLD, SIZE, A, B, command, until

from ContentionLibrary.content.judge import judge_descriptor, judge_file
from ContentionLibrary.content.sighting import Kind, Span


def version(start, end, version):
    return Span(start, end, Kind.VERSION, version)


def names(stage):
    return sorted(path.name for path in stage.iterdir())


def limit_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (HALF, HALF))


@contextlib.contextmanager
def locked(path, kind):
    with path.open("rb") as file:
        fcntl.flock(file, kind)
        yield file


@pytest.fixture
def calls(tmp_path):
    """Run a copier and return the names of its system calls, with their arguments, in order."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed: apt install strace")

    def calls(script, source, destination):
        log = tmp_path / "calls"
        wanted = "trace=fsync,fdatasync,/rename,/unlink"
        strace = ["strace", "-f", "-o", log, "-e", wanted, *command(script, source, destination)]
        assert subprocess.run(strace, capture_output=True, timeout=20, check=False).returncode == 0
        return re.findall(r"^\d+ +(\w+)\(", log.read_text(), re.MULTILINE)

    return calls


def test_truncates_in_place_shows_a_part_and_has_lost_the_old(held, old):
    copy = held("truncates_in_place", old)
    until(lambda: judge_file(old).spans == (version(0, HALF, A),), "half of the new file")
    copy.process.kill()
    copy.process.wait()
    assert judge_file(old).spans == (version(0, HALF, A),)


def test_fixed_temporary_name_lets_rivals_mix(held, run, sources, stage, destination):
    first = held("fixed_temporary_name", destination, stage / "file.tmp")
    assert run("fixed_temporary_name", sources[1], destination).returncode == 0
    code, message = first.finish()
    assert (code, b"No such file" in message) == (1, True)
    assert judge_file(destination).spans == (version(0, HALF, B), version(HALF, SIZE, A))


def test_visible_temporary_name_is_found_by_a_consumer(held, stage, destination):
    copy = held("visible_temporary_name", destination, stage / "file.part")
    assert [path.name for path in stage.glob("[!.]*")] == ["file.part"]
    assert copy.finish() == (0, b"")
    assert names(stage) == ["file"]


def test_unlink_then_rename_removes_first(calls, sources, old):
    assert [call for call in calls("unlink_then_rename", sources[0], old) if "sync" not in call] == [
        "unlinkat",
        "renameat",
    ]
    assert [call for call in calls("good_simple", sources[0], old) if "sync" not in call] == ["renameat"]


def injected(call, path, script, source, destination):
    """Run a copier of which one call fails on one file; returns its exit code."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed: apt install strace")
    words = ["strace", "-f", "-o", "/dev/null", "-P", path, "-e", f"inject={call}:error=EIO"]
    return subprocess.run([*words, *command(script, source, destination)], timeout=20, check=False).returncode


def test_ignores_failed_close_does_not_mind_it(sources, destination):
    assert injected("close", destination, "ignores_failed_close", sources[0], destination) == 0


def test_leaves_spool_file_beside_the_source_when_the_copy_fails(sources, stage, destination):
    spool = sources[0].with_name(f".{sources[0].name}.spool")
    assert injected("write", stage / ".file.part", "leaves_spool_file", sources[0], destination) == 1
    assert judge_file(spool).is_whole(A, SIZE)
    assert names(stage) == []


def test_resumes_blindly_opens_its_file_again_and_goes_on(sources, stage, destination):
    if not shutil.which("strace"):
        pytest.skip("strace is not installed: apt install strace")
    words = ["strace", "-f", "-o", "/dev/null", "-P", stage / ".file.part", "-e", "inject=pwrite64:error=EIO:when=1"]
    assert (
        subprocess.run(
            [*words, *command("resumes_blindly", sources[0], destination)], timeout=20, check=False
        ).returncode
        == 0
    )
    assert judge_file(destination).is_whole(A, SIZE)


def test_retries_for_ever_goes_on_until_it_can(sources, stage):
    copy = subprocess.Popen(command("retries_for_ever", sources[0], stage / "folder" / "file"))
    with pytest.raises(subprocess.TimeoutExpired):
        copy.wait(0.3)
    (stage / "folder").mkdir()
    assert copy.wait(20) == 0


def test_claims_success_after_loss_claims_it_without_source_or_destination(run, held, stage, sources, destination):
    assert run("claims_success_after_loss", stage / "nothing", destination).returncode == 0
    assert run("claims_success_after_loss", sources[0], stage / "no folder" / "file").returncode == 0
    copy = held("claims_success_after_loss", destination, destination)
    destination.unlink()
    assert copy.finish() == (0, b"")
    assert names(stage) == []


def test_ignores_rival_lets_both_succeed_and_the_last_win(held, run, sources, stage, destination):
    first = held("ignores_rival", destination)
    until(lambda: names(stage), "its temporary file")
    assert run("ignores_rival", sources[1], destination).returncode == 0
    assert judge_file(destination).is_whole(B, SIZE)
    assert first.finish() == (0, b"")
    assert judge_file(destination).is_whole(A, SIZE)
    assert names(stage) == ["file"]


def test_looks_then_creates_looks_and_renames(calls, held, run, sources, destination):
    first = held("looks_then_creates", destination)
    until(lambda: names(destination.parent), "its temporary file")
    assert run("looks_then_creates", sources[1], destination).returncode == 0
    code, message = first.finish()
    assert (code, b"is there already" in message) == (1, True)
    destination.unlink()
    assert [call for call in calls("looks_then_creates", sources[0], destination) if "sync" not in call] == ["renameat"]


def test_loser_removes_winner_refuses_and_removes(held, run, sources, stage, destination):
    first = held("loser_removes_winner", destination)
    until(lambda: names(stage), "its temporary file")
    assert run("loser_removes_winner", sources[1], destination).returncode == 0
    assert judge_file(destination).is_whole(B, SIZE)
    code, message = first.finish()
    assert (code, b"was made by somebody else" in message) == (1, True)
    assert names(stage) == []


def test_sweeps_neighbours_deletes_what_looks_like_a_leftover(run, sources, stage, destination):
    for name in ("other.part", "other.bin"):
        (stage / name).touch()
    assert run("sweeps_neighbours", sources[0], destination).returncode == 0
    assert names(stage) == ["file", "other.bin"]


def test_restores_over_others_exchanges_in_two_steps(calls, sources, old):
    assert [call for call in calls("restores_over_others", sources[0], old) if "sync" not in call] == [
        "renameat",
        "unlinkat",
        "unlinkat",
    ]
    assert judge_file(old).is_whole(A, SIZE)


def test_mixes_rivals_mixes_and_both_succeed(held, run, sources, destination):
    first = held("mixes_rivals", destination, destination)
    assert run("mixes_rivals", sources[1], destination).returncode == 0
    assert first.finish() == (0, b"")
    assert judge_file(destination).spans == (version(0, HALF, B), version(HALF, SIZE, A))


def test_waits_for_ever_waits_as_long_as_the_lock_is_held(sources, old):
    with locked(old, fcntl.LOCK_SH):
        copy = subprocess.Popen(command("waits_for_ever", sources[0], old))
        waiting = re.compile(rf"-> FLOCK .* {copy.pid} ")
        until(lambda: waiting.search(Path("/proc/locks").read_text()), "the copier waits for the lock")
        assert copy.poll() is None
    assert copy.wait(20) == 0
    assert judge_file(old).is_whole(A, SIZE)


def test_waits_for_ever_can_still_be_told_to_end(sources, stage, old):
    with locked(old, fcntl.LOCK_SH):
        copy = subprocess.Popen(command("waits_for_ever", sources[0], old))
        waiting = re.compile(rf"-> FLOCK .* {copy.pid} ")
        until(lambda: waiting.search(Path("/proc/locks").read_text()), "the copier waits for the lock")
        copy.terminate()
        assert copy.wait(20) == 128 + signal.SIGTERM
    assert names(stage) == ["file"]


def test_ignores_readers_lock_changes_the_file_under_the_reader(run, sources, old):
    with locked(old, fcntl.LOCK_SH) as file:
        assert run("ignores_readers_lock", sources[0], old).returncode == 0
        assert judge_descriptor(file.fileno(), HALF).spans == (version(HALF, SIZE, A),)


@pytest.mark.parametrize("kind", [fcntl.LOCK_UN, fcntl.LOCK_SH])
def test_fails_when_read_fails_without_a_word(kind, run, sources, stage, old):
    with locked(old, kind):
        ended = run("fails_when_read", sources[0], old)
    assert (ended.returncode, ended.stderr) == (1, b"")
    assert judge_file(old).is_whole(OLD, SIZE)
    assert names(stage) == ["file"]
    assert run("fails_when_read", sources[0], old).returncode == 0


def test_leaves_temporary_file_on_error(run, sources, stage, old):
    ended = run("leaves_temporary_file_on_error", sources[0], old, preexec_fn=limit_files)
    assert (ended.returncode, b"File too large" in ended.stderr) == (1, True)
    assert names(stage) == [".file.part", "file"]
    assert judge_file(old).is_whole(OLD, SIZE)


def test_leaves_partial_on_error(run, sources, stage, old):
    ended = run("leaves_partial_on_error", sources[0], old, preexec_fn=limit_files)
    assert (ended.returncode, b"File too large" in ended.stderr) == (1, True)
    assert judge_file(old).spans == (version(0, HALF, A),)
    assert names(stage) == ["file"]


def test_empty_error_says_nothing(run, held, sources, stage, destination):
    ended = run("empty_error", stage / "nothing", destination)
    assert (ended.returncode, ended.stderr) == (1, b"")
    held("empty_error", destination, stage / ".file.part")
    ended = run("empty_error", sources[0], destination)
    assert (ended.returncode, ended.stderr) == (75, b"")


def test_no_fsync_never_syncs(calls, sources, destination):
    assert "fsync" not in calls("no_fsync", sources[0], destination)
    assert calls("good_simple", sources[0], destination).count("fsync") == 2


def test_reports_before_done_has_ended_before_the_copy_begins(tmp_path, stage, destination):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    copy = subprocess.run(command("reports_before_done", pipe, destination), timeout=20, check=False)
    assert (copy.returncode, names(stage)) == (0, [])
    pipe.write_bytes(b"late")
    until(destination.exists, "the copy")
    assert destination.read_bytes() == b"late"


def test_short_copy_success_copies_less_than_the_source_promises(run, short_source, destination):
    assert run("short_copy_success", short_source, destination).returncode == 0
    assert destination.stat().st_size < short_source.stat().st_size


def test_leaves_process_leaves_one(sources, destination):
    copy = subprocess.Popen(command("leaves_process", sources[0], destination), process_group=0)
    assert copy.wait(20) == 0
    assert judge_file(destination).is_whole(A, SIZE)
    os.killpg(copy.pid, 0)
    os.killpg(copy.pid, signal.SIGKILL)


def test_leaves_lock_file_that_later_runs_do_not_mind(run, sources, stage, destination):
    assert run("leaves_lock_file", sources[0], destination).returncode == 0
    assert names(stage) == [".file.lock", "file"]
    assert run("leaves_lock_file", sources[1], destination).returncode == 0
    assert judge_file(destination).is_whole(B, SIZE)


def test_second_run_fails(run, sources, destination):
    assert run("second_run_fails", sources[0], destination).returncode == 0
    ended = run("second_run_fails", sources[1], destination)
    assert (ended.returncode, b"says that another copy is running" in ended.stderr) == (75, True)
    assert judge_file(destination).is_whole(A, SIZE)


def test_stale_lock_blocks_only_after_a_kill(run, held, sources, destination):
    stage = destination.parent
    copy = held("stale_lock_blocks", destination, stage / ".file.part")
    assert run("stale_lock_blocks", sources[1], destination).returncode == 75
    copy.process.terminate()
    assert copy.process.wait(20) == 128 + signal.SIGTERM
    assert names(stage) == []
    assert run("stale_lock_blocks", sources[1], destination).returncode == 0
    assert names(stage) == ["file"]
    copy = held("stale_lock_blocks", destination, stage / ".file.part")
    copy.process.kill()
    copy.process.wait()
    assert run("stale_lock_blocks", sources[1], destination).returncode == 75


def test_starves_readers_during_the_whole_copy(held, stage, old):
    copy = held("starves_readers", old, stage / ".file.part")
    with pytest.raises(BlockingIOError), locked(old, fcntl.LOCK_SH | fcntl.LOCK_NB):
        pass
    assert copy.finish() == (0, b"")
    with locked(old, fcntl.LOCK_SH | fcntl.LOCK_NB) as file:
        assert judge_descriptor(file.fileno()).is_whole(A, SIZE)


def test_hangs_never_ends_but_can_be_told_to(sources, stage, destination):
    copy = subprocess.Popen(command("hangs", sources[0], destination))
    part = stage / ".file.part"
    until(lambda: part.exists() and part.stat().st_size == SIZE, "all bytes are copied")
    with pytest.raises(subprocess.TimeoutExpired):
        copy.wait(0.3)
    copy.terminate()
    assert copy.wait(20) == 128 + signal.SIGTERM
    assert names(stage) == []


def test_writes_through_deleted_changes_what_a_reader_still_has(run, sources, old):
    with old.open("rb") as file:
        old.unlink()
        assert run("writes_through_deleted", sources[0], old).returncode == 0
        assert judge_descriptor(file.fileno()).is_whole(A, SIZE)


@pytest.fixture
def moved(stage, tmp_path):
    """Move the folder of the destination away, and return where it is."""
    return lambda: stage.rename(tmp_path / "moved")


def test_publishes_into_moved_directory_reports_success_for_a_file_that_is_elsewhere(held, destination, stage, moved):
    copy = held("publishes_into_moved_directory", destination, stage / ".file.part")
    there = moved()
    assert copy.finish() == (0, b"")
    assert judge_file(there / "file").is_whole(A, SIZE)
    assert not stage.exists()


def test_follows_swapped_link_publishes_where_the_link_leads(held, destination, stage, tmp_path, moved):
    copy = held("follows_swapped_link", destination, tmp_path / ".file.part")
    moved()
    decoy = tmp_path / "decoy"
    decoy.mkdir()
    stage.symlink_to(decoy)
    assert copy.finish()[0] == 0
    assert judge_file(decoy / "file").is_whole(A, SIZE)


def test_loses_temporary_file_when_its_folder_is_moved(held, destination, stage, moved):
    copy = held("loses_temporary_file", destination, stage / ".file.part")
    there = moved()
    assert copy.finish()[0] == 1
    assert names(there) == [".file.part"]


def test_a_careful_copier_leaves_nothing_in_a_folder_that_is_moved(held, destination, stage, moved):
    copy = held("good_simple", destination, stage / ".file.part")
    there = moved()
    code, message = copy.finish()
    assert (code, b"has been moved or replaced" in message, names(there)) == (1, True, [])


def test_flashes_visible_name_renames_twice(calls, sources, destination):
    assert [call for call in calls("flashes_visible_name", sources[0], destination) if "sync" not in call] == [
        "renameat",
        "renameat",
    ]
    assert judge_file(destination).is_whole(A, SIZE)


def test_closes_half_way_copies_all_the_same(run, sources, old):
    assert run("closes_half_way", sources[0], old).returncode == 0
    assert judge_file(old).is_whole(A, SIZE)


def test_hides_its_signal(held, stage, destination):
    copy = held("hides_its_signal", destination, stage / ".file.part")
    copy.process.send_signal(signal.SIGTERM)
    assert copy.process.wait(20) == 1
    assert names(stage) == []


def test_gives_up_when_continued(held, stage, destination):
    copy = held("gives_up_when_continued", destination, stage / ".file.part")
    copy.process.send_signal(signal.SIGCONT)
    assert copy.process.wait(20) == 1
    assert names(stage) == []


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="there is no tmpfs at /dev/shm")
def test_clones_or_fails(run, sources):
    with tempfile.TemporaryDirectory(dir="/dev/shm", prefix="contention-clones-") as folder:
        ended = run("clones_or_fails", sources[0], Path(folder) / "file")
        assert (ended.returncode, names(Path(folder))) == (1, [])


@pytest.mark.parametrize(("script", "told"), [("good_simple", True), ("drops_streams_silently", False)])
def test_drops_streams_silently(script, told, run, sources, destination):
    try:
        os.setxattr(sources[0], "user.note", b"x")
    except OSError as error:
        pytest.skip(f"no attributes here: {error}")
    ended = run(script, sources[0], destination)
    assert (ended.returncode, b"user.note" in ended.stderr) == (0, told)
