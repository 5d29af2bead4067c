"""From findings, claims and controls to levels and a verdict."""

import itertools

import pytest
from tale import SUBJECT, Tale, whole

from ContentionLibrary.checks import names, readers, remains, swaps, truth, writers
from ContentionLibrary.checks.check import Check
from ContentionLibrary.checks.judging import decide, fold, hindrances, is_allowed, measured, unproven
from ContentionLibrary.checks.levels import LETTERS, STRICT, Level, parse_level
from ContentionLibrary.checks.verdict import Control, Finding, Verdict
from ContentionLibrary.checks.writers import COPIER_A, COPIER_B
from ContentionLibrary.copiers.shelf import available, load
from ContentionLibrary.history.cast import AGAIN, OLDER, SOURCE
from ContentionLibrary.history.copies import Ending, Way
from ContentionLibrary.history.events import Limitation

ALL_CHECKS = [
    value
    for room in (names, readers, remains, swaps, truth, writers)
    for value in vars(room).values()
    if isinstance(value, Check)
]


def finding(level=None, *, check="a check", seen="seen", step="", meaning="m"):
    return Finding(check, seen, step, meaning, "r", parse_level(level) if level else None)


def claims(*levels):
    return STRICT | {level.letter: level for level in map(parse_level, levels)}


ALL_LEVELS = [f"{letter}{rank}" for letter in LETTERS for rank in range(LETTERS[letter].best + 1)]


@pytest.mark.parametrize(("level", "claim"), list(itertools.product(ALL_LEVELS, ALL_LEVELS)))
def test_a_behaviour_is_allowed_from_the_claimed_level_on(level, claim):
    demanded = claims(claim)[level[0]]
    allowed = level[0] != "E" and int(level[1]) >= demanded.rank
    assert is_allowed(finding(level), claims(claim)) is allowed


def test_the_truth_is_always_demanded():
    for claim in ALL_LEVELS:
        assert not is_allowed(finding("E0"), claims(claim, "E0"))


def test_no_claim_excuses_what_has_no_level():
    weakest = claims(*(f"{letter}0" for letter in LETTERS))
    assert not is_allowed(finding(), weakest)
    assert all(is_allowed(finding(f"{letter}0"), weakest) for letter in LETTERS if letter != "E")


def check(letter, name="c"):
    return Check(name, "", lambda history: [], letter, {"*": "x"})


@pytest.mark.parametrize(
    ("letters", "levels", "expected"),
    [
        ("", [], ""),
        ("RE", [], "R2 E1"),
        ("RRE", ["R1"], "R1 E1"),
        ("R", ["R1", "R0", "R1"], "R0"),
        ("TW", ["T0"], "W2 T0"),
        ("W", ["E0"], "W2 E0"),
        ("", ["K0"], "K0"),
        ("W", [None], "W2"),
    ],
)
def test_the_measured_levels(letters, levels, expected):
    given = [check(letter) for letter in letters] + [check(None)]
    copied = Tale().ended().looked("after", whole(SOURCE)).history
    assert " ".join(map(str, measured(given, [finding(level) for level in levels], copied))) == expected


@pytest.mark.parametrize(
    "tale",
    [
        Tale().ended(Ending.ERROR).looked("after"),
        Tale().ended(Ending.HUNG),
        Tale().ended().looked("after"),
        Tale(older=True).ended().looked("after", whole(OLDER)),
    ],
    ids=["it always fails", "it always hangs", "it says success and does nothing", "the older version stays"],
)
def test_who_has_never_copied_gets_no_level_for_what_was_not_found(tale):
    given = [check(letter) for letter in "RET"]
    assert measured(given, [], tale.history) == ()
    assert measured(given, [finding("E0")], tale.history) == (Level("E", 0),)


def test_who_has_met_no_error_and_no_signal_gets_no_level_for_what_it_does_on_them():
    given = [check(letter) for letter in "RS"]
    good = Tale().ended().looked("after", whole(SOURCE))
    assert measured(given, [], good.history) == (Level("R", 2),)
    assert Level("S", 0) in measured(given, [finding("S0")], good.history)
    failed = good.run(2).ended(Ending.ERROR).looked("after")
    assert measured(given, [], failed.history) == (Level("R", 2), Level("S", 1))


