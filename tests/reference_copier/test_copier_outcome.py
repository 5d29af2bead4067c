"""What one undisturbed copy does, and how it says no: content, permissions, times, one line and an exit code."""

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from copier_steps import NEW, OLD, names, run, set_stage


@pytest.fixture
def stage(tmp_path):
    return set_stage(tmp_path / "stage", True)


@pytest.fixture
def empty(tmp_path):
    return set_stage(tmp_path / "stage", False)


@pytest.mark.parametrize("size", [0, 1, 4095, (1 << 20) - 1, 1 << 20, (17 << 20) + 3])
@pytest.mark.parametrize("count", [1, 2])
def test_content_of_every_size_arrives_whole(tmp_path, size, count):
    stage = set_stage(tmp_path / "stage", *[False] * count)
    content = os.urandom(1 << 16) * (size // (1 << 16) + 1)
    stage.source.write_bytes(content[:size])
    assert run(stage.command).code == 0
    assert [path.read_bytes() for path in stage.destinations] == [content[:size]] * count


@pytest.mark.parametrize("mode", [0o444, 0o755, 0o600, 0o4711])
def test_permissions_and_time_of_change_are_the_source_s_without_special_bits(empty, mode):
    empty.source.chmod(mode)
    os.utime(empty.source, ns=(10**18 + 1, 10**18 + 2))
    assert run(empty.command).code == 0
    status = empty.destinations[0].stat()
    assert stat.S_IMODE(status.st_mode) == mode & 0o777
    assert status.st_mtime_ns == 10**18 + 2


def test_the_old_version_is_never_written_to(stage):
    with stage.destinations[0].open("rb") as reader:
        half = reader.read(len(OLD) // 2)
        assert run(stage.command).code == 0
        assert half + reader.read() == OLD
    assert stage.state == ["new"]


def test_a_symbolic_link_is_kept_and_what_it_leads_to_is_replaced(stage):
    link = stage.root / "link"
    link.symlink_to(stage.destinations[0])
    assert run([stage.source, link]).code == 0
    assert link.is_symlink() and stage.state == ["new"]


def test_a_link_that_leads_nowhere_leads_to_the_new_file_afterwards(empty):
    link = empty.root / "link"
    link.symlink_to(empty.destinations[0])
    assert run([empty.source, link]).code == 0
    assert link.is_symlink() and empty.state == ["new"]


def test_no_second_name_is_seen_in_the_destination_s_directory_at_any_step(tmp_path):
    for number, older in enumerate([(False,), (True,), (True, False)]):
        stage = set_stage(tmp_path / str(number), *older)
        seen = stage.root / "seen"

        def look(_number, _name, stage=stage, seen=seen):
            with seen.open("a") as log:
                log.writelines(f"{name}\n" for path in stage.destinations for name in names(path.parent))

        assert run(stage.command, look).code == 0
        assert set(seen.read_text().split()) == {"file.bin"}


def test_a_relative_path_and_a_bare_name_are_enough(empty):
    assert run(["source.bin", "to/0/file.bin"], limit=lambda: os.chdir(empty.root)).code == 0
    assert run(["source.bin", "bare"], limit=lambda: os.chdir(empty.root)).code == 0
    assert empty.state == ["new"] and (empty.root / "bare").read_bytes() == NEW


def _refusals(stage):
    directory, fifo, listener = stage.root / "to", stage.root / "fifo", stage.root / "socket"
    os.mkfifo(fifo)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(listener))
    circle = stage.root / "circle"
    circle.symlink_to(circle)
    source, target = stage.source, stage.destinations[0]
    return {
        "no source": ([stage.root / "none", target], 1, "none", "No such file or directory"),
        "source is a directory": ([directory, target], 1, "to", "is a directory"),
        "source is a pipe": ([fifo, target], 1, "fifo", "is not a regular file"),
        "source is a device": (["/dev/zero", target], 1, "/dev/zero", "is not a regular file"),
        "destination is a directory": ([source, directory], 1, "to", "is a directory"),
        "destination ends in a slash": ([source, f"{directory}/"], 1, "to", "is a directory"),
        "destination is a pipe": ([source, fifo], 1, "fifo", "is not a regular file"),
        "destination is a socket": ([source, listener], 1, "socket", "is not a regular file"),
        "destination is a circle": ([source, circle], 1, "circle", "symbolic links"),
        "no directory": ([source, directory / "none" / "x"], 1, "none/x", "No such file or directory"),
        "a file as directory": ([source, target / "x"], 1, "file.bin/x", "ot a directory"),
        "name too long": ([source, directory / ("x" * 300)], 1, "xxx", "File name too long"),
        "itself": ([source, source], 1, "source.bin", "is the source itself"),
        "twice": ([source, target, target], 2, "file.bin", "is the same file"),
        "exists": (["--create-new", source, target], 75, "file.bin", "exists already"),
        "one path": ([source], 2, "arguments", "DESTINATION"),
        "no path": ([], 2, "arguments", "DESTINATION"),
        "empty path": ([source, ""], 2, "arguments", "no path"),
        "unknown option": (["--fast", source, target], 2, "arguments", "--fast"),
        "no number": (["--wait", "long", source, target], 2, "arguments", "'long' is not a number of seconds"),
        "endless": (["--wait", "inf", source, target], 2, "arguments", "'inf' is not a number of seconds"),
    }


def test_every_refusal_is_one_line_that_names_file_and_reason_and_changes_nothing(stage):
    for name, (arguments, code, file, reason) in _refusals(stage).items():
        before = names(stage.root)
        ended = run(arguments)
        assert ended.code == code, (name, ended)
        assert ended.errors.startswith("contention-copy: ") and ended.errors.count("\n") == 1, (name, ended)
        assert file in ended.errors and reason in ended.errors and "; " in ended.errors, (name, ended)
        assert (stage.state, names(stage.root)) == (["old"], before), name


def test_a_name_with_line_end_and_undecodable_bytes_is_told_on_one_line(stage):
    ended = run([stage.source, os.fsdecode(bytes(stage.root) + b"/none/two\nlines\xff")])
    assert ended.code == 1 and ended.errors.count("\n") == 1
    assert r"two\nlines\udcff" in ended.errors


def test_awkward_names_are_copied_to(stage):
    for name in (b"two\nlines\xff", b"-n", b"x" * 255, "ä ö.bin".encode()):
        path = os.fsdecode(bytes(stage.root) + b"/" + name)
        for _ in range(2):  # create, then replace
            assert run([stage.source, path]).code == 0
        assert Path(path).read_bytes() == NEW


def test_help_documents_every_exit_code_and_version_is_told():
    told = _program("--help").stdout
    assert all(f"\n  {code} " in told for code in ("0", "1", "2", "75", "128+n"))
    assert _program("--version").stdout.startswith("contention-copy ")


def _program(*arguments):
    command = [sys.executable, "-m", "ContentionLibrary.reference_copier", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True)


def test_the_program_imports_the_standard_library_only(empty):
    program = (
        "from ContentionLibrary.reference_copier.command import main\n"
        "code = int(main(sys.argv[1:]))\n"
        "known = sys.stdlib_module_names | {'ContentionLibrary', '__main__', '_distutils_hack', 'sitecustomize'}\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} - known), code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(Path.cwd())!r})\n{program}", *empty.command],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[] 0\n" and empty.state == ["new"]


def test_what_takes_long_to_import_is_not_imported(empty):
    """Thousands of copies are started; each of these modules would cost every one of them a part of its time."""
    program = (
        "from ContentionLibrary.reference_copier.command import main\n"
        "code = main(sys.argv[1:])\n"
        "slow = {'collections', 'contextlib', 'enum', 'functools', 'pathlib', 're', 'signal', 'typing'}\n"
        "print(sorted(slow & sys.modules.keys()), code)\n"
    )
    start = f"import sys; sys.path.insert(0, {str(Path.cwd())!r})\n{program}"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", start, *empty.command], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[] 0\n" and empty.state == ["new"]
