"""A copy to several destinations: all are new, or all are as before, and the exit code tells which."""

import pytest
from tale import SIZE, SOURCE_FILE, SUBJECT, cut, says, whole

from ContentionLibrary.checks import destinations, remains
from ContentionLibrary.checks.destinations import ALL_OR_NONE, DELETE_ONE, PUT_DIRECTORY, READ_ONLY
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.content.sighting import Version
from ContentionLibrary.history.acts import Acted, Answer
from ContentionLibrary.history.cast import AGAIN, OLDER, RECOVERY, SOURCE, THE_COPIER
from ContentionLibrary.history.copies import CopyEnded, Ending, StepLeft
from ContentionLibrary.history.events import PlayBegan
from ContentionLibrary.history.looks import Entry, Looked
from ContentionLibrary.history.recording import History, load_history

E0, M0, M1 = Level("E", 0), Level("M", 0), Level("M", 1)
PATHS = tuple(f"destination {number}/slide.bin" for number in (1, 2, 3))
STEP = "rename temporary file 2 to destination 2"
NEW, OLD, NONE, FOLDER = whole(SOURCE), whole(OLDER), None, "directory"
CODES = {Ending.SUCCESS: 0, Ending.BUSY: 75, Ending.ERROR: 1, Ending.KILLED: None, Ending.HUNG: None}


class Tale:
    """One copy to three destinations over older versions, or into empty places."""

    def __init__(self, *, older=True):
        self.history = History()
        self._note(
            PlayBegan,
            title="a play",
            size=SIZE,
            older=older,
            destination=PATHS[0],
            source=SOURCE_FILE,
            further=PATHS[1:],
        )

    def _note(self, kind, **facts):
        at = float(len(self.history))
        self.history.add(kind(at=at, subject=SUBJECT, play="a play", run=0 if kind is PlayBegan else 1, **facts))
        return self

    def act(self, operation, number, answer=Answer.DONE):
        target = f"destination {number}"
        facts = {"who": "somebody", "operation": operation, "target": target, "step": STEP, "answer": answer}
        return self._note(Acted, began=0.0, ended=0.0, **facts)

    def step(self, how):
        return self._note(StepLeft, who=THE_COPIER, step=STEP, how=how, held=0.1)

    def ended(self, ending, who=THE_COPIER, signal=None):
        facts = {"message": "", "began": 0.0, "ended": 1.0, "peak_memory": 0}
        return self._note(CopyEnded, who=who, ending=ending, exit_code=CODES[ending], signal=signal, **facts)

    def looked(self, moment, *contents, names=()):
        there = [(path, content) for path, content in zip(PATHS, contents, strict=True) if content is not None]
        entries = [Entry(path, "directory" if content == FOLDER else "file", SIZE, 1) for path, content in there]
        entries += [Entry(name, "file", SIZE, 1) for name in names]
        first, *further = [None if content == FOLDER else content for content in contents]
        return self._note(
            Looked, moment=moment, step=None, entries=tuple(entries), destination=first, further=tuple(further)
        )

    @property
    def findings(self):
        return ALL_OR_NONE.judge(self.history)


@pytest.mark.parametrize("ending", [Ending.ERROR, Ending.BUSY])
def test_all_as_before_after_an_error(ending):
    assert Tale().ended(ending).looked("after", OLD, OLD, OLD).findings == []
    assert Tale(older=False).ended(ending).looked("after", NONE, NONE, NONE).findings == []


def test_all_new_after_a_success():
    assert Tale().ended(Ending.SUCCESS).looked("after", NEW, NEW, NEW).findings == []


def test_some_new_and_some_old_with_an_error():
    tale = Tale().act(PUT_DIRECTORY, 3).ended(Ending.ERROR).looked("after", NEW, OLD, FOLDER)
    (found,) = tale.findings
    assert (found.level, found.step, found.check) == (M0, STEP, "all or none")
    says(found, f"somebody's act '{PUT_DIRECTORY}' (destination 3) came before the step '{STEP}'", "exit code 1")
    says(
        found, "destination 1: new; destination 2: as before (the older version); destination 3: as the competitor has"
    )