def test_findings_that_differ_in_the_run_only_are_counted():
    same = [finding("R0", seen=f"in run {number}", step="s") for number in range(3)]
    others = [
        finding("R0", step="other"),
        finding("R1", step="s"),
        finding("R0", check="another", step="s"),
        finding("R0", step="s", meaning="n"),
    ]
    folded = fold([same[0], others[0], same[1], *others[1:], same[2]])
    assert [(one.seen, one.count) for one in folded] == [("in run 0", 3), *[("seen", 1)] * 4]


@pytest.mark.parametrize(
    ("failing", "reasons", "allowed", "expected"),
    [
        ([finding("R0", seen="torn")], [], [], (Verdict.FAILED, "torn")),
        ([finding("R0", seen="torn")], ["never held"], [], (Verdict.FAILED, "torn")),
        ([], ["never held", "blind"], [finding("N1")], (Verdict.NOT_PROVEN, "never held; blind")),
        ([], [], [], (Verdict.PASSED, "nothing forbidden was seen")),
        (
            [],
            [],
            [finding("W1"), finding("N1"), finding("N1")],
            (Verdict.PASSED, "passed because no more than N1, W1 is demanded"),
        ),
    ],
)
def test_the_verdict(failing, reasons, allowed, expected):
    assert decide(iter(failing), iter(reasons), iter(allowed)) == expected


def proven(**how):
    return Tale("t", **how).began().held("a").read(None, step="a").ended(steps=["a"]).looked("after", whole(SOURCE))


def test_what_landed_is_proven():
    assert unproven(proven().history, []) == []
    assert unproven(proven().history, [Control("c", "faulty/x", True, "f")]) == []


def test_free_plays_need_no_hold():
    free = Tale("t", stepped=False).began().read(None).ended()
    alone = Tale("t", stepped=False, interferes=False).began(COPIER_A).ended(who=COPIER_A)
    assert unproven(free.history, []) == unproven(alone.history, []) == []


def test_who_only_makes_new_files_cannot_be_held_over_an_older_version():
    tale = Tale("t", older=True, replaces=False).began().read(whole(OLDER)).ended(Ending.ERROR, "exists")
    assert unproven(tale.began(AGAIN).ended(who=AGAIN, steps=["a"]).history, []) == []


@pytest.mark.parametrize(
    ("tale", "reason"),
    [
        (Tale("t").began().read(None).ended(), "t: the copier was never held at any step"),
        (Tale("t").began().held("a").ended(), "t: no competitor acted while the copier was held"),
        (Tale("t").began().held("a").read(None).ended(), "t: no competitor acted while the copier was held"),
        (Tale("t", stepped=False).began().ended(), "t: no competitor acted at all"),
        (Tale("t").began(way=Way.TIMED).ended(), "t: no competitor acted while the copier was held"),
        (Tale("t"), "t: no competitor acted while the copier was held"),
        (Tale("t", interferes=False).began(COPIER_A).ended(who=COPIER_A), "t: the copier was never held at any step"),
        (Tale("t", older=True).began().ended(Ending.ERROR, "x"), "t: the copier was never held at any step"),
        (proven().run(2).missed("rename", "why"), "t: 'rename' was not reached: why"),
        (proven().run(2).missed("a", "one").run(3).missed("a", "two"), "t: 'a' was not reached: one"),
        (
            proven().run(2).missed("a", "why").run(3).missed("b", "why").run(4).missed("c", "why"),
            "t: 'a' (and 2 more like it) was not reached: why",
        ),
    ],
)
def test_what_did_not_land_is_not_proven(tale, reason):
    assert unproven(tale.history, []) == [reason]


def test_a_scenario_of_which_every_play_was_left_out_proves_nothing():
    (reason,) = unproven(Tale("t").limited("there is no such file system").history, [])
    assert reason == "no copy was made in any play: all were left out"


def test_each_play_must_land_by_itself():
    history = proven().history
    for event in Tale("other").began().ended().history:
        history.add(event)
    assert unproven(history, []) == ["other: the copier was never held at any step"]


