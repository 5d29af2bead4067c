"""The reference copier where files that somebody has open cannot be replaced, and names mean more than they say."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

if sys.platform != "win32":
    pytest.skip("of Windows: .ci/wine runs it under Wine", allow_module_level=True)

from ContentionLibrary.reference_copier.failures import ExitCode, Refusal
from ContentionLibrary.reference_copier.job import copy_file, recover_files
from ContentionLibrary.reference_copier.rules import Rules

NEW, OLD, THEIRS = b"new " * 50_000, b"older" * 30_000, "theirs"
CHECKOUT = Path(__file__).parents[2]


def go_on():
    return None


def at(step, deed):
    """Make a check that does something when it is asked for the so-manieth time."""
    asked = []

    def check():
        asked.append(1)
        if len(asked) == step:
            deed()

    return check


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source.bin"
    path.write_bytes(NEW)
    yield path
    path.chmod(0o666)


@pytest.fixture
def target(tmp_path):
    path = tmp_path / "to" / "file.bin"
    path.parent.mkdir()
    return path


@pytest.fixture
def old(target):
    target.write_bytes(OLD)
    return target


def copy(source, *destinations, wait=0.2, check=go_on, **rules):
    copy_file(str(source), [str(path) for path in destinations], Rules(wait=wait, **rules), check, pytest.fail)


def refused(source, *destinations, code=ExitCode.BUSY, within=3.0, **how):
    """Copy, and return in which words it was refused."""
    began = time.monotonic()
    with pytest.raises(Refusal) as told:
        copy(source, *destinations, **how)
    assert time.monotonic() - began < within
    assert told.value.code == code, str(told.value)
    return str(told.value)


def names(directory):
    return sorted(path.name for path in directory.iterdir())


HOLDS = {
    "a reader": ("r", "rw"),
    "a writer": ("rw", "rw"),
    "a reader that lets others delete": ("r", "rwd"),
    "one that shares nothing": ("r", ""),
}


@pytest.fixture(params=HOLDS, ids=str)
def held(request, old, neighbour):
    handles = [neighbour.open(old, *HOLDS[request.param])]
    yield lambda: neighbour.close(handles.pop())
    while handles:
        neighbour.close(handles.pop())


# -- others have it open ------------------------------------------------------------------------------------------


def test_a_file_that_somebody_has_open_is_refused_in_time_and_stays_whole(source, old, held):
    assert "is open in another process; waited 0.2 s, nothing was changed" in refused(source, old)
    assert names(old.parent) == ["file.bin"]
    held()
    assert old.read_bytes() == OLD


def test_it_waits_for_one_who_lets_go(source, old, held):
    assert at_least_one_wait(source, old, held) >= 2
    assert (old.read_bytes(), names(old.parent)) == (NEW, ["file.bin"])


def at_least_one_wait(source, old, let_go):
    """Copy, let go when the copier has asked for the second time while it waited, and return how often it was asked."""
    asked = []

    def check():
        asked.append(1)
        if len(asked) == undisturbed + 2:
            let_go()

    undisturbed = asked_when_undisturbed(source, old.parent.parent)
    copy(source, old, check=check, wait=10)
    return len(asked) - undisturbed


def asked_when_undisturbed(source, directory):
    """Return how often a copy asks whether it may go on."""
    asked = []
    path = directory / "undisturbed"
    path.write_bytes(OLD)
    copy(source, path, check=lambda: asked.append(1))
    path.unlink()
    return len(asked)


def test_what_a_rival_writes_while_it_waits_is_not_lost(source, old, neighbour):
    handle = neighbour.open(old, "rw", "rw")

    def write_and_let_go():
        neighbour.write(handle, THEIRS)
        neighbour.close(handle)

    steps = asked_when_undisturbed(source, old.parent.parent)
    told = refused(source, old, check=at(steps + 2, write_and_let_go), wait=10)
    assert "another process changed it meanwhile" in told
    assert (old.read_text(), names(old.parent)) == (THEIRS, ["file.bin"])


def test_of_several_destinations_all_are_as_before_when_one_cannot_be_replaced(source, tmp_path, old, neighbour):
    others = [tmp_path / name for name in ("one.bin", "two.bin")]
    others[0].write_bytes(OLD)
    handle = neighbour.open(old, "r", "r")
    assert "file.bin: is open in another process" in refused(source, *others, old)
    neighbour.close(handle)
    assert [others[0].read_bytes(), others[1].exists(), old.read_bytes()] == [OLD, False, OLD]
    assert names(tmp_path) == ["one.bin", "source.bin", "to"] and names(old.parent) == ["file.bin"]


# -- a name that is being deleted, or that somebody else takes ---------------------------------------------------


def pending(neighbour, path):
    """Let a file be made and deleted by one who has it open: its name stays until that one closes it."""
    handle = neighbour.create(path, "rd", "rwd")
    neighbour.delete(path)
    return handle


def test_a_file_that_is_being_deleted_is_waited_for(source, target, neighbour):
    handles = []
    steps = asked_when_undisturbed(source, target.parent.parent)

    def check():
        asked.append(1)
        if len(asked) == steps:
            handles.append(pending(neighbour, target))
        if len(asked) == steps + 3:
            neighbour.close(handles.pop())

    asked = []
    copy(source, target, check=check, wait=10)
    assert (target.read_bytes(), handles) == (NEW, [])
    assert names(target.parent) == ["file.bin"]


def test_a_file_that_never_gets_deleted_is_refused_in_time(source, target, neighbour):
    handles = []
    steps = asked_when_undisturbed(source, target.parent.parent)
    told = refused(source, target, check=at(steps, lambda: handles.append(pending(neighbour, target))))
    assert "is open in another process" in told
    neighbour.close(handles.pop())
    assert names(target.parent) == []


def test_a_file_that_a_rival_makes_meanwhile_stays_theirs(source, target):
    steps = asked_when_undisturbed(source, target.parent.parent)
    told = refused(source, target, check=at(steps, lambda: target.write_text(THEIRS)))
    assert "another process changed it meanwhile" in told
    assert (target.read_text(), names(target.parent)) == (THEIRS, ["file.bin"])


def test_create_new_refuses_an_existing_file_at_once(source, old):
    assert "it exists already" in refused(source, old, create_new=True, check=pytest.fail)
    assert (old.read_bytes(), names(old.parent)) == (OLD, ["file.bin"])


def test_of_two_copiers_one_wins_wherever_the_first_is_held(source, target, tmp_path):
    rival = tmp_path / "rival.bin"
    rival.write_bytes(OLD * 2)
    for older in (False, True):
        for step in range(1, 1 + asked_when_undisturbed(source, tmp_path)):
            target.unlink(missing_ok=True)
            if older:
                target.write_bytes(OLD)
            told = []

            def compete(told=told):
                try:
                    copy(rival, target, wait=0.05)
                except Refusal as refusal:
                    told.append(refusal)

            try:
                copy(source, target, check=at(step, compete))
            except Refusal as refusal:
                assert (refusal.code, told) == (ExitCode.BUSY, []), (older, step, refusal, told)
                assert target.read_bytes() == OLD * 2
            else:
                assert [one.code for one in told] == [ExitCode.BUSY], (older, step, told)
                assert target.read_bytes() == NEW
            assert names(target.parent) == ["file.bin"]


# -- killed -------------------------------------------------------------------------------------------------------

KILLED = """
import os, sys
from ContentionLibrary.reference_copier.job import copy_file
from ContentionLibrary.reference_copier.rules import Rules
asked = []
def check():
    asked.append(1)
    if len(asked) == int(sys.argv[1]):
        os.kill(os.getpid(), 9)  # TerminateProcess
