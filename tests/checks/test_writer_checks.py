"""Of two copies to one name exactly one wins, its content is there, and the other is told."""

import pytest
from tale import MIB, RENAME, SIZE, Tale, cut, spans, whole

from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.writers import COPIER_A, COPIER_B, one_winner
from ContentionLibrary.content.sighting import Kind
from ContentionLibrary.history.cast import OLDER, RIVAL_SOURCE, SOURCE
from ContentionLibrary.history.copies import Ending, Way

SUCCESS, BUSY, ERROR, KILLED, HUNG = Ending.SUCCESS, Ending.BUSY, Ending.ERROR, Ending.KILLED, Ending.HUNG
W0, W1, E0 = Level("W", 0), Level("W", 1), Level("E", 0)
STEPS = ("create the temporary file", RENAME, "flush the destination's directory to disk")


def overlap(first, second, after, *, step=RENAME, held_content=None, older=False, replaces=True, steps=STEPS):
    """Copier A is held before a step, copier B runs, A goes on."""
    tale = Tale("overlap", older=older, replaces=replaces, interferes=False).began(COPIER_A).held(step, COPIER_A)
    tale.looked("held", held_content, step=step).began(COPIER_B).ended(second, "busy", COPIER_B, steps=steps)
    tale.let_go(step, COPIER_A).ended(first, "busy", COPIER_A, steps=steps)
    return tale.looked("after", after)


def found_in(tale):
    return one_winner(tale.history)


def test_both_report_success():
    (found,) = found_in(overlap(SUCCESS, SUCCESS, whole(SOURCE)))
    assert found.seen == (
        f"Copier A was held before '{RENAME}' while copier B ran: both reported success, "
        "but the destination holds only the source of copier A: what copier B has copied is gone without a word."
    )
    assert (found.step, found.level) == (RENAME, W1)


def test_both_report_success_and_there_is_no_file():
    (found,) = found_in(overlap(SUCCESS, SUCCESS, None))
    assert (
        "both reported success, but there is no file at the destination: what copier A and copier B have copied is gone"
        in found.seen
    )
    assert found.level == W0


@pytest.mark.parametrize(("first", "second"), [(SUCCESS, SUCCESS), (SUCCESS, BUSY), (BUSY, SUCCESS), (ERROR, ERROR)])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            spans((MIB, SOURCE), (SIZE, RIVAL_SOURCE)),
            "MIXED content: 0-1 MiB of the source of copier A, the rest (3 MiB) of the source of copier B",
        ),
        (cut(RIVAL_SOURCE, MIB), "PARTIAL content: 1 of 4 MiB of the source of copier B, cut off"),
        (spans((SIZE, Kind.ZERO)), "PARTIAL content: all 4 MiB zero bytes"),
    ],
)
def test_content_of_neither(first, second, content, words):
    (found,) = found_in(overlap(first, second, content))
    assert f"the destination ended as {words}." in found.seen
    assert (found.step, found.level) == (RENAME, W0)


@pytest.mark.parametrize(
    ("first", "second", "how"),
    [(BUSY, BUSY, "refused"), (ERROR, BUSY, "failed"), (KILLED, ERROR, "failed"), (BUSY, HUNG, "failed")],
)
def test_nobody_wins(first, second, how):
    (found,) = found_in(overlap(first, second, None))
    assert f"both {how}, nobody's content got there" in found.seen
    assert found.level is None, "no claim may excuse it"


@pytest.mark.parametrize(
    ("first", "second", "content", "winner", "there"),
    [
        (SUCCESS, BUSY, whole(RIVAL_SOURCE), "copier A", "all 4 MiB of the source of copier B"),
        (BUSY, SUCCESS, whole(SOURCE), "copier B", "all 4 MiB of the source of copier A"),
        (SUCCESS, ERROR, whole(OLDER), "copier A", "all 4 MiB of the older version"),
        (SUCCESS, BUSY, None, "copier A", "no file"),
    ],
)
def test_the_winner_has_lost(first, second, content, winner, there):
    (found,) = found_in(overlap(first, second, content, older=True))
    assert f"only {winner} reported success, yet the destination holds {there}." in found.seen
    assert found.level == E0


@pytest.mark.parametrize(
    ("first", "second", "content"),
    [(SUCCESS, BUSY, SOURCE), (SUCCESS, ERROR, SOURCE), (BUSY, SUCCESS, RIVAL_SOURCE), (SUCCESS, KILLED, SOURCE)],
)
def test_exactly_one_wins(first, second, content):
    assert found_in(overlap(first, second, whole(content))) == []