def test_a_check_that_could_not_fail_proves_nothing():
    blind = Control("torn reads", "faulty/x", False, "nothing was found in any play")
    assert unproven(proven().history, [blind]) == [
        "the check 'torn reads' could not fail: it did not see the fault of faulty/x (nothing was found in any play)"
    ]


def test_controls_are_no_part_of_what_is_judged():
    history = Tale("t", subject="control faulty/x").began().ended().history
    assert unproven(history.about(SUBJECT), []) == []


@pytest.mark.parametrize("one", ALL_CHECKS, ids=lambda check: check.name)
def test_each_check_names_faulty_copiers_that_exist_and_a_letter(one):
    assert set(one.control.values()) <= set(available())
    assert all(load(name).name.startswith("faulty/") for name in one.control.values())
    assert one.control
    assert one.control_for("any play") == one.control.get("*")
    assert one.letter is None or one.letter in LETTERS
    assert one.forbids.endswith(".")


def test_check_names_are_unique():
    assert len({one.name for one in ALL_CHECKS}) == len(ALL_CHECKS) >= 16


@pytest.mark.parametrize("text", ["R3", "X1", "r1", "R", "", "R11", "1R", "R-1"])
def test_no_level(text):
    with pytest.raises(ValueError, match="is no level"):
        parse_level(text)


def test_levels():
    assert [str(parse_level(text)) for text in (" R1 ", "K3")] == ["R1", "K3"]
    assert Level("R", 0) < Level("R", 1)
    assert {str(level) for level in STRICT.values()} == {"R1", "W2", "N2", "K2", "S1", "D2", "E1", "M2", "L0", "T1"}
    assert COPIER_A != COPIER_B


@pytest.mark.parametrize("blind", [True, False])
def test_work_of_the_copier_that_nobody_could_see_proves_nothing(blind):
    history = proven().history
    history.add(Limitation(at=9.0, subject=SUBJECT, play="", run=1, what="a file is mapped", blind=blind))
    assert unproven(history, []) == (["a file is mapped"] if blind else [])


def test_who_has_never_copied_without_what_it_was_refused_is_hindered():
    refused = Tale().ended(Ending.ERROR, refused=["io_uring"]).run(2).ended(Ending.KILLED)
    assert hindrances(refused.history) == [
        "the copier was refused io_uring, at which it could not be seen, and has never copied without it"
    ]
    falls_back = refused.run(3).ended(refused=["io_uring"])
    assert hindrances(falls_back.history) == hindrances(Tale().ended(Ending.ERROR).history) == []


def arrived(*, before=None, after=SOURCE, unseen=True, unread=False, ending=Ending.SUCCESS):
    looked = Tale("t", stepped=False, interferes=False).looked("before", before and whole(before)).began()
    return looked.ended(ending, unseen=unseen, unread=unread).looked("after", after and whole(after))


def test_data_that_have_arrived_unseen_prove_nothing():
    told = ["t: the copier's data reached the destination in a way that was not seen"]
    assert unproven(arrived().history, []) == told
    assert unproven(arrived(before=OLDER).history, []) == told


def test_a_source_that_was_read_unseen_proves_nothing():
    (told,) = unproven(arrived(unseen=False, unread=True).history, [])
    assert told.startswith("t: the copier was not seen to read the source")


@pytest.mark.parametrize(
    "tale",
    [
        arrived(unseen=False),
        arrived(ending=Ending.ERROR),
        arrived(after=None),
        arrived(after=None, unread=True),
        arrived(before=OLDER, after=OLDER),
        arrived(before=SOURCE),
        arrived().began(COPIER_A),
    ],
    ids=[
        "seen",
        "it failed",
        "nothing came",
        "there was no source any more",
        "the older version stayed",
        "it was there",
        "another one copied too",
    ],
)
def test_what_nobody_had_to_see_is_proven(tale):
    assert unproven(tale.history, []) == []


def test_the_same_copy_again_is_nobody_else():
    assert unproven(arrived().began(AGAIN).ended(who=AGAIN).history, []) != []
