"""Every outcome that a scenario accepts passes all checks of that scenario, with the strict contract.

The scenarios' checks are taken from the suites themselves. One row is one accepted outcome of the catalogue.
"""

import itertools

import pytest
from tale import MIB, RENAME, SIZE, Tale, cut, whole

from ContentionLibrary.checks import readers, truth
from ContentionLibrary.checks.judging import decide, fold, is_allowed, unproven
from ContentionLibrary.checks.levels import STRICT
from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.checks.writers import COPIER_A, COPIER_B
from ContentionLibrary.history.acts import Answer
from ContentionLibrary.history.cast import AGAIN, CHANGED_SOURCE, OLDER, RIVAL_SOURCE, SOURCE
from ContentionLibrary.history.copies import Ending
from tests.scenarios.spoken import scenarios_of

SUCCESS, BUSY, ERROR = Ending.SUCCESS, Ending.BUSY, Ending.ERROR
STEPS = ("create the temporary file", "write on", RENAME, "flush the folder")
REFUSED = "cannot replace slide.bin: it is in use"


def verdict_on(name, tale):
    """Judge a tale as the scenario does, without controls."""
    own = tale.history
    found = [finding for check in scenarios_of("FileBlocking")[name].checks for finding in check.judge(own)]
    failing = fold(one for one in found if not is_allowed(one, STRICT))
    allowed = fold(one for one in found if is_allowed(one, STRICT))
    return decide(failing, unproven(own, ()), allowed)


def finished(tale, ending, after):
    """End a run: who did not succeed is run again alone, and succeeds."""
    tale.ended(ending, "" if ending is SUCCESS else REFUSED, steps=STEPS).looked("after", after)
    return tale if ending is SUCCESS else tale.ended(who=AGAIN, steps=STEPS).looked("recovered", whole(SOURCE))


def seen_at_every_step(contents, *, older, ending=SUCCESS, who=("reader",)):
    """Readers read at each step what is told there, and once at the end."""
    tale = Tale(older=older).looked("before", whole(OLDER) if older else None).began()
    for step, content in zip(STEPS, contents, strict=False):
        tale.held(step)
        for name in who:
            tale.read(content, name, step=step)
    finished(tale, ending, contents[-1])
    return tale.read(contents[-1])


OLD, NEW = whole(OLDER), whole(SOURCE)
READ_OUTCOMES = {
    "absent, then complete new content": ([None, None, None, NEW], False, SUCCESS),
    "complete old, then complete new content": ([OLD, OLD, OLD, NEW], True, SUCCESS),
    "a moment with no file at all": ([OLD, OLD, None, NEW], True, SUCCESS),
}


@pytest.mark.parametrize("name", ["RDW-001", "RDW-002"])
@pytest.mark.parametrize("outcome", list(READ_OUTCOMES))
def test_readers_at_every_step(name, outcome):
    contents, older, ending = READ_OUTCOMES[outcome]
    who = ("reader",) if name == "RDW-001" else tuple(f"reader {number}" for number in range(1, 6))
    tale = seen_at_every_step(contents, older=older, ending=ending, who=who)
    assert verdict_on(name, tale)[0] is Verdict.PASSED


@pytest.mark.parametrize("name", ["RDW-001", "RDW-002"])
@pytest.mark.parametrize("answer", [Answer.REFUSED, Answer.WAITED])
def test_a_reader_is_refused_or_waits(name, answer):
    tale = Tale(older=True).looked("before", OLD).began()
    for step in STEPS:
        sighting = OLD if answer is Answer.WAITED else None
        tale.held(step).act(readers.READ, "reader", step=step, answer=answer, sighting=sighting)
    assert verdict_on(name, finished(tale, SUCCESS, NEW))[0] is Verdict.PASSED


def test_a_slow_reader_keeps_its_version_across_the_steps():
    tale = Tale(older=True).looked("before", OLD).began().opened_half(OLDER)
    for step, version in zip(STEPS, (OLDER, OLDER, OLDER, SOURCE), strict=True):
        tale.held(step).read(whole(version), step=step).read_on(whole(OLDER, start=2 * MIB), step=step)
        tale.opened_half(OLDER, step=step)
    assert verdict_on("RDW-001", finished(tale, SUCCESS, NEW))[0] is Verdict.PASSED


