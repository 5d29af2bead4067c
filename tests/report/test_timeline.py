from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from ContentionLibrary.checks.readers import LOCK, UNLOCK
from ContentionLibrary.history.acts import Answer
from ContentionLibrary.history.cast import OLDER, SOURCE
from ContentionLibrary.history.copies import Ending, StepLeft
from ContentionLibrary.history.events import Event
from ContentionLibrary.history.looks import Entry, Looked
from ContentionLibrary.history.recording import History
from ContentionLibrary.report.sketch import sketch
from ContentionLibrary.report.timeline import play_lines
from tests.checks.tale import DESTINATION, RENAME, SIZE, Tale, cut, whole


def only_run(tale):
    (play,) = play_lines(tale.history)
    (run,) = play.runs
    return run


def of(run, lane, kind):
    return [item for item in run.items if run.lanes[item.lane].name == lane and item.kind == kind]


def test_a_lane_for_each_process_copiers_first_then_competitors_then_names():
    tale = Tale().looked("before").read(None).began().held(RENAME).read(cut(SOURCE, 8), "other", RENAME)
    run = only_run(tale.let_go(RENAME).ended().looked("after", whole(SOURCE)))
    assert [(lane.name, lane.kind) for lane in run.lanes[:4]] == [
        ("the copier", "copier"),
        ("reader", "competitor"),
        ("other", "competitor"),
        (DESTINATION, "name"),
    ]
    assert run.steps == (RENAME,)


def test_a_name_that_never_changed_needs_no_lane():
    run = only_run(Tale().looked("before", whole(OLDER)).began().ended().looked("after", whole(OLDER)))
    assert [lane.name for lane in run.lanes] == ["the copier", DESTINATION]
    assert run.unchanged == ("source/slide.bin",)


def test_the_steps_of_all_runs_are_told_in_the_copiers_own_order():
    way = ("create", "write", "close")
    tale = Tale().began().ended(steps=way)
    for number, step in enumerate(("close", "create", "write"), 2):
        tale.run(number).began().held(step).let_go(step).ended(steps=way[:1])
    (play,) = play_lines(tale.history)
    assert play.steps == way


def test_nothing_is_told_to_be_before_its_run():
    tale = Tale().looked("before", whole(OLDER)).began().ended().looked("after", whole(SOURCE))
    late = [
        dataclasses.replace(event, at=event.at + 4e-7) for event in tale.history
    ]  # items are rounded to microseconds
    (play,) = play_lines(History(late))
    assert play.runs[0].began == min(item.began for item in play.runs[0].items)


def test_a_hold_lasts_from_reached_to_left_and_says_how_it_ended():
    run = only_run(Tale().began().held(RENAME).let_go(RENAME).ended())
    (hold,) = of(run, "the copier", "hold")
    assert (hold.began, hold.ended, hold.tone, hold.step) == (0.3, 0.4, "held", RENAME)
    assert "released after 100.0 ms" in hold.told
    (copy,) = of(run, "the copier", "copy")
    assert copy.tone == "success" and copy.label == "success, exit 0"


def test_killed_and_failed_steps_are_told_apart():
    tones = {}
    for how in ("killed", "failed with ENOSPC", "released"):
        tale = Tale().began().held("a step")
        tale._note(StepLeft, who="the copier", step="a step", how=how, held=0.1)
        tones[how] = of(only_run(tale), "the copier", "hold")[0].tone
    assert tones == {"killed": "killed", "failed with ENOSPC": "fault", "released": "held"}


def test_a_step_that_was_never_left_lasts_to_the_end_of_the_run():
    run = only_run(Tale().began().held(RENAME).read(None).ended(Ending.KILLED))
    assert of(run, "the copier", "hold")[0].ended == run.ended


