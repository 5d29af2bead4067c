"""A ledger is emptied in reverse order, and nothing is touched that is not marked as its own."""

import errno
import os
import subprocess
import sys
import types
from pathlib import Path

import pytest
from looking_around import gone, is_root, left_in, until

from ContentionLibrary.errors import SystemTrouble
from ContentionLibrary.processes import places
from ContentionLibrary.processes.emptying import empty
from ContentionLibrary.processes.enders import Ended
from ContentionLibrary.processes.enders.marks import MARKER
from ContentionLibrary.processes.ledger import DIRECTORY, FILE, MOUNT, TOKEN_VARIABLE, Ledger, read_ledger
from ContentionLibrary.processes.mounts import mounts_below
from ContentionLibrary.processes.table import carriers, describe
from ContentionLibrary.processes.workspace import open_workspace
from ContentionLibrary.stage.making import plain_annex


@pytest.fixture
def scenario(root):
    return open_workspace("a scenario / with a name: too")


def troubles(ended):
    return [part.trouble for part in ended if part.trouble]


def test_a_workspace_is_private_marked_and_has_its_rooms(scenario):
    workspace, ledger = scenario
    assert workspace.path == Path(os.path.realpath(workspace.path))
    assert workspace.path.stat().st_mode & 0o777 == 0o700
    assert (workspace.path / MARKER).read_text() == ledger.token
    assert all(room.is_dir() for room in (workspace.stage, workspace.log, workspace.run))


def test_emptying_leaves_nothing_at_all(root, scenario):
    workspace, ledger = scenario
    (workspace.stage / "file").write_text("x")
    assert [str(part) for part in empty(ledger.path)] == [f"removed directory '{workspace.path}'"]
    assert left_in(root) == []


def test_a_full_disk_does_not_keep_anything_from_being_removed(root, scenario, monkeypatch):
    """A line that says that something is gone finds no room then."""
    workspace, ledger = scenario
    mine = workspace.path / "mine"
    ledger.write(FILE, path=str(mine))
    mine.write_text("x")

    def no_room(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Ledger, "strike", no_room)
    assert troubles(empty(ledger.path)) == []
    assert left_in(root) == []


def test_two_scenarios_side_by_side_do_not_disturb_each_other(root):
    (one, one_ledger), (other, _) = open_workspace("same name"), open_workspace("same name")
    assert one.path != other.path
    assert troubles(empty(one_ledger.path)) == []
    assert not one.path.exists()
    assert other.stage.is_dir()


def test_a_workspace_under_another_root_is_found_by_its_ledger(root, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    workspace, ledger = open_workspace("scenario", elsewhere)
    assert workspace.path.is_relative_to(elsewhere)
    assert ledger.path.is_relative_to(root)
    assert troubles(empty(ledger.path)) == []
    assert left_in(elsewhere) == []


def test_resources_are_ended_in_reverse_order_and_what_stays_is_kept_in_the_ledger(scenario, monkeypatch):
    ended = []

    def end(facts, token):
        ended.append(facts["name"])
        return [Ended(facts["name"], "it does not want to" if facts["name"] == "second" else "")]

    name = "ContentionLibrary.recorded_for_this_test"
    monkeypatch.setitem(sys.modules, name, types.SimpleNamespace(end=end))
    _, ledger = scenario
    for resource in ("first", "second", "third"):
        ledger.write(name, name=resource)
    struck = ledger.write(name, name="gone already")
    ledger.strike(struck)
    assert troubles(empty(ledger.path)) == ["it does not want to"]
    assert ended == ["third", "second", "first"]
    assert [resource.facts for resource in read_ledger(ledger.path).resources] == [{"name": "second"}]


def test_a_ledger_cannot_make_us_run_what_is_not_ours(scenario):
    _, ledger = scenario
    ledger.write("os.path", path="/")
    assert "no part of ContentionLibrary" in troubles(empty(ledger.path))[0]


def test_a_line_that_was_cut_off_by_a_sudden_end_harms_nobody(scenario):
    workspace, ledger = scenario
    with ledger.path.open("a") as file:
        file.write('{"made": "1-2", "ender": "ContentionLib')
    assert troubles(empty(ledger.path)) == []
    assert not workspace.path.exists()


@pytest.mark.parametrize("mark", [None, "the token of another ledger"])
def test_a_directory_without_our_mark_is_never_removed(scenario, tmp_path, mark):
    _, ledger = scenario
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "precious").write_text("x")
    if mark:
        (foreign / MARKER).write_text(mark)
    ledger.write(DIRECTORY, path=str(foreign))
    ledger.write(FILE, path=str(foreign / "precious"))
    assert len(troubles(empty(ledger.path))) == 2
    assert (foreign / "precious").exists()


def test_a_marker_that_is_a_symbolic_link_marks_nothing(scenario, tmp_path):
    workspace, ledger = scenario
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "precious").write_text("x")
    (foreign / MARKER).symlink_to(workspace.path / MARKER)
    ledger.write(DIRECTORY, path=str(foreign))
    assert len(troubles(empty(ledger.path))) == 1
    assert (foreign / "precious").exists()


def test_symbolic_links_are_removed_and_never_followed(scenario, tmp_path):
    workspace, ledger = scenario
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "precious").write_text("x")
    foreign.chmod(0o555)
    (workspace.stage / "to a directory").symlink_to(foreign)
    (workspace.stage / "to a file").symlink_to(foreign / "precious")
    ledger.write(FILE, path=str(workspace.stage / "to a directory" / "precious"))
    assert "symbolic link" in troubles(empty(ledger.path))[0]
    assert not workspace.path.exists()
    assert (foreign / "precious").exists()
    assert foreign.stat().st_mode & 0o777 == 0o555