def test_a_copy_that_was_over_before_the_other_touched_anything_is_no_race():
    assert found_in(overlap(SUCCESS, SUCCESS, whole(SOURCE), step=STEPS[0])) == []


def test_a_copy_that_was_not_over_then_is_a_race():
    tale = Tale("overlap", interferes=False).held(STEPS[0], COPIER_A).let_go(STEPS[0], COPIER_A)
    tale.ended(SUCCESS, "", COPIER_B, steps=STEPS).ended(SUCCESS, "", COPIER_A, steps=STEPS)
    (found,) = found_in(tale.looked("after", whole(SOURCE)))
    assert found.level == W1


def test_a_copy_that_began_after_the_commit_of_the_other_is_no_race():
    assert found_in(overlap(SUCCESS, SUCCESS, whole(RIVAL_SOURCE), step=STEPS[2], held_content=whole(SOURCE))) == []


def test_a_copy_that_is_undone_after_its_commit_is_found():
    (found,) = found_in(overlap(SUCCESS, SUCCESS, whole(SOURCE), step=STEPS[2], held_content=whole(SOURCE)))
    assert found.level == W1


RACED = ("create", "write the first bytes of the file", "write the last bytes of the file", "rename")


def race(first_times, rival_times, *, steps=RACED):
    tale = Tale("race").held(steps[0], COPIER_A).held(steps[0], COPIER_B).let_go(steps[0], COPIER_A)
    tale.ended(SUCCESS, "", COPIER_A, steps=steps, step_times=first_times)
    tale.ended(SUCCESS, "", COPIER_B, steps=steps, step_times=rival_times)
    return tale.looked("after", whole(SOURCE))


def test_a_common_start_is_no_hold():
    (found,) = found_in(race((0.0, 0.2, 0.4, 0.5), (0.1, 0.3, 0.5, 0.6)))
    assert (found.step, found.seen[:25]) == ("", "Both copiers ran freely: ")
    assert found.level == W1


@pytest.mark.parametrize(
    ("first_times", "rival_times", "steps"),
    [
        ((0.0, 0.2, 0.4, 0.5), (0.1, 0.41, 0.5, 0.6), RACED),
        ((0.0, 0.7, 0.8, 0.9), (0.1, 0.2, 0.3, 0.6), RACED),
        ((), (), RACED),
        ((0.0, 0.2), (0.1, 0.3), ("clone the source into the file", "rename")),
    ],
)
def test_two_successes_in_a_race_that_was_perhaps_none(first_times, rival_times, steps):
    assert found_in(race(first_times, rival_times, steps=steps)) == []


def test_mixed_content_is_found_in_any_race():
    tale = race((), ())
    (found,) = found_in(tale.looked("after", spans((MIB, SOURCE), (SIZE, RIVAL_SOURCE))))
    assert (found.step, found.level) == ("", W0)


def test_a_free_race_is_told_as_one():
    tale = Tale("race").ended(SUCCESS, "", COPIER_A).ended(SUCCESS, "", COPIER_B).looked("after", whole(SOURCE))
    (found,) = found_in(tale)
    assert (found.step, found.seen[:25]) == ("", "Both copiers ran freely: ")


def test_a_race_of_copiers_that_cannot_be_held_exactly_is_told_of_only_if_it_was_seen():
    """Where one is suspended some time after it has begun, nobody knows whether the other one came after it."""
    tale = Tale("race").began(COPIER_A, Way.SAMPLED).began(COPIER_B, Way.SAMPLED)
    tale = tale.ended(SUCCESS, "", COPIER_A).ended(SUCCESS, "", COPIER_B).looked("after", whole(SOURCE))
    assert found_in(tale) == []


def test_who_never_replaces_a_file_may_refuse_both():
    refused = overlap(ERROR, ERROR, whole(OLDER), older=True, replaces=False, steps=())
    assert found_in(refused) == []
    assert found_in(overlap(BUSY, BUSY, whole(OLDER), older=True, replaces=False)) == []
    assert len(found_in(overlap(ERROR, ERROR, whole(OLDER), older=True, replaces=False))) == 1
    assert len(found_in(overlap(ERROR, ERROR, whole(OLDER), older=True, steps=()))) == 1


def test_each_run_is_judged_by_itself():
    tale = overlap(SUCCESS, BUSY, whole(SOURCE)).run(2)
    tale.held("write on", COPIER_A).ended(SUCCESS, "", COPIER_B).ended(SUCCESS, "", COPIER_A)
    tale.looked("after", whole(RIVAL_SOURCE)).run(3).ended(SUCCESS, "", COPIER_A).looked("after", whole(SOURCE))
    assert [found.step for found in found_in(tale)] == ["write on"]