def locked_by_reader(*, waits, ending):
    tale = Tale(older=True, stepped=False).looked("before", OLD).opened_half(OLDER).act(readers.LOCK, target="flock")
    tale.began()
    if not waits:
        tale.ended(ending, "" if ending is SUCCESS else REFUSED)
    tale.read_on(whole(OLDER, start=2 * MIB)).act(readers.UNLOCK, target="flock")
    if waits:
        tale.ended(ending, "" if ending is SUCCESS else REFUSED)
    tale.looked("after", NEW if ending is SUCCESS else OLD)
    return tale if ending is SUCCESS else tale.ended(who=AGAIN).looked("recovered", NEW)


@pytest.mark.parametrize(
    ("outcome", "tale"),
    [
        ("waits for the reader", locked_by_reader(waits=True, ending=SUCCESS)),
        ("refuses within its time limit", locked_by_reader(waits=False, ending=BUSY)),
        ("waits and then refuses", locked_by_reader(waits=True, ending=BUSY)),
        ("replaces the file beside the reader", locked_by_reader(waits=False, ending=SUCCESS)),
    ],
)
def test_a_reader_that_stays_with_a_lock(outcome, tale):
    assert verdict_on("RDW-003", tale)[0] is Verdict.PASSED, outcome


def read_half_before(*, ending, after, deleted=False, second=None):
    tale = Tale(older=True).looked("before", OLD).opened_half(OLDER)
    if deleted:
        tale.act(truth.DELETE, "deleter")
    tale.began()
    for step in STEPS:
        tale.held(step).read_on(second or whole(OLDER, start=2 * MIB), step=step)
        tale.read(None if deleted else OLD, "watcher", step=step)
    return finished(tale, ending, after)


@pytest.mark.parametrize(
    ("name", "outcome", "tale"),
    [
        ("WDR-001", "the copier completes", read_half_before(ending=SUCCESS, after=NEW)),
        ("DDO-002", "the new file is whole", read_half_before(ending=SUCCESS, after=NEW, deleted=True)),
        ("DDO-002", "the copy fails cleanly", read_half_before(ending=ERROR, after=None, deleted=True)),
    ],
)
def test_a_reader_in_the_middle_of_the_old_file(name, outcome, tale):
    assert verdict_on(name, tale)[0] is Verdict.PASSED, outcome


def test_the_copier_waits_for_a_reader_in_the_middle():
    tale = Tale(older=True).looked("before", OLD).opened_half(OLDER).began().held(STEPS[0])
    tale.read_on(whole(OLDER, start=2 * MIB), step=STEPS[0]).ended(SUCCESS, steps=STEPS, took=12.0).looked("after", NEW)
    assert verdict_on("WDR-001", tale)[0] is Verdict.PASSED


def rivals(first, second, after, *, older, step="write on"):
    tale = Tale(older=older, interferes=False).looked("before", OLD if older else None)
    tale.began(COPIER_A).held(step, COPIER_A).looked("held", OLD if older else None, step=step)
    for who, ending in ((COPIER_B, second), (COPIER_A, first)):
        tale.began(who).ended(ending, "" if ending is SUCCESS else REFUSED, who, steps=STEPS)
    return tale.looked("after", after).ended(who=AGAIN).looked("recovered", NEW)


@pytest.mark.parametrize("older", [False, True])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    ("first", "second", "winner"), [(SUCCESS, BUSY, SOURCE), (SUCCESS, ERROR, SOURCE), (BUSY, SUCCESS, RIVAL_SOURCE)]
)
def test_one_of_two_copiers_wins(first, second, winner, step, older):
    assert verdict_on("WDR-002", rivals(first, second, whole(winner), older=older, step=step))[0] is Verdict.PASSED


def deleted_at(step, *, older, saw, answer=Answer.DONE, ending=SUCCESS, after=NEW):
    tale = Tale(older=older).looked("before", OLD if older else None).began().held(step).read(saw, step=step)
    tale.act(truth.DELETE, "deleter", step=step, answer=answer)
    return finished(tale, ending, after)