def test_a_workspace_that_was_swapped_for_a_link_is_left_alone(scenario, tmp_path):
    workspace, ledger = scenario
    moved = tmp_path / "moved"
    workspace.path.rename(moved)
    workspace.path.symlink_to(moved)
    assert len(troubles(empty(ledger.path))) == 1
    assert (moved / "stage").is_dir()


def lock_all(workspace):
    deep = workspace.stage / "read only" / "locked"
    deep.mkdir(parents=True)
    (deep / "file").write_text("x")
    (deep / "file").chmod(0o000)
    deep.chmod(0o000)
    deep.parent.chmod(0o555)
    workspace.stage.chmod(0o000)


def test_locked_and_read_only_directories_are_removed(root, scenario):
    workspace, ledger = scenario
    lock_all(workspace)
    assert troubles(empty(ledger.path)) == []
    assert left_in(root) == []


@pytest.mark.skipif(not is_root, reason="mounting needs root")
def test_a_mount_in_the_ledger_is_unmounted_and_one_that_is_not_is_left_alone(scenario, tmp_path):
    workspace, ledger = scenario
    foreign = tmp_path / "foreign"
    points = [workspace.stage / "ours", workspace.stage / "not in the ledger", foreign]
    for point in points:
        point.mkdir()
    ledger.write(MOUNT, path=str(points[0]))
    ledger.write(MOUNT, path=str(foreign))
    for point in points:
        subprocess.run(["mount", "-t", "tmpfs", "none", str(point)], check=True)
        (point / "file").write_text("x")
    busy = (points[0] / "file").open()
    try:
        found = troubles(empty(ledger.path))
        assert mounts_below(points[0]) == []
        assert (points[1] / "file").exists()
        assert (foreign / "file").exists()
        assert len(found) == 2
    finally:
        busy.close()
        for point in points[1:]:
            subprocess.run(["umount", str(point)], check=True)
    assert troubles(empty(ledger.path)) == []
    assert not workspace.path.exists()


def test_every_process_with_the_token_is_ended_wherever_it_hides(scenario):
    _, ledger = scenario
    script = "setsid sleep 1000 & echo $!; exec >&-; (setsid sleep 1001 &) ; sleep 1002"
    shell = subprocess.Popen(
        ["sh", "-c", script], env=ledger.environment(), stdout=subprocess.PIPE, start_new_session=True, text=True
    )
    bystander = subprocess.Popen(["sleep", "1000"])
    try:
        pid = int(shell.stdout.readline())
        assert until(lambda: len(sleepers(ledger.token)) == 3)
        ended = empty(ledger.path)
        assert troubles(ended) == []
        assert sum("sleep 100" in part.what for part in ended) >= 3
        assert sleepers(ledger.token) == []
        assert gone(pid)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()
        shell.wait()
        shell.stdout.close()


def test_a_process_that_takes_long_to_end_is_waited_for(scenario):
    """It gives its environment back at once, and its files only after its memory."""
    _, ledger = scenario
    script = "memory = bytearray(b'x') * (400 << 20); print(len(memory), flush=True); input()"
    large = subprocess.Popen(
        [sys.executable, "-c", script], env=ledger.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert int(large.stdout.readline()) == 400 << 20
        assert troubles(empty(ledger.path)) == []
        assert gone(large.pid)
    finally:
        large.kill()
        large.communicate()


def test_a_process_inside_another_scenario_is_found_by_both_ledgers(scenario, monkeypatch):
    _, outer = scenario
    monkeypatch.setenv(TOKEN_VARIABLE, outer.token)
    _, inner = open_workspace("inner")
    process = subprocess.Popen(["sleep", "1000"], env=inner.environment())
    try:
        assert until(lambda: sleepers(inner.token) == [process.pid] == sleepers(outer.token))
    finally:
        process.kill()
        process.wait()


def test_a_common_directory_that_others_could_tamper_with_is_refused(root):
    home = places.home()
    home.mkdir()
    home.chmod(0o777)
    with pytest.raises(SystemTrouble, match="somebody else"):
        open_workspace("scenario")
    home.rmdir()
    (root / "elsewhere").mkdir()
    home.symlink_to(root / "elsewhere")
    with pytest.raises(SystemTrouble, match="not a directory"):
        open_workspace("scenario")
    assert left_in(root / "elsewhere") == []


def test_a_root_that_does_not_exist_is_told_with_a_remedy(root):
    with pytest.raises(SystemTrouble, match=r"no directory '.*missing'.*choose another root"):
        open_workspace("scenario", root / "missing")
    assert left_in(root) == []


def sleepers(token):
    return [who.pid for who in carriers(TOKEN_VARIABLE, token) if describe(who).split()[1:2] == ["sleep"]]


def test_an_annex_for_servers_has_a_plain_path_wherever_temporary_files_lie(root, scenario, monkeypatch):
    _, ledger = scenario
    awkward = root / "a place with blanks, and long" / ("x" * 60)
    awkward.mkdir(parents=True)
    monkeypatch.setattr("tempfile.tempdir", str(awkward))
    annex = plain_annex("X-001-server", ledger)
    assert len(str(annex.run)) <= 80
    assert " " not in str(annex.run)
    assert annex.run.is_dir()
    assert troubles(empty(ledger.path)) == []
    assert not annex.path.exists()
