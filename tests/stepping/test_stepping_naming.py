"""Names of steps: what they are made of, and that they do not depend on chance."""

from __future__ import annotations

from pathlib import Path

import pytest

from ContentionLibrary.stepping.linux.calls import Verb
from ContentionLibrary.stepping.linux.naming import Cast, Flow, Namer, marks_of
from ContentionLibrary.stepping.linux.operation import Operation
from ContentionLibrary.stepping.plan import Watch

MIB = 1 << 20
ONE = Watch("/s", "/s/in.bin", ("/s/out/copy.bin",), 4 * MIB)
TWO = Watch("/s", "/s/in.bin", ("/s/a/copy.bin", "/s/b/copy.bin"), 4 * MIB)


def opened(path: str, manner: str = "create", second: str = "") -> Operation:
    return Operation(Verb.OPEN, "openat", path, second, manner=manner)


def written(path: str, size: int) -> Operation:
    return Operation(Verb.WRITE, "write", path, size=size)


def renamed(path: str, second: str) -> Operation:
    return Operation(Verb.RENAME, "rename", path, second)


def test_marks_divide_a_file() -> None:
    assert [(mark.position, mark.name) for mark in marks_of(4 * MIB, "it", "write")] == [
        (0, "write the first bytes of it"),
        (1 * MIB, "write it from 1/4 on"),
        (2 * MIB, "write it from 2/4 on"),
        (3 * MIB, "write it from 3/4 on"),
        (4 * MIB - 65536, "write the last bytes of it"),
    ]


@pytest.mark.parametrize("size", [0, 1, 65535])
def test_small_files_are_not_divided(size: int) -> None:
    assert len(marks_of(size, "it", "read")) == 1


@pytest.mark.parametrize("size", [65536, 65537, 100_000, 131_071, 10 * MIB + 3])
def test_marks_are_in_order_and_lie_inside_the_file(size: int) -> None:
    positions = [mark.position for mark in marks_of(size, "it", "write")]
    assert positions == sorted(set(positions))
    assert positions[-1] < size


def test_a_mark_is_due_at_the_first_call_that_begins_at_or_behind_it() -> None:
    flow = Flow(marks_of(4 * MIB, "it", "write"), 4 * MIB)
    seen = []
    while flow.done < flow.total:
        mark = flow.due(700_000, whole=True)
        seen.append((flow.done, mark.name if mark else ""))
        flow.advance(700_000, divided=False)
    assert seen == [
        (0, "write the first bytes of it"),
        (700_000, ""),
        (1_400_000, "write it from 1/4 on"),
        (2_100_000, "write it from 2/4 on"),
        (2_800_000, ""),
        (3_500_000, "write the last bytes of it"),
    ]


def test_the_call_that_ends_a_file_stands_for_the_last_bytes() -> None:
    flow = Flow(marks_of(1 * MIB, "it", "write"), 1 * MIB)
    names = []
    for _ in range(4):
        mark = flow.due(256 * 1024, whole=True)
        names.append(mark.name if mark else "")
        flow.advance(256 * 1024, divided=False)
    assert names[-1] == "write the last bytes of it"


