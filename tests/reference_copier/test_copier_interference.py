"""Others at work on the same files at every single operation: one winner, whole content, and the truth told."""

import os
import shutil

import pytest
from copier_steps import NEW, OTHER, Stages, at, names, run, without_exchange, without_unnamed_files

PATIENCE = ("--wait", "0.05")
REFUSED = (1, 75)


@pytest.fixture(params=[False, True], ids=["create", "replace"])
def stages(request, tmp_path):
    return Stages(tmp_path, request.param)


def _steps(stages):
    return run(stages.fresh().command).steps


def test_of_two_copiers_exactly_one_wins_wherever_the_first_is_held(stages):
    winners = set()
    for step, name in enumerate(_steps(stages)):
        stage = stages.fresh()
        rival = stage.root / "rival.bin"
        rival.write_bytes(OTHER)
        codes = stage.root / "codes"

        def compete(rival=rival, stage=stage, codes=codes):
            codes.write_text(str(run([*PATIENCE, rival, *stage.destinations]).code))

        first = run(stage.command, at(step, compete))
        second = int(codes.read_text())
        assert sorted([first.code, second]) == [0, 75], (step, name, first)
        assert stage.state == (["new"] if first.code == 0 else ["other"]), (step, name)
        winners.add("first" if first.code == 0 else "second")
        if first.code:
            assert "another process" in first.errors and str(stage.destinations[0]) in first.errors
    assert winners == {"first", "second"}


def _write_in_place(stage):
    with stage.destinations[0].open("wb") as file:
        file.write(OTHER)


def _rename_onto(stage):
    (stage.root / "their").write_bytes(OTHER)
    (stage.root / "their").rename(stage.destinations[0])


@pytest.mark.parametrize("deed", [_write_in_place, _rename_onto], ids=["writes in place", "renames onto it"])
def test_what_another_program_has_put_there_is_kept_or_replaced_whole_never_after_a_refusal(stages, deed):
    for step, name in enumerate(_steps(stages)):
        stage = stages.fresh()
        ended = run(stage.command, at(step, lambda stage=stage: deed(stage)))
        if ended.code == 0:  # it came after our last look, or was in our own new file
            assert stage.state == ["new"] or name in ("unlink", "close"), (step, name, stage.state)
        else:
            assert ended.code in REFUSED and stage.state == ["other"], (step, name, ended, stage.state)
        assert len([path for path in names(stage.root) if "contention-copy" in path]) == 0


def test_a_file_renamed_onto_the_destination_before_the_exchange_is_given_back(tmp_path):
    stages = Stages(tmp_path, True)
    step = _steps(stages).index("renameat2")
    stage = stages.fresh()
    ended = run(stage.command, at(step, lambda: _rename_onto(stage)))
    assert (ended.code, stage.state) == (75, ["other"])
    assert "another process changed it meanwhile" in ended.errors


def test_deleting_the_destination_ends_in_a_whole_file_or_a_clear_error(stages):
    for step, name in enumerate(_steps(stages)):
        stage = stages.fresh()
        ended = run(stage.command, at(step, lambda stage=stage: stage.destinations[0].unlink(missing_ok=True)))
        if ended.code == 0:
            assert stage.state == ["new"] or name == "close", (step, name)
        else:
            assert (ended.code, stage.state) == (1, ["absent"]), (step, name)
            assert "was removed or replaced by another process after it had been written" in ended.errors
        assert not [path for path in names(stage.root) if "contention-copy" in path]