copy_file(sys.argv[2], sys.argv[3:], Rules(), check, print)
"""


@pytest.mark.parametrize("remedy", ["the same copy", "recover"])
def test_what_a_killed_copier_has_left_goes_and_its_lock_went_with_it(source, old, remedy):
    last = asked_when_undisturbed(source, old.parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(last), source, old],
        cwd=CHECKOUT, check=False, stdin=subprocess.DEVNULL, capture_output=True,
    )  # fmt: skip
    assert done.returncode == 9, done.stderr
    left = names(old.parent)
    assert len(left) == 2 and left[0].endswith(".tmp"), left
    assert old.read_bytes() == OLD
    if remedy == "recover":
        (told,) = recover_files([str(old)], Rules(), go_on)
        assert left[0] in told
    else:
        copy(source, old)
    assert names(old.parent) == ["file.bin"]
    assert old.read_bytes() == (OLD if remedy == "recover" else NEW)


# -- read-only ----------------------------------------------------------------------------------------------------


def test_a_read_only_file_is_refused_at_once(source, old):
    old.chmod(0o444)
    told = refused(source, old, code=ExitCode.FAILED, wait=30)
    assert "is read-only; take that from it first, nothing was changed" in told
    assert (old.read_bytes(), names(old.parent)) == (OLD, ["file.bin"])
    old.chmod(0o666)


def test_the_copy_of_a_read_only_file_is_removed_when_it_is_not_wanted(source, old, neighbour):
    source.chmod(0o444)
    handle = neighbour.open(old, "r", "r")
    refused(source, old)
    neighbour.close(handle)
    assert names(old.parent) == ["file.bin"]


def test_the_copy_of_a_read_only_file_is_read_only_and_taken_back_with_the_others(source, target, tmp_path, neighbour):
    source.chmod(0o444)
    copy(source, target)
    assert not target.stat().st_mode & 0o200
    target.chmod(0o666)
    target.unlink()
    other = tmp_path / "other.bin"
    other.write_bytes(OLD)
    handle = neighbour.open(other, "r", "r")
    refused(source, target, other)
    neighbour.close(handle)
    assert names(target.parent) == []


# -- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("NUL", "names a device"),
        ("con", "names a device"),
        ("aux.txt", "names a device"),
        ("file.bin.", "ends with a dot or a blank"),
        ("file.bin ", "ends with a dot or a blank"),
        ("file.bin:stream", "names a stream inside a file"),
        ("what?", "holds '?'"),
    ],
)
def test_a_name_that_means_something_else_is_refused_before_anything_is_made(source, old, name, words):
    told = refused(source, f"{old.parent}\\{name}", code=ExitCode.FAILED, check=pytest.fail)
    assert f"\\{name}: {words}" in told and "name a plain file, nothing was changed" in told
    assert (old.read_bytes(), names(old.parent)) == (OLD, ["file.bin"])


def test_two_names_that_differ_in_case_are_one_file(source, old):
    told = refused(source, old, old.with_name("FILE.BIN"), code=ExitCode.USAGE)
    assert "is the same file as" in told
    assert (old.read_bytes(), names(old.parent)) == (OLD, ["file.bin"])


@pytest.mark.parametrize("name", ["x" * 250, "\u00e4 \u00f6 \u0416.bin", ".hidden", "no extension", "-n"])
def test_awkward_names_are_copied_to(source, target, name):
    path = target.with_name(name)
    for _ in range(2):  # create, then replace
        copy(source, path)
    assert path.read_bytes() == NEW and names(target.parent) == [name]


def test_a_path_that_is_almost_too_long_leaves_room_for_the_hidden_names(source, tmp_path):
    directory = tmp_path
    while len(str(directory)) < 230:
        directory = directory / ("d" * min(50, 239 - len(str(directory))))
        directory.mkdir()
    path = directory / "file.bin"
    assert 240 <= len(str(path)) < 260
    for _ in range(2):
        copy(source, path)
    assert path.read_bytes() == NEW and names(directory) == ["file.bin"]


# -- the program --------------------------------------------------------------------------------------------------


def program(*arguments):
    command = [sys.executable, "-m", "ContentionLibrary.reference_copier", *map(str, arguments)]
    done = subprocess.run(
        command, cwd=CHECKOUT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=60
    )
    return done.returncode, done.stdout, done.stderr


def test_the_program_tells_the_truth(source, old, neighbour):
    handle = neighbour.open(old, "r", "r")
    code, output, errors = program("--wait", "0.1", source, old)
    assert (code, output) == (75, "")
    assert errors == (
        f"contention-copy: {old}: is open in another process; waited 0.1 s, nothing was changed; "
        f"try again or raise --wait{os.linesep if os.linesep in errors else chr(10)}"
    )
    neighbour.close(handle)
    assert program(source, old) == (0, "", "")
    assert old.read_bytes() == NEW
