"""The ready profiles really copy, and the programs do what the notes say of them."""

import os
import subprocess

import pytest

from ContentionLibrary.content.judge import judge_file
from ContentionLibrary.content.sighting import Version
from ContentionLibrary.content.words import write_file
from ContentionLibrary.copiers import SourceOn, command_line, environment, load, ready

SIZE = 1 << 20
NEW, OLD = Version(1, 1), Version(2, 1)
RSYNCS = ["rsync", "rsync-inplace", "rsync-partial", "rsync-delay-updates"]
COPIERS = ["cp", "install", "dd", *RSYNCS, "shutil", "rclone", "rclone-newest", "mv"]


@pytest.fixture(params=COPIERS)
def profile(request):
    profile = load(request.param)
    if reason := ready(profile):
        pytest.skip(reason)
    return profile


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source"
    write_file(path, NEW, SIZE)
    return path


def run(profile, source, destination):
    return subprocess.run(
        command_line(profile, source, [destination], source.parent),
        env=environment(profile, source.parent),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_it_copies_a_new_file_and_over_an_old_one(profile, source, tmp_path):
    stage = tmp_path / "stage"
    stage.mkdir()
    for _ in ("a new file", "over an old one"):
        assert run(profile, source, stage / "file").returncode in profile.exit_codes.success
        assert judge_file(stage / "file").is_whole(NEW, SIZE)
        assert list(stage.iterdir()) == [stage / "file"]
        assert source.exists() != profile.consumes_source
        write_file(source, NEW, SIZE)
        write_file(stage / "file", OLD, SIZE)


def test_it_copies_even_when_size_and_time_are_equal(profile, source, tmp_path):
    destination = tmp_path / "file"
    write_file(destination, OLD, SIZE)
    for path in (source, destination):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    assert run(profile, source, destination).returncode == 0
    assert judge_file(destination).is_whole(NEW, SIZE)


def test_a_missing_source_is_an_error_with_a_message(profile, tmp_path):
    ended = run(profile, tmp_path / "nothing", tmp_path / "file")
    assert ended.returncode not in (*profile.exit_codes.success, *profile.exit_codes.busy)
    assert ended.stderr
    assert not (tmp_path / "file").exists()


def test_only_mv_wants_its_source_elsewhere():
    assert [name for name in COPIERS if load(name).source_on is SourceOn.OTHER] == ["mv"]
