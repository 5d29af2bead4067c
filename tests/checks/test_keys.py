"""The key of a finding: read back as it was written, one for each point, and the same for the same point."""

from __future__ import annotations

import dataclasses
import re

import pytest

from ContentionLibrary.checks.judging import judge_each_play
from ContentionLibrary.checks.keys import Key, Origin, keyed, parse_key
from ContentionLibrary.checks.readers import TORN_READS
from ContentionLibrary.content.sighting import Version
from ContentionLibrary.errors import UsageError
from ContentionLibrary.history.cast import SOURCE
from ContentionLibrary.history.recording import History
from tests.checks.tale import MIB, RENAME, Tale, cut


def history_of(*, torn_in: tuple[int, ...], content: Version = SOURCE) -> History:
    """A run that only learns the steps, and one for each step; in some of them a reader gets half a file."""
    tale = Tale().began().ended()
    for run, step in ((2, "create"), (3, RENAME)):
        tale = tale.run(run).began().held("open").let_go("open").held(step)
        if run in torn_in:
            tale = tale.read(cut(content, 2 * MIB), step=step)
        tale = tale.let_go(step).ended()
    return tale.history


def found(history: History):
    return keyed(judge_each_play(TORN_READS, history), history, Origin("RDW-001", "cp", ["another play", "a play"]))


def test_a_key_is_read_as_it_was_written():
    for key in (
        Key("RDW-001", "cp", 1, 2, 3, "torn-reads"),
        Key("my-1", "a b:c/d@e.yaml", 12, 0, 0, "one-winner", 2),
        Key("RDW-001", "cp", 1, 2, 3, "torn-reads", size="full"),
        Key("RDW-001", "cp", 1, 2, 3, "torn-reads", 3, "standard"),
    ):
        assert parse_key(str(key)) == key


def test_a_key_holds_the_size_unless_it_is_the_one_at_which_one_goes_back():
    history = history_of(torn_in=(3,))
    origin = Origin("RDW-001", "cp", ["a play"], "standard")
    (finding,) = keyed(judge_each_play(TORN_READS, history), history, origin)
    assert finding.key == "RDW-001:cp:1.3.2:torn-reads@standard"


@pytest.mark.parametrize(
    "text", ["", "RDW-001", "RDW-001:cp:1.2:torn-reads", "RDW-001:cp:1.2.x:torn-reads", "RDW-001:cp:1.2.3:torn@huge"]
)
def test_what_is_no_key_is_refused_with_an_example(text):
    with pytest.raises(UsageError, match="is no key of a finding: copy one"):
        parse_key(text)


def test_a_finding_knows_its_run_and_its_key_names_play_run_and_step():
    (finding,) = found(history_of(torn_in=(3,)))
    assert finding.run == 3 and finding.key == "RDW-001:cp:2.3.2:torn-reads"


def test_findings_at_different_points_have_different_keys():
    assert [one.key for one in found(history_of(torn_in=(2, 3)))] == [
        "RDW-001:cp:2.2.2:torn-reads",
        "RDW-001:cp:2.3.2:torn-reads",
    ]


def test_findings_of_one_check_at_one_step_are_told_apart_by_what_they_mean():
    history = history_of(torn_in=(3,))
    (one,) = judge_each_play(TORN_READS, history)
    other = dataclasses.replace(one, meaning="something else")
    keys = [each.key for each in keyed([one, other, one], history, Origin("RDW-001", "cp", ["a play"]))]
    assert keys == ["RDW-001:cp:1.3.2:torn-reads", "RDW-001:cp:1.3.2:torn-reads.2", "RDW-001:cp:1.3.2:torn-reads"]


def test_a_finding_that_takes_more_than_one_run_is_about_none_of_them():
    history = history_of(torn_in=(2, 3))

    def judge(events):
        torn = TORN_READS.judge(events)
        return torn[:1] if len(torn) > 1 else []

    check = dataclasses.replace(TORN_READS, judge=judge)
    (finding,) = keyed(judge_each_play(check, history), history, Origin("RDW-001", "cp", ["a play"]))
    assert finding.run == 0 and re.fullmatch(r"RDW-001:cp:1\.0\.0:torn-reads\.\d{5}", finding.key)


def test_where_nobody_is_held_a_key_tells_steps_apart():
    tale = Tale().began().read(cut(SOURCE, 2 * MIB)).ended()
    (one,) = judge_each_play(TORN_READS, tale.history)
    other = dataclasses.replace(one, step="a step that was only seen")
    keys = {each.key for each in keyed([one, other], tale.history, Origin("RDW-001", "cp", ["a play"]))}
    assert len(keys) == 2


def test_where_nobody_is_held_a_key_names_what_is_meant_whatever_comes_first():
    tale = Tale().began().read(cut(SOURCE, 2 * MIB)).ended()
    (one,) = judge_each_play(TORN_READS, tale.history)
    other = dataclasses.replace(one, meaning="something else")
    origin = Origin("RDW-001", "cp", ["a play"])
    first, second = (finding.key for finding in keyed([one, other], tale.history, origin))
    assert [finding.key for finding in keyed([other, one], tale.history, origin)] == [second, first]
    assert not parse_key(first).is_of_same_point(parse_key(second))
    of_any_kind = dataclasses.replace(parse_key(first), turn=1)
    assert of_any_kind.is_of_same_point(parse_key(first)) and of_any_kind.is_of_same_point(parse_key(second))
