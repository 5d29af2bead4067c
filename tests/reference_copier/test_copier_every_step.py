"""Killed, failed or signalled at every single operation: old or new, nothing left, and the exit code tells which."""

import errno
import os
import signal

import pytest
from copier_steps import Stages, at, be_signalled, die, fail, names, run, without_exchange, without_unnamed_files


def _without_both():
    without_unnamed_files()
    without_exchange()


CASES = {
    "create": ((False,), None),
    "replace": ((True,), None),
    "several": ((True, False), None),
    "create without unnamed files and exchange": ((False,), _without_both),
    "replace without unnamed files": ((True,), without_unnamed_files),
    "replace without exchange": ((True,), without_exchange),
    "several without unnamed files and exchange": ((True, False), _without_both),
}


@pytest.fixture(params=CASES, ids=str)
def case(request, tmp_path):
    older, limit = CASES[request.param]
    stages = Stages(tmp_path, *older)
    stage = stages.fresh()
    before = stage.state
    done = run(stage.command, limit=limit)
    assert (done.code, done.errors) == (0, "")
    assert set(stage.state) == {"new"}
    expected_names = names(stage.root)
    return stages, limit, before, done.steps, expected_names


@pytest.mark.parametrize("first_remedy", [0, 1], ids=["the same copy first", "--recover first"])
def test_after_a_kill_the_next_run_brings_all_destinations_to_one_state_and_leaves_nothing(case, first_remedy):
    stages, limit, before, steps, expected_names = case
    is_thorough = limit is None  # elsewhere every other step has to do, to save time
    for step, name in list(enumerate(steps))[0 if is_thorough else first_remedy :: 1 if is_thorough else 2]:
        remedy = ("the same copy", "--recover")[first_remedy]
        stage = stages.fresh()
        assert run(stage.command, at(step, die), limit=limit).code == -signal.SIGKILL
        assert not [state for state in stage.state if state.startswith("torn")], (step, name)
        again = run(stage.command if remedy == "the same copy" else ["--recover", *stage.destinations], limit=limit)
        assert (again.code, again.errors) == (0, ""), (step, name)
        assert stage.state in (
            [["new"] * len(before)] if remedy == "the same copy" else [before, ["new"] * len(before)]
        )
        assert names(stage.root) <= expected_names, (step, name)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO], ids=errno.errorcode.get)
def test_a_failing_operation_leaves_everything_as_before_and_is_told_in_one_line(case, number):
    stages, limit, before, steps, expected_names = case
    for step, name in enumerate(steps):
        stage = stages.fresh()
        ended = run(stage.command, at(step, fail(number)), limit=limit)
        if ended.code == 0:  # closing what was only read; removing a hidden name of a finished copy, which is told
            assert set(stage.state) == {"new"} and name in ("close", "unlink"), (step, name)
            assert (os.strerror(number) in ended.errors) == (name == "unlink"), (step, name)
            continue
        assert (ended.code, stage.state) == (1, before), (step, name)
        assert os.strerror(number) in ended.errors and ended.errors.count("\n") == 1, (step, name, ended.errors)
        assert names(stage.root) <= expected_names, (step, name)


def _have_no_memory():
    raise MemoryError


def test_no_memory_where_data_are_moved_is_told_like_an_error_of_the_system(case):
    """All other operations take so little that Python has it at hand."""
    stages, limit, before, steps, expected_names = case
    moving = [(step, name) for step, name in enumerate(steps) if name in ("write", "copy_file_range")]
    assert moving
    for step, name in moving:
        stage = stages.fresh()
        ended = run(stage.command, at(step, _have_no_memory), limit=limit)
        assert (ended.code, stage.state) == (1, before), (step, name, ended)
        assert os.strerror(errno.ENOMEM) in ended.errors and ended.errors.count("\n") == 1, (step, name, ended.errors)
        assert names(stage.root) <= expected_names, (step, name)


def test_a_signal_ends_the_copy_cleanly_or_comes_too_late(case):
    stages, limit, before, steps, expected_names = case
    codes = []
    for step in range(len(steps)):
        stage = stages.fresh()
        ended = run(stage.command, at(step, be_signalled(signal.SIGTERM)), limit=limit)
        codes.append(ended.code)
        assert stage.state == (before if ended.code == 128 + signal.SIGTERM else ["new"] * len(before)), step
        assert names(stage.root) <= expected_names, step
    assert codes == sorted(codes, reverse=True) and set(codes) == {0, 128 + signal.SIGTERM}


def test_a_signal_between_two_publications_takes_the_first_one_back(tmp_path):
    stages = Stages(tmp_path, True, True)
    step = run(stages.fresh().command).steps.index("renameat2")
    stage = stages.fresh()
    ended = run(stage.command, at(step, be_signalled(signal.SIGINT)))
    assert (ended.code, stage.state) == (128 + signal.SIGINT, ["old", "old"])
    assert ended.errors.count("\n") == 1 and "stopped by SIGINT" in ended.errors