@pytest.mark.parametrize("last", [OLD, NONE, FOLDER, cut(SOURCE, SIZE // 2), whole(Version(9))])
def test_success_although_one_is_not_new_is_a_lie(last):
    (found,) = (
        Tale()
        .step("failed with No space left on device")
        .ended(Ending.SUCCESS)
        .looked("after", NEW, NEW, last)
        .findings
    )
    assert found.level == E0
    says(found, f"The step '{STEP}' failed with No space left on device", "exit code 0")


def test_a_torn_destination_is_named_with_its_bytes():
    (found,) = Tale().ended(Ending.ERROR).looked("after", cut(SOURCE, SIZE // 4), OLD, OLD).findings
    assert found.level == M0
    says(found, "destination 1: PARTIAL: 1 of 4 MiB of the source, cut off")


def test_an_error_although_all_are_new_does_not_tell_which():
    (found,) = Tale().ended(Ending.ERROR).looked("after", NEW, NEW, NEW).findings
    assert found.level == M0
    assert "exit code says that nothing was done" in found.meaning


@pytest.mark.parametrize(("operation", "left"), [(DELETE_ONE, NONE), (PUT_DIRECTORY, FOLDER)])
def test_as_before_is_as_the_competitor_has_left_it(operation, left):
    assert Tale().act(operation, 2).ended(Ending.ERROR).looked("after", OLD, left, OLD).findings == []
    assert Tale().act(operation, 2).ended(Ending.ERROR).looked("after", OLD, OLD, OLD).findings == []
    assert [
        one.level for one in Tale().act(operation, 2).ended(Ending.ERROR).looked("after", left, OLD, OLD).findings
    ] == [M0]


@pytest.mark.parametrize(("seen", "levels"), [(NEW, []), (OLD, [E0])])
def test_what_was_new_already_when_it_was_deleted_is_no_fault(seen, levels):
    tale = (
        Tale().looked("held", NEW, seen, OLD).act(DELETE_ONE, 2).ended(Ending.SUCCESS).looked("after", NEW, NONE, NEW)
    )
    assert [one.level for one in tale.findings] == levels


def test_a_refused_competitor_has_left_nothing():
    tale = Tale().act(DELETE_ONE, 2, Answer.REFUSED).ended(Ending.ERROR).looked("after", OLD, NONE, OLD)
    assert [one.level for one in tale.findings] == [M0]


def killed(again, who, *contents):
    tale = Tale().step("killed (main)").ended(Ending.KILLED, signal=9).looked("after", NEW, OLD, OLD)
    return tale.ended(again, who).looked("recovered" if who == AGAIN else "repaired", *contents).findings


def test_a_kill_is_judged_by_the_next_run():
    assert killed(Ending.SUCCESS, AGAIN, NEW, NEW, NEW) == []
    assert killed(Ending.BUSY, AGAIN, OLD, OLD, OLD) == []
    (found,) = killed(Ending.BUSY, AGAIN, NEW, OLD, OLD)
    assert (found.level, found.step) == (M1, STEP)
    says(found, f"killed (main) before the step '{STEP}'", "then the next run ended with exit code 75")
    assert [one.level for one in killed(Ending.SUCCESS, AGAIN, NEW, NEW, OLD)] == [E0]


def test_a_recover_command_may_finish_or_take_back_but_not_half():
    assert killed(Ending.SUCCESS, RECOVERY, NEW, NEW, NEW) == []
    assert killed(Ending.SUCCESS, RECOVERY, OLD, OLD, OLD) == []
    (found,) = killed(Ending.SUCCESS, RECOVERY, NEW, OLD, OLD)
    assert found.level == M1
    says(found, "then the recover command ended with exit code 0")


def test_a_copier_that_hung_is_not_judged_by_what_our_kill_has_left():
    assert Tale().ended(Ending.HUNG, signal=9).looked("after", NEW, OLD, OLD).findings == []


def test_a_stored_history_of_several_destinations_is_judged_the_same(tmp_path):
    tale = Tale().act(PUT_DIRECTORY, 3).ended(Ending.ERROR).looked("after", NEW, OLD, FOLDER)
    tale.history.store(tmp_path / "history.jsonl")
    assert destinations.some_but_not_all(load_history(tmp_path / "history.jsonl")) == tale.findings != []


@pytest.mark.parametrize(("closed", "count"), [(2, 0), (1, 1)])
def test_what_lies_in_a_directory_made_read_only_is_no_leftover(closed, count):
    tale = Tale().looked("before", OLD, OLD, OLD).act(READ_ONLY, closed).ended(Ending.ERROR)
    tale.looked("after", OLD, OLD, OLD, names=["destination 2/.slide.bin.part"])
    assert len(remains.leftovers(tale.history)) == count


def test_every_destination_must_recover():
    tale = Tale().ended(Ending.ERROR).looked("after", OLD, OLD, OLD).ended(Ending.SUCCESS, AGAIN)
    (found,) = remains.fails_again(tale.looked("recovered", NEW, NEW, OLD).history)
    says(found, "the destination holds all 4 MiB of the older version")