SOURCES = {
    "deleted": lambda source: source.unlink(),
    "cut": lambda source: os.truncate(source, len(NEW) // 2),
    "replaced": lambda source: _replace(source),  # noqa: PLW0108 - defined below
    "rewritten": lambda source: source.write_bytes(b"WEN " * (len(NEW) // 4)),
}


def _replace(source):
    other = source.with_name("replacement")
    other.write_bytes(OTHER)
    other.rename(source)


@pytest.mark.parametrize("manner", SOURCES)
def test_a_source_that_changes_gives_one_whole_version_or_a_clear_error(stages, manner):
    stage = stages.fresh()
    before = stage.state
    without_source = run([stage.root / "missing", *stage.destinations]).steps
    opens_source = max(number for number, name in enumerate(without_source) if name == "open")
    codes = set()
    for step, name in enumerate(_steps(stages)):
        stage = stages.fresh()
        ended = run(stage.command, at(step, lambda stage=stage: SOURCES[manner](stage.source)))
        codes.add(ended.code)
        if ended.code == 0:
            before_it_was_opened = [stage.source.read_bytes()] if step <= opens_source and stage.source.exists() else []
            assert stage.destinations[0].read_bytes() in (NEW, *before_it_was_opened), (step, name)
        else:
            assert (ended.code, stage.state) == (1, before), (step, name)
            assert str(stage.source) in ended.errors
    assert codes == ({0} if manner == "replaced" else {0, 1})


def _move(directory):
    directory.rename(directory.with_name("moved"))


def _move_and_link(directory):
    elsewhere = directory.with_name("elsewhere")
    elsewhere.mkdir()
    directory.rename(directory.with_name("moved"))
    directory.symlink_to(elsewhere)


def _remake(directory):
    shutil.rmtree(directory)
    directory.mkdir()


DIRECTORIES = {
    "removed with its contents": shutil.rmtree,
    "moved away": _move,
    "replaced by a symbolic link": _move_and_link,
    "made anew": _remake,
}


@pytest.mark.parametrize("manner", DIRECTORIES)
def test_nothing_lands_in_a_place_that_nobody_named(stages, manner):
    codes = set()
    for step, name in enumerate(_steps(stages)):
        stage = stages.fresh()
        directory = stage.destinations[0].parent
        ended = run(stage.command, at(step, lambda directory=directory: DIRECTORIES[manner](directory)))
        codes.add(ended.code)
        whole = [
            path for path in names(stage.root) if path.endswith("file.bin") and (stage.root / path).read_bytes() == NEW
        ]
        if ended.code == 0:
            assert stage.state == ["new"] or name == "close", (step, name)
        else:
            assert ended.code == 1 and ended.errors.count("\n") == 1, (step, name, ended)
            assert not whole or "after it had been written" in ended.errors or name == "unlink", (
                step,
                name,
                ended,
                whole,
            )
        assert not [path for path in names(stage.root) if "contention-copy" in path], (step, name)
        assert not list(stage.root.glob("to/elsewhere/*"))
    assert codes == {0, 1}


TARGETS = {
    "deleted": lambda path: path.unlink(missing_ok=True),
    "replaced by a directory": lambda path: (path.unlink(missing_ok=True), path.mkdir()),
    "rewritten": lambda path: path.write_bytes(OTHER),
    "made read-only": lambda path: path.exists() and path.chmod(0o444),
}


@pytest.mark.parametrize("manner", TARGETS)
@pytest.mark.parametrize("older", [(True, True), (False, False)], ids=["replace", "create"])
def test_all_destinations_that_nobody_has_touched_are_new_or_none_is(tmp_path, manner, older):
    stages = Stages(tmp_path, *older)
    before = stages.fresh().state
    for step, name in enumerate(_steps(stages)):
        touched, untouched = (0, 1) if step % 2 else (1, 0)
        stage = stages.fresh()
        target = stage.destinations[touched]
        ended = run(stage.command, at(step, lambda target=target: TARGETS[manner](target)))
        assert stage.state_of(untouched) == ("new" if ended.code == 0 else before[untouched]), (
            step,
            name,
            touched,
            ended,
        )
        assert not [path for path in names(stage.root) if "contention-copy" in path], (step, name)


def test_a_moved_directory_is_noticed_before_anything_is_published(stages):
    step = _steps(stages).index("flock")
    stage = stages.fresh()
    ended = run(stage.command, at(step, lambda: _move(stage.destinations[0].parent)))
    assert ended.code == 1 and "its directory was moved" in ended.errors
    assert not {"link", "renameat2"} & set(ended.steps)


def test_a_file_that_is_put_in_the_place_of_our_second_name_is_never_published_and_the_older_version_stays(tmp_path):
    stages = Stages(tmp_path, True)
    reached = 0
    for step, name in enumerate(_steps(stages)):
        stage = stages.fresh()

        def replace(stage=stage):
            (stage.root / "their").write_bytes(OTHER)
            for second in (stage.root / "to").glob(".contention-copy.*.new"):
                (stage.root / "their").rename(second)

        ended = run(stage.command, at(step, replace))
        if (stage.root / "their").exists():
            assert (ended.code, stage.state) == (0, ["new"]), (step, name)
            continue
        reached += 1
        assert stage.state == (["new"] if ended.code == 0 else ["old"]), (step, name, ended)
        assert ended.code in (0, *REFUSED)
    assert reached


def _without_both():
    without_unnamed_files()
    without_exchange()


@pytest.mark.parametrize(("older", "steps_after"), [(False, 1), (True, 0)], ids=["create", "replace"])
def test_a_twin_of_the_same_size_and_time_is_not_taken_for_our_own_file(tmp_path, older, steps_after):
    stages = Stages(tmp_path, older)
    links = [
        number for number, name in enumerate(run(stages.fresh().command, limit=_without_both).steps) if name == "link"
    ]
    stage = stages.fresh()
    (destination,) = stage.destinations
    model = destination if older else stage.source
    twin = model.read_bytes()[::-1]

    def put_twin():
        (stage.root / "their").write_bytes(twin)
        times = model.stat()
        os.utime(stage.root / "their", ns=(times.st_atime_ns, times.st_mtime_ns))
        (stage.root / "their").rename(destination)

    ended = run(stage.command, at(links[-1] + steps_after, put_twin), limit=_without_both)
    assert ended.code == 75 and "another process" in ended.errors, ended
    assert destination.read_bytes() == twin
