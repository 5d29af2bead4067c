"""Where a copy has landed when its directory was swapped, told from the names and contents of the whole stage."""

from dataclasses import replace

import pytest
from tale import DESTINATION, MIB, RENAME, Tale, cut, says, whole

from ContentionLibrary.checks import remains, swaps, truth
from ContentionLibrary.checks.judging import unproven
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.history.acts import Answer
from ContentionLibrary.history.cast import OLDER, SOURCE
from ContentionLibrary.history.copies import Ending
from ContentionLibrary.history.recording import History

E0, S0 = Level("E", 0), Level("S", 0)
MOVED, DECOY = "elsewhere/moved", "elsewhere/decoy"
IN_MOVED, IN_DECOY = f"{MOVED}/slide.bin", f"{DECOY}/slide.bin"


def swapped(*, older=False, shown=None, to=MOVED, made=()):
    """A run in which the directory is swapped before the rename, after a reader has seen the destination."""
    tale = Tale(older=older).looked("before", whole(OLDER) if older else None, names=["elsewhere", DECOY])
    tale.held(RENAME).read(shown, step=RENAME).act(swaps.MOVED_AWAY, "swapper", step=RENAME)
    return tale.rearranged(RENAME, "destination", to, made)


def judged(tale, ending, destination=None, names=(), contents=None):
    tale.ended(ending, "slide.bin: has been moved")
    return tale.looked("after", destination, names=["elsewhere", DECOY, *names], contents=contents or {})


def findings(*arguments, **named):
    return swaps.lands_elsewhere(judged(*arguments, **named).history)


def test_success_without_a_file_says_where_the_content_is():
    (found,) = findings(swapped(), Ending.SUCCESS, names=[MOVED, IN_MOVED], contents={IN_MOVED: whole(SOURCE)})
    assert says(found, f"{IN_MOVED} holds all 4 MiB of the source", f"no file at {DESTINATION}", swaps.MOVED_AWAY)
    assert (found.step, found.level) == (RENAME, E0)


@pytest.mark.parametrize("sighting", [whole(SOURCE), cut(SOURCE, MIB)])
def test_an_older_version_that_was_overwritten_in_the_moved_directory_is_told(sighting):
    for ending, level in ((Ending.SUCCESS, E0), (Ending.ERROR, S0)):
        tale = swapped(older=True, shown=whole(OLDER))
        (found,) = findings(tale, ending, names=[MOVED, IN_MOVED], contents={IN_MOVED: sighting})
        assert (found.step, found.level) == (RENAME, level)
        assert says(found, IN_MOVED, "of the source")


@pytest.mark.parametrize("name", [IN_MOVED, IN_DECOY, f"{MOVED}/.slide.bin.part"])
def test_nothing_may_stay_anywhere_after_an_error(name):
    (found,) = findings(swapped(), Ending.ERROR, names=[MOVED, name], contents={name: cut(SOURCE, MIB)})
    assert says(found, "The copier failed", f"{name} holds 1 of 4 MiB of the source, cut off")
    assert found.level == S0


def test_a_link_that_was_followed_is_told_although_the_path_leads_to_the_file():
    tale = swapped(made=["destination"])
    tale.ended(Ending.SUCCESS)
    tale.looked("after", None, names=[IN_DECOY, "elsewhere", DECOY, MOVED], links=["destination"], shown=whole(SOURCE))
    (found,) = swaps.lands_elsewhere(tale.history)
    assert says(found, IN_DECOY, "followed destination", "nobody has named")
    assert found.level == E0
    assert truth.lies(tale.history) == []


def test_a_temporary_file_beside_a_good_end_is_an_orphan():
    tale = swapped(made=["destination"])
    (found,) = findings(tale, Ending.SUCCESS, whole(SOURCE), names=[MOVED, f"{MOVED}/.slide.bin.part"])
    assert says(found, ".slide.bin.part")
    assert found.level == S0


def test_a_new_directory_is_nothing_that_has_landed_but_what_lies_in_it_is():
    def with_spool(*names):
        tale = judged(swapped(made=["destination"]), Ending.SUCCESS, whole(SOURCE), names=[MOVED, "spool", *names])
        *before, look = tale.history
        entries = tuple(replace(one, kind="directory") if one.path == "spool" else one for one in look.entries)
        return swaps.lands_elsewhere(History([*before, replace(look, entries=entries)]))

    assert with_spool() == []
    (found,) = with_spool("spool/slide.bin")
    assert says(found, "spool/slide.bin")


@pytest.mark.parametrize("ending", [Ending.SUCCESS, Ending.ERROR])
def test_a_swap_after_the_commit_is_no_fault(ending):
    tale = swapped(shown=whole(SOURCE))
    history = judged(tale, ending, names=[MOVED, IN_MOVED], contents={IN_MOVED: whole(SOURCE)}).history
    assert swaps.lands_elsewhere(history) == []
    assert truth.lies(history) == []
    assert remains.leftovers(history) == []


def test_who_fails_after_the_commit_may_put_the_older_version_back():
    for ending, good in ((Ending.ERROR, True), (Ending.SUCCESS, False)):
        tale = swapped(older=True, shown=whole(SOURCE))
        history = judged(tale, ending, names=[MOVED, IN_MOVED], contents={IN_MOVED: whole(OLDER)}).history
        assert (swaps.lands_elsewhere(history) == []) is good


@pytest.mark.parametrize(
    ("ending", "destination", "names", "made"),
    [
        (Ending.ERROR, None, [MOVED], []),
        (Ending.ERROR, None, [MOVED, "destination"], ["destination"]),
        (Ending.SUCCESS, whole(SOURCE), [MOVED, "destination"], ["destination"]),
    ],
)
def test_a_clear_error_or_a_whole_file_in_a_new_directory_is_a_good_end(ending, destination, names, made):
    history = judged(swapped(made=made), ending, destination, names).history
    assert swaps.lands_elsewhere(history) == []
    assert remains.leftovers(history) == []


def test_an_older_version_that_was_moved_whole_is_no_loss_of_the_copiers():
    tale = swapped(older=True, shown=whole(OLDER))
    history = judged(tale, Ending.ERROR, names=[MOVED, IN_MOVED], contents={IN_MOVED: whole(OLDER)}).history
    assert swaps.lands_elsewhere(history) == []
    assert truth.torn_after_error(history) == []
    assert remains.leftovers(history) == []


def test_what_nobody_has_swapped_is_left_to_other_checks():
    tale = Tale().looked("before").ended(Ending.SUCCESS).looked("after", names=["elsewhere/x"])
    assert swaps.lands_elsewhere(tale.history) == []
    assert remains.leftovers(tale.history)


@pytest.mark.parametrize("refused", [True, False])
def test_a_swap_that_was_refused_at_every_step_proves_nothing(refused):
    tale = Tale().began().looked("before").held(RENAME)
    answer = Answer.REFUSED if refused else Answer.DONE
    tale.act(swaps.REMOVED_IF_EMPTY, "swapper", step=RENAME, answer=answer)
    if not refused:
        tale.rearranged(RENAME, "destination", "")
    reasons = unproven(tale.ended().history, [])
    assert [("refused at every step" in reason) for reason in reasons] == [True] * refused
