"""Each end of a replay is told in one way: confirmed, unstable, not seen, not proven, not possible here, refused."""

from __future__ import annotations

import pytest

from ContentionLibrary.checks.keys import parse_key
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.readers import TORN_READS
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.copiers.shelf import load
from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.replaying.replay import Aim, Replay
from ContentionLibrary.replaying.seen import End, Go, Seen, why_no_such_point, why_unstable
from ContentionLibrary.scenario.play import Play
from ContentionLibrary.scenario.scenario import Scenario
from ContentionLibrary.scenario.settings import Settings, Size
from ContentionLibrary.stepping.plan import Plan, Stop
from tests.checks.tale import Tale

KEY = "X-001:good/simple:1.1.1:torn-reads"
FINDING = Finding("torn reads", "half a file was read", "create the destination", "it is torn", "rename", Level("R", 0))


@pytest.mark.parametrize(
    ("seen", "end"),
    [
        (Seen(3, 3), End.CONFIRMED),
        (Seen(3, 2), End.UNSTABLE),
        (Seen(3, 2, unproven=("a step was missed",)), End.UNSTABLE),
        (Seen(3, 0), End.NOT_SEEN),
        (Seen(3, 0, unproven=("a step was missed",)), End.NOT_PROVEN),
        (Seen(impossible="there is no server here"), End.NOT_POSSIBLE),
    ],
)
def test_each_end_has_its_name(seen, end):
    assert seen.end is end and seen.confirmed == (end is End.CONFIRMED)


def go(*, hit, steps=("open", "write"), settled=True, outlived=False):
    return Go(hit, (steps,), settled, outlived)


@pytest.mark.parametrize(
    ("step", "missed", "why"),
    [
        ("", go(hit=False), "chance decides"),
        ("open", go(hit=False, settled=False), "still at work while it was held"),
        ("open", go(hit=False, outlived=True), "whether processes of the copier outlive it"),
        ("open", go(hit=False, steps=("open", "rename")), "not come to the same steps"),
        ("open", go(hit=False), "held before the same steps each time"),
    ],
)
def test_what_is_unstable_has_a_reason(step, missed, why):
    finding = Finding("torn reads", "seen", step, "meaning", "remedy")
    assert why in why_unstable([go(hit=True), missed], finding)


@pytest.mark.parametrize("hit", [True, False])
def test_what_is_the_same_each_time_needs_no_reason(hit):
    assert why_unstable([go(hit=hit), go(hit=hit, settled=False)], FINDING) == ""


@pytest.mark.parametrize(
    ("point", "why"),
    [
        ("1.2.1", ""),
        ("1.2.2", ""),
        ("1.0.0", ""),
        ("1.2.3", "held before 2 steps in run 2, and the key is about step 3"),
        ("1.7.1", "no run 7 in this play"),
    ],
)
def test_a_point_that_a_copier_does_not_have_is_told(point, why):
    tale = Tale().began().ended().run(2).began().held("open").let_go("open").held("write").let_go("write").ended()
    told = why_no_such_point(tale.history, parse_key(f"RDW-001:cp:{point}:torn-reads"))
    assert why in told and bool(told) == bool(why)


@pytest.fixture
def went(tmp_path):
    """Goes back to a point of a play that does only what it is told."""
    scenarios = []

    def go_there(act, key=KEY, **more):
        scenarios.append(Scenario("X-001", "title", "category", Settings(load("good/simple"), Size.QUICK, tmp_path)))
        play = Play("a play", "a kind", "a play", act, **more)
        return Replay(scenarios[-1], Aim([play], TORN_READS, parse_key(key))).go(2)

    yield go_there
    for scenario in scenarios:
        scenario.close()


def test_a_play_that_cannot_be_done_here_is_not_called_unseen(went):
    def refuse(_lane, _enough):
        raise NotPossibleHere("there is no server here: install one")

    seen = went(refuse)
    assert seen.end is End.NOT_POSSIBLE and seen.impossible == "there is no server here: install one"


def test_a_play_that_was_left_out_is_not_called_unseen(went):
    seen = went(lambda lane, _enough: lane.limit("xfs cannot be mounted here"))
    assert seen.end is End.NOT_POSSIBLE and seen.impossible == "xfs cannot be mounted here"


def test_not_to_see_it_in_a_free_race_proves_nothing(went):
    def race(lane, _enough):
        for _ in range(3):
            with lane.run() as run:
                run.start(Plan(Stop.NOWHERE)).run_to_end()

    seen = went(race, "X-001:good/simple:1.1.0:torn-reads", stepped=False, interferes=False, free=True)
    assert seen.end is End.NOT_PROVEN and "in 6 rounds proves nothing" in seen.unproven[0]


def test_the_command_tells_what_is_not_possible_here(contention):
    ended = contention("replay", "AOV-002:cp:1.2.1:all-or-none", "--times", "1")
    told = " ".join(ended.out.split())
    assert ended.code == 3, ended.out + ended.err
    assert "all-or-none: NOT POSSIBLE HERE" in told and "why: The copier cp takes one destination" in told


def test_a_copier_that_is_not_installed_is_not_possible_here(contention, tmp_path):
    profile = tmp_path / "absent.yaml"
    profile.write_text("name: absent\ncommand: ['/no/such/copier', '{source}', '{destination}']\n")
    ended = contention("replay", "RDW-001:absent:1.1.3:torn-reads", "--copier", str(profile))
    assert ended.code == 3 and "NOT POSSIBLE HERE" in ended.out, ended.out + ended.err
    assert "is not found or not executable" in " ".join(ended.out.split())


def test_a_key_of_another_version_of_the_copier_proves_nothing(contention):
    ended = contention("replay", "RDW-001:good/simple:1.1.99:torn-reads", "--times", "3")
    told = " ".join(ended.out.split())
    assert ended.code == 1 and "NOT PROVEN, in none of 1" in told, ended.out + ended.err
    assert "it is another copier or version than the one of the key: run RDW-001 again" in told
    assert "with: good/simple" in told and "4 MiB in each file" in told


def test_a_key_goes_back_at_its_own_size(contention):
    ended = contention("replay", "RDW-001:good/simple:1.1.3:torn-reads@standard", "--times", "1")
    assert ended.code == 0 and "64 MiB in each file" in " ".join(ended.out.split()), ended.out + ended.err