def test_what_a_reader_saw_is_shown_as_seen_not_judged():
    tale = Tale().began()
    tale.read(whole(SOURCE)).read(whole(OLDER)).read(cut(SOURCE, 8)).read(None)
    tale.act("read", "reader", answer=Answer.REFUSED).act("read", "reader", answer=Answer.HUNG)
    assert [item.tone for item in of(only_run(tale.ended()), "reader", "act")] == [
        *("whole", "older", "part", "absent", "refused", "hung")
    ]


def test_half_a_file_is_whole_for_who_wanted_half():
    tale = Tale().began().opened_half(OLDER, "slow").read_on(whole(OLDER, start=SIZE // 2), "slow").ended()
    assert [item.tone for item in of(only_run(tale), "slow", "act")] == ["older", "older"]


def test_a_lock_is_held_from_when_it_was_taken_to_when_it_was_given_back():
    tale = Tale().act(LOCK, "locker", target="flock lock, shared").began().ended()
    (lock,) = of(only_run(tale.act(UNLOCK, "locker", target="flock lock, shared")), "locker", "lock")
    assert (lock.began, lock.ended) == (0.3, 0.8)
    (lock,) = of(only_run(Tale().act(LOCK, "locker", target="ofd lock").began().ended()), "locker", "lock")
    assert lock.told.endswith("to the end")


def test_the_state_of_a_name_changes_only_where_a_look_shows_it():
    tale = Tale().looked("before").looked("held").began().looked("held", whole(OLDER)).ended()
    run = only_run(tale.looked("after", whole(SOURCE)))
    states = of(run, DESTINATION, "state")
    assert [(state.tone, state.began) for state in states] == [
        ("absent", 0.2),
        ("absent", 0.3),
        ("older", 0.5),
        ("whole", 0.8),
    ]
    assert states[-1].ended == run.ended


def test_an_unfinished_temporary_file_is_no_part_of_anything():
    tale = Tale().looked("before").began()
    entry = Entry("destination/.tmp", "file", 8, 7)
    tale._note(Looked, moment="held", step="a step", entries=(entry,))
    (state,) = [one for one in of(only_run(tale.ended()), "destination/.tmp", "state") if one.tone != "absent"]
    assert (state.tone, state.label) == ("present", "8 bytes · file 1")


@dataclass(frozen=True, kw_only=True)
class Exploded(Event):
    """A kind of event that nobody here has heard of."""

    who: str
    colour: str


def test_an_unknown_kind_of_event_is_shown_plainly():
    tale = Tale().began()
    tale._note(Exploded, who="somebody", colour="red")
    (note,) = of(only_run(tale.ended()), "somebody", "note")
    assert note.label == "exploded" and note.told == "exploded: colour: red"


def test_runs_of_a_play_are_apart():
    tale = Tale().began().ended().run(2).began().ended()
    assert [run.number for run in play_lines(tale.history)[0].runs] == [1, 2]


def test_the_sketch_shows_the_run_of_the_first_finding_with_its_step_in_red(verdict):
    tale = Tale().began().held("create").let_go("create").ended()
    tale.run(2).began().held(RENAME).read(cut(SOURCE, 8), step=RENAME).let_go(RENAME).ended()
    seen = dataclasses.replace(verdict().findings[0], step=RENAME, play="a play", run=2)
    picture = sketch(tale.history, verdict(findings=(seen,)))
    assert "a play, run 2" in picture and "✕1" in picture and "red: the steps" in picture
    learning = Tale().began().held("create").let_go("create").held(RENAME).let_go(RENAME).ended()
    learning.run(2).began().held(RENAME).let_go(RENAME).ended()
    assert "a play, run 2" in sketch(learning.history, verdict(findings=(seen,)))
    calm = sketch(tale.history, verdict(findings=()))
    assert "a play, run 1" in calm and "✕" not in calm
    assert sketch(History(), verdict()) == ""


def test_the_sketch_lets_no_name_become_markup(verdict):
    tale = Tale("<script>alert(1)</script>").began().held("<b>").let_go("<b>").ended()
    assert "<script" not in sketch(tale.history, verdict()) and "<b>" not in sketch(tale.history, verdict())
