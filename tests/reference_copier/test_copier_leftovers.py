"""What killed runs have left: found from any destination, put right without harm to others, never taken from the living."""

import os

import pytest
from copier_steps import NEW, OLD, OTHER, Stages, at, die, fcntl, names, run, without_unnamed_files


@pytest.fixture
def half_done(tmp_path):
    """Two destinations, of which a killed run has published the first one."""
    stages = Stages(tmp_path, True, True)
    steps = run(stages.fresh().command).steps
    second = [number for number, name in enumerate(steps) if name == "renameat2"][1]
    stage = stages.fresh()
    run(stage.command, at(second, die))
    assert stage.state == ["new", "old"]
    return stage


def _hidden(stage):
    return sorted(name for name in names(stage.root) if "contention-copy" in name)


@pytest.mark.parametrize("number", [0, 1])
def test_recovery_of_one_destination_brings_the_others_along(half_done, number):
    ended = run(["--recover", half_done.destinations[number]])
    assert (ended.code, half_done.state, _hidden(half_done)) == (0, ["new", "new"], [])
    assert ended.output.startswith("finished an interrupted copy to ") and ended.output.count("\n") == 1
    assert all(str(path) in ended.output for path in half_done.destinations)


def test_recovery_without_need_says_and_does_nothing(tmp_path):
    stage = Stages(tmp_path, True).fresh()
    assert run(["--recover", *stage.destinations])[:3] == (0, "", "")
    assert stage.state == ["old"]


def test_a_copy_to_one_destination_first_finishes_what_concerns_it(half_done):
    other = half_done.root / "other.bin"
    other.write_bytes(OTHER)
    assert run([other, half_done.destinations[1]]).code == 0
    assert (half_done.state, _hidden(half_done)) == (["new", "other"], [])


def test_when_somebody_has_changed_one_destination_the_others_are_taken_back(half_done):
    half_done.destinations[1].write_bytes(OTHER)
    ended = run(["--recover", half_done.destinations[0]])
    assert (ended.code, half_done.state, _hidden(half_done)) == (0, ["old", "other"], [])
    assert ended.output.startswith("took back an interrupted copy to ")


def test_when_the_new_version_is_lost_the_others_are_taken_back(half_done):
    ready = [half_done.root / name for name in _hidden(half_done) if (half_done.root / name).read_bytes() == NEW]
    assert len(ready) == 1
    ready[0].unlink()
    assert run(["--recover", half_done.destinations[0]]).code == 0
    assert (half_done.state, _hidden(half_done)) == (["old", "old"], [])


def test_a_deleted_destination_is_made_anew_by_finishing(half_done):
    half_done.destinations[1].unlink()
    assert run(["--recover", half_done.destinations[1]]).code == 0
    assert (half_done.state, _hidden(half_done)) == (["new", "new"], [])


def test_a_lost_directory_lets_the_others_be_taken_back(half_done):
    half_done.destinations[1].parent.rename(half_done.root / "elsewhere")
    assert run(["--recover", half_done.destinations[0]]).code == 0
    assert half_done.state == ["old", "absent"]
    assert (half_done.root / "elsewhere" / "file.bin").read_bytes() == OLD


def test_journals_that_a_power_cut_has_emptied_are_removed(half_done):
    for name in _hidden(half_done):
        if name.endswith(".journal"):
            os.truncate(half_done.root / name, 0)
    assert run(half_done.command).code == 0
    assert (half_done.state, _hidden(half_done)) == (["new", "new"], [])


@pytest.mark.skipif(os.geteuid() != 0, reason="needs a file of another user: run as root")
def test_a_journal_of_another_user_is_not_obeyed(half_done):
    before = _hidden(half_done)
    for name in before:
        if name.endswith(".journal"):
            os.chown(half_done.root / name, 65534, 65534)
    ended = run(half_done.command)
    assert ended.code == 1 and "an interrupted copy of user 65534" in ended.errors
    assert str(half_done.destinations[0]) in ended.errors
    assert (half_done.state, _hidden(half_done)) == (["new", "old"], before)


def test_a_journal_whose_owner_lives_is_left_alone(half_done):
    before = _hidden(half_done)
    journal = half_done.root / next(name for name in before if name.endswith(".journal"))
    with journal.open("rb") as alive:
        fcntl.flock(alive, fcntl.LOCK_SH)
        ended = run(["--wait", "0", *half_done.command])
    assert ended.code == 75 and "another copier is just putting a file there" in ended.errors
    assert (half_done.state, _hidden(half_done)) == (["new", "old"], before)


def test_the_hidden_file_of_a_living_rival_is_left_alone_and_that_of_a_dead_one_removed(tmp_path):
    stage = Stages(tmp_path, True).fresh()
    directory = stage.destinations[0].parent
    alive = directory / ".file.bin.contention-copy-11111111.tmp"
    dead = directory / ".file.bin.contention-copy-22222222.tmp"
    other = directory / ".file.binary.contention-copy-33333333.tmp"
    for path in (alive, dead, other):
        path.touch()
    with alive.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_SH)
        assert run(stage.command, limit=without_unnamed_files).code == 0
    assert {path.name for path in directory.iterdir()} == {"file.bin", alive.name, other.name}
    assert run(["--recover", *stage.destinations]).output.startswith("removed 1 hidden file ")
    assert {path.name for path in directory.iterdir()} == {"file.bin", other.name}


@pytest.mark.parametrize("older", [False, True], ids=["create", "replace"])
def test_what_a_kill_has_left_half_done_is_put_right_although_the_source_is_gone(tmp_path, older):
    """The next run cannot copy, yet all destinations are as before or all are new after it."""
    stages = Stages(tmp_path, older, older)
    mixed = 0
    for step in range(len(run(stages.fresh().command).steps)):
        stage = stages.fresh()
        before = stage.state
        run(stage.command, at(step, die))
        mixed += len(set(stage.state)) > 1
        stage.source.unlink()
        assert run(stage.command).code == 1
        assert stage.state in (before, ["new", "new"]), step
        assert not [name for name in names(stage.root) if "contention-copy" in name], step
    assert mixed
