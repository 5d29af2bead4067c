"""What the system refuses: space, file size, descriptors, permission, a place to write messages to."""

import ctypes
import os
import signal
from pathlib import Path

import pytest
from copier_steps import NEW, fcntl, names, run, set_stage

resource = pytest.importorskip("resource")

NOBODY = 65534
_NEW_NAMESPACES = 0x10000000 | 0x00020000  # CLONE_NEWUSER | CLONE_NEWNS
_PR_SET_DUMPABLE = 4
_MIB = 1 << 20


@pytest.fixture
def stage(tmp_path):
    return set_stage(tmp_path / "stage", True)


def test_a_file_size_limit_is_an_error_and_not_a_death(stage):
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    ended = run(stage.command, limit=limit)
    assert (ended.code, stage.state) == (1, ["old"])
    assert "File too large" in ended.errors and str(stage.destinations[0]) in ended.errors


@pytest.mark.parametrize("older", [(False,), (True,), (True, False)], ids=["create", "replace", "several"])
def test_one_descriptor_too_few_is_told_and_enough_are_enough(tmp_path, older):
    codes = []
    for number in range(4, 30):
        stage = set_stage(tmp_path / str(number), *older)
        before = stage.state
        ended = run(stage.command, limit=lambda most=number: resource.setrlimit(resource.RLIMIT_NOFILE, (most, most)))
        codes.append(ended.code)
        assert stage.state == (before if ended.code else ["new"] * len(before)), (number, ended)
        assert not ended.code or "Too many open files" in ended.errors, (number, ended)
        assert not [name for name in names(stage.root) if "contention-copy" in name], (number, ended)
    assert codes == sorted(codes, reverse=True) and set(codes) == {0, 1}


def _in_small_memory(root):
    """Mount a file system of 1 MiB in a mount namespace of our own, with or without root's rights."""
    library = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if library.unshare(_NEW_NAMESPACES):
        raise OSError(ctypes.get_errno(), "no namespaces")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"0 {user} 1")
    Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    if library.mount(b"small", os.fsencode(root), b"tmpfs", 0, b"size=1m"):
        raise OSError(ctypes.get_errno(), "no mount")


def _namespaces_work(root):
    process = os.fork()
    if not process:
        try:
            _in_small_memory(root)
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0


def test_a_full_disk_is_told_with_the_full_path_and_the_space_is_given_back(tmp_path):
    stage = set_stage(tmp_path / "stage", True, True)
    stage.source.write_bytes(os.urandom(2 * _MIB))
    small = stage.root / "small"
    small.mkdir()
    if not _namespaces_work(small):
        pytest.skip("no small file system: mount and user namespaces are not allowed here")
    report = stage.root / "report"
    process = os.fork()
    if not process:
        _in_small_memory(small)
        (small / "file.bin").write_bytes(b"before")
        ended = run([stage.source, *stage.destinations, small / "file.bin"])
        free = os.statvfs(small)
        report.write_text(
            f"{ended.code}|{ended.errors.strip()}|{(small / 'file.bin').read_text()}|{sorted(names(small))}|"
            f"{free.f_blocks - free.f_bfree}"
        )
        os._exit(0)
    os.waitpid(process, 0)
    code, told, content, listed, used = report.read_text().split("|")
    assert code == "1" and f"{small}/file.bin: No space left on device" in told
    assert (content, listed, used) == ("before", "['file.bin']", "1")
    assert stage.state == ["old", "old"]


def _become_nobody():
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def _become_nobody_by_exec():
    """Be as after an exec, which gives a process its own files in /proc back."""
    _become_nobody()
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)


@pytest.fixture(params=[_become_nobody_by_exec, _become_nobody], ids=["started so", "become so"])
def nobody(request):
    """An ordinary user; in the second case one whose process cannot use its own /proc."""
    return request.param if os.geteuid() == 0 else None


@pytest.fixture
def others_stage(stage):
    """A stage of an ordinary user."""
    stage.root.parent.chmod(0o755)
    if os.geteuid() == 0:
        for path in (stage.root, stage.source, stage.root / "to", stage.destinations[0].parent, stage.destinations[0]):
            os.chown(path, NOBODY, NOBODY)
    return stage


def test_an_ordinary_user_copies(others_stage, nobody):
    for _ in range(2):
        ended = run(others_stage.command, limit=nobody)
        assert (ended.code, ended.errors, others_stage.state) == (0, "", ["new"])


def test_a_source_without_write_permission_is_copied_as_it_is(others_stage, nobody):
    others_stage.source.chmod(0o400)
    for _ in range(2):
        assert run(others_stage.command, limit=nobody).code == 0
    assert others_stage.destinations[0].stat().st_mode & 0o777 == 0o400


def test_an_unreadable_old_version_is_replaced(others_stage, nobody):
    others_stage.destinations[0].chmod(0)
    assert run(others_stage.command, limit=nobody).code == 0
    assert others_stage.state == ["new"]


def test_a_lock_on_an_unreadable_old_version_is_seen(others_stage, nobody):
    with others_stage.destinations[0].open("rb") as reader:
        fcntl.flock(reader, fcntl.LOCK_SH)
        others_stage.destinations[0].chmod(0)
        ended = run(["--wait", "0", *others_stage.command], limit=nobody)
    assert ended.code == 75 and f"(pid {os.getpid()})" in ended.errors


def test_second_names_stand_in_the_directory_when_the_one_above_is_not_ours_to_write(others_stage, nobody):
    (others_stage.root / "to").chmod(0o555)
    ended = run(others_stage.command, limit=nobody)
    (others_stage.root / "to").chmod(0o755)
    assert (ended.code, others_stage.state) == (0, ["new"])
    assert not [name for name in names(others_stage.root) if "contention-copy" in name]


@pytest.mark.skipif(os.geteuid() != 0, reason="needs a file of another user: run as root")
def test_a_directory_that_may_not_be_written_is_told(others_stage, nobody):
    os.chown(others_stage.destinations[0].parent, 0, 0)
    ended = run(others_stage.command, limit=nobody)
    assert ended.code == 1 and "Permission denied" in ended.errors and ended.errors.count("\n") == 1
    assert others_stage.state == ["old"]


@pytest.mark.parametrize("descriptor", [0, 1, 2])
def test_a_closed_standard_descriptor_never_becomes_one_of_the_files(stage, descriptor):
    assert run(stage.command, limit=lambda: os.close(descriptor)).code == 0
    assert stage.destinations[0].read_bytes() == NEW
    none = [stage.source, stage.root / "none" / "file"]
    assert run(none, limit=lambda: os.close(descriptor)).code == 1


def test_a_broken_pipe_for_messages_changes_no_exit_code(stage):
    def deafen():
        reading, writing = os.pipe()
        os.close(reading)
        os.dup2(writing, 2)

    ended = run([stage.root / "none", *stage.destinations], limit=deafen)
    assert (ended.code, ended.errors, stage.state) == (1, "", ["old"])