@pytest.mark.parametrize(
    ("outcome", "tale"),
    [
        *(
            (f"{outcome}, {'over an older version' if older else 'into an empty place'}", make(older))
            for older in (False, True)
            for outcome, make in (
                ("delete is refused", lambda o: deleted_at("write on", older=o, saw=OLD, answer=Answer.REFUSED)),
                ("delete waits", lambda o: deleted_at("write on", older=o, saw=OLD, answer=Answer.WAITED)),
                ("there was nothing to delete", lambda o: deleted_at("write on", older=o, saw=None, answer=Answer.ABSENT)),
                ("the copy completes all the same", lambda o: deleted_at("write on", older=o, saw=OLD)),
                ("it fails clearly, nothing is left", lambda o: deleted_at(RENAME, older=o, saw=OLD, ending=ERROR, after=None)),
                ("it was deleted after the commit", lambda o: deleted_at(STEPS[-1], older=o, saw=NEW, after=None)),
            )
        ),
    ],
)  # fmt: skip
def test_the_destination_is_deleted(outcome, tale):
    assert verdict_on("DDO-001", tale)[0] is Verdict.PASSED, outcome


def source_changed(operation, *, ending=SUCCESS, after=NEW, answer=Answer.DONE):
    tale = Tale().looked("before").began().held("write on")
    tale.act(operation, "changer", step="write on", target="the source", answer=answer)
    return finished(tale, ending, after)


CHANGES = (truth.TAKE_AWAY, truth.CUT, truth.REPLACE, truth.REWRITE)


@pytest.mark.parametrize(
    ("outcome", "tale"),
    [
        *((f"{change}: whole copy of the first version", source_changed(change)) for change in CHANGES),
        *(
            (f"{change}: clear error and nothing left", source_changed(change, ending=ending, after=None))
            for change, ending in itertools.product(CHANGES, (ERROR, BUSY))
        ),
        *((f"{change}: refused", source_changed(change, answer=Answer.REFUSED)) for change in CHANGES),
        ("cut: whole copy of what is left", source_changed(truth.CUT, after=whole(SOURCE, SIZE // 2))),
        ("replaced: whole copy of the other", source_changed(truth.REPLACE, after=whole(CHANGED_SOURCE))),
        ("rewritten: whole copy of the new", source_changed(truth.REWRITE, after=whole(CHANGED_SOURCE))),
    ],
)
def test_the_source_is_taken_away_or_changed(outcome, tale):
    assert verdict_on("DDO-003", tale)[0] is Verdict.PASSED, outcome


FORBIDDEN = {
    "RDW-001": seen_at_every_step([None, cut(SOURCE, MIB), NEW, NEW], older=False),
    "RDW-002": seen_at_every_step([OLD, cut(SOURCE, MIB), NEW, NEW], older=True, who=("reader 1", "reader 2")),
    "RDW-003": locked_by_reader(waits=False, ending=Ending.HUNG),
    "WDR-001": read_half_before(ending=SUCCESS, after=NEW, second=whole(SOURCE, start=2 * MIB)),
    "WDR-002": rivals(SUCCESS, SUCCESS, NEW, older=False),
    "DDO-001": deleted_at("write on", older=True, saw=OLD, after=None),
    "DDO-002": read_half_before(ending=SUCCESS, after=NEW, deleted=True, second=whole(SOURCE, start=2 * MIB)),
    "DDO-003": source_changed(truth.CUT, after=cut(SOURCE, 3 * MIB)),
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_each_scenario_would_have_noticed(name):
    assert verdict_on(name, FORBIDDEN[name])[0] is Verdict.FAILED


@pytest.mark.parametrize("name", FORBIDDEN)
def test_each_scenario_asks_for_what_all_demand(name):
    spoken = scenarios_of("FileBlocking")[name]
    assert spoken.wants_proof
    assert {"refusals are clear", "bounded time", "nothing left behind"} <= {check.name for check in spoken.checks}
    if name != "WDR-002":  # there the loser's failure is wanted, and the winner's truth is part of its own check
        assert {"success is true", "clean after an error", "recovers"} <= {check.name for check in spoken.checks}
