"""Second names that a copy shows, and files that consumers pick up too early."""

import pytest
from tale import DESTINATION, MIB, Tale, cut, says, whole

from ContentionLibrary.checks import names
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.history.acts import Answer
from ContentionLibrary.history.cast import OLDER, SOURCE

N0, N1, R0 = Level("N", 0), Level("N", 1), Level("R", 0)


@pytest.mark.parametrize(("name", "level"), [("slide.bin.part", N0), ("tmp1", N0), (".slide.bin.part", N1)])
def test_a_second_name(name, level):
    tale = Tale().looked("before").looked("held", step="create")
    tale.looked("held", names=[f"destination/{name}"], step="write on").looked("after", whole(SOURCE))
    (found,) = names.visible_names(tale.history)
    assert says(found, "'write on'", f"second name: {name}.")
    assert (found.step, found.level) == ("write on", level)


def test_hidden_and_visible_names_are_told_once_each():
    tale = Tale().looked("before")
    for step in "abc":
        tale.looked("held", names=["destination/.x", "destination/x", "destination/y"], step=step)
    assert sorted(str(found.level) for found in names.visible_names(tale.history)) == ["N0", "N1"]


def test_names_elsewhere_or_before_are_no_second_names():
    tale = Tale(older=True).looked("before", whole(OLDER), names=["destination/other"])
    tale.looked("held", whole(OLDER), names=["destination/other", "elsewhere/x"], step="a").looked(
        "after", names=["destination/late"]
    )
    assert names.visible_names(tale.history) == []


@pytest.mark.parametrize(("name", "level"), [("slide.bin.part", N0), (".slide.bin.part", N1)])
@pytest.mark.parametrize("seen_by", ["the system", "a listing between two operations"])
def test_a_name_that_is_gone_at_the_next_step_is_told_with_the_step_that_has_made_it(name, level, seen_by):
    tale = Tale().looked("before").held("create")
    if seen_by == "the system":
        tale.appeared(f"destination/{name}", "created", "create").appeared(f"destination/{name}", "gone", "create")
    else:
        tale.looked("passing", names=[f"destination/{name}"], step="create")
    (found,) = names.visible_names(tale.looked("held", step="rename").history)
    assert says(found, "After its step 'create'", f"a second name: {name}.")
    assert (found.step, found.level) == ("create", level)


def test_a_name_in_a_free_run_belongs_to_no_step():
    (found,) = names.visible_names(Tale(stepped=False).looked("before").appeared("destination/x").history)
    assert says(found, "While the copier ran the system told of a second name: x.")
    assert found.step == ""


@pytest.mark.parametrize(
    ("name", "spoken_of", "level"),
    [
        (".x", [], N1),
        (".x.part", [".*.part"], N1),
        (".x.tmp", [".*.part"], N0),
        ("x.part", ["*.part"], N0),
        (".partial/slide.bin", [".partial"], N1),
        ("new/slide.bin", [], N0),
    ],
)
def test_hidden_is_what_no_consumer_takes_and_the_profile_speaks_of(name, spoken_of, level):
    tale = Tale(temporary_files=spoken_of).looked("before").appeared(f"destination/{name}")
    assert [one.level for one in names.visible_names(tale.history)] == [level]


@pytest.mark.parametrize("path", [DESTINATION, "elsewhere/x", "x", ".contention-copy.1.new"])
def test_the_final_name_and_other_directories_are_free(path):
    assert names.visible_names(Tale().looked("before").appeared(path).history) == []


def picked(target, sighting, step="write on"):
    return (
        Tale(older=True)
        .looked("before", whole(OLDER))
        .act(names.PICK_UP, "consumer", step=step, target=target, sighting=sighting)
    )


@pytest.mark.parametrize(
    ("target", "level"), [(f"{DESTINATION} (closed after writing)", R0), (f"{DESTINATION}.part (*)", N0)]
)
def test_a_part_that_was_picked_up(target, level):
    (found,) = names.incomplete_pick_ups(picked(target, cut(SOURCE, MIB)).history)
    assert says(found, "'write on'", f"consumer picked up {target}", "1 of 4 MiB of the source, cut off")
    assert (found.step, found.level) == ("write on", level)


@pytest.mark.parametrize("version", [SOURCE, OLDER])
def test_a_whole_file_may_be_picked_up(version):
    assert names.incomplete_pick_ups(picked(f"{DESTINATION} (*)", whole(version)).history) == []


def test_a_file_that_was_gone_when_it_was_opened_was_not_picked_up():
    tale = Tale().looked("before").act(names.PICK_UP, target=f"{DESTINATION} (*)", answer=Answer.ABSENT)
    assert names.incomplete_pick_ups(tale.history) == []