def test_a_call_is_quiet_only_if_nothing_can_be_due() -> None:
    """The short way for frequent calls must never jump over what `due` would have found."""
    for size in (4096, 65536, 100_000, MIB, 2 * MIB):
        flow = Flow(marks_of(4 * MIB, "it", "write"), 4 * MIB)
        while flow.done < flow.total:
            quiet = flow.is_quiet(size)
            mark = flow.due(size, whole=size <= flow.total // 4)
            assert not (quiet and mark)
            flow.advance(size, divided=False)


def test_parts_are_named_by_what_files_are() -> None:
    cast = Cast(ONE)
    assert cast.part("/s/out/copy.bin") == "the destination"
    assert cast.part("/s/in.bin") == "the source"
    assert cast.part("/s/out") == "the destination's directory"
    assert cast.part("/s") == "the stage"
    assert cast.part("/s/out/.tmp8Hs2") == "the temporary file"
    assert cast.part("/s/out/.tmp9aaa") == "temporary file 2"
    assert cast.part("/s/out/#123 (deleted)") == "the unnamed temporary file"
    assert cast.part("/s/out/.tmp8Hs2 (deleted)") == "the temporary file"
    assert cast.part("/s/made", "directory") == "the directory"


def test_several_destinations_are_numbered() -> None:
    cast = Cast(TWO)
    assert [cast.part(path) for path in TWO.destinations] == ["destination 1", "destination 2"]
    assert cast.part("/s/b") == "the directory of destination 2"


def test_a_link_lends_its_name_to_its_target() -> None:
    namer = Namer(ONE)
    assert namer.step(opened("/s/out/copy.bin", "empty", "/s/real")) == "open and empty the destination"
    assert namer.flow(written("/s/real", 1)).marks[0].name == "write the first bytes of the destination"


def test_repeated_operations_are_one_step_and_later_ones_are_numbered() -> None:
    namer = Namer(ONE)
    mode = Operation(Verb.MODE, "chmod", "/s/out/copy.bin")
    times = Operation(Verb.TIMES, "utimensat", "/s/out/copy.bin")
    assert [namer.step(one) for one in (mode, mode, times, mode, mode, times)] == [
        "set the permissions of the destination",
        "",
        "set the times of the destination",
        "set the permissions of the destination #2",
        "",
        "set the times of the destination #2",
    ]


def test_random_names_do_not_matter() -> None:
    seen = []
    for name in ("/s/out/.copy.a1", "/s/out/.copy.zz"):
        namer = Namer(ONE)
        seen.append([namer.step(opened(name)), namer.step(renamed(name, "/s/out/copy.bin"))])
    assert seen[0] == seen[1] == ["create the temporary file", "rename the temporary file to the destination"]


def test_the_data_follows_a_rename() -> None:
    namer = Namer(ONE)
    namer.step(opened("/s/out/part"))
    namer.flow(written("/s/out/part", MIB)).advance(MIB, divided=True)
    namer.step(renamed("/s/out/part", "/s/out/copy.bin"))
    assert namer.flow(written("/s/out/copy.bin", MIB)).done == MIB
    assert namer.known_flow("/s/out/part") is None


def test_emptying_a_file_begins_its_data_again() -> None:
    namer = Namer(ONE)
    namer.flow(written("/s/out/copy.bin", MIB)).advance(MIB, divided=True)
    namer.step(opened("/s/out/copy.bin", "write"))
    assert namer.flow(written("/s/out/copy.bin", MIB)).done == MIB
    namer.step(opened("/s/out/copy.bin", "empty"))
    assert namer.flow(written("/s/out/copy.bin", MIB)).done == 0


def test_opening_something_else_for_reading_is_no_step() -> None:
    namer = Namer(ONE)
    assert namer.step(opened("/s/other", "read only")) == ""
    assert namer.step(opened("/s/in.bin", "read only")) == "open the source for reading"
    assert namer.step(opened("/s/out/copy.bin", "look")) == ""


def test_a_file_whose_name_ends_like_the_mark_of_deleted_ones_keeps_its_part(tmp_path: Path) -> None:
    cast = Cast(Watch(str(tmp_path), "", (str(tmp_path / "copy (deleted)"),), 1))
    assert cast.part(str(tmp_path / "copy (deleted)")) == "the destination"


def test_files_of_a_copied_folder_are_no_temporary_files(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("source.bin", "file 1", "file 2"):
        (tmp_path / "in" / name).touch()
    out = tmp_path / "out"
    cast = Cast(Watch(str(tmp_path), str(tmp_path / "in" / "source.bin"), (str(out / "copy.bin"),), MIB))
    parts = [cast.part(str(out / name)) for name in ("file 2", ".file 1.Xy7", "file 1", "source.bin", "copy.bin")]
    assert parts == [
        "the copied file",
        "the temporary file",
        "copied file 2",
        "temporary file 2",
        "the destination",
    ]
    assert cast.part(str(tmp_path / "elsewhere" / "file 1")) == "temporary file 3"
