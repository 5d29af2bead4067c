from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from ContentionLibrary.checks.levels import LETTERS, Level, parse_level
from ContentionLibrary.checks.verdict import Finding, Verdict
from ContentionLibrary.report.badge import badge
from ContentionLibrary.report.evidence import Evidence
from ContentionLibrary.report.guarantees import Guarantee, guarantee_card, measured_levels
from ContentionLibrary.report.outcomes import Outcome, outcome_of
from ContentionLibrary.report.terminal import card_table
from ContentionLibrary.report.trust import Trust, answer, answers


def finding(level, step="", seen="something"):
    return Finding("a check", seen, step, "meaning", "remedy", parse_level(level))


@pytest.fixture
def told(verdict, tmp_path):
    def make(**changes):
        plain = {"findings": (), "allowed": (), "claims": (), "measured": ()}
        return outcome_of(Evidence(verdict(**{**plain, **changes}), tmp_path))

    return make


def of(letter, card):
    return next(each for each in card if each.letter.name == letter)


def test_all_ten_letters_are_shown_and_unmeasured_ones_as_such():
    card = guarantee_card([])
    assert [each.letter.name for each in card] == list("RWNKSDEMLT")
    assert all(each.measured is None and not each.kept for each in card)
    assert [str(each.claimed) for each in card] == ["R1", "W2", "N2", "K2", "S1", "D2", "E1", "M2", "L0", "T1"]


def test_the_weakest_scenario_decides_and_is_the_evidence(told):
    strong = told(id="RDW-001", measured=(parse_level("R2"),), verdict=Verdict.PASSED)
    weak = told(
        id="RDW-002",
        measured=(parse_level("R0"),),
        findings=(finding("R1"), finding("R0"), finding("R0", "rename", "half a file")),
    )
    card = guarantee_card([strong, weak])
    assert measured_levels(card) == "R0"
    (proof,) = of("R", card).evidence
    assert (proof.scenario, proof.step, proof.seen) == ("RDW-002", "rename", "half a file")
    assert not of("R", card).kept


def test_what_is_claimed_is_demanded_and_the_strict_level_where_nothing_is(told):
    levels = [[parse_level(text) for text in texts] for texts in (("N2", "W2", "R1"), ("W1", "R2"))]
    card = guarantee_card(told(measured=tuple(each), claims=(parse_level("R2"),)) for each in levels)
    assert [(str(each.measured), str(each.claimed), each.kept) for each in card if each.measured] == [
        ("R1", "R2", False),
        ("W1", "W2", False),
        ("N2", "N2", True),
    ]


def test_where_nothing_weaker_was_seen_every_scenario_that_tried_is_the_evidence(told):
    both = [told(id=name, measured=(parse_level("R2"),), verdict=Verdict.PASSED) for name in ("RDW-001", "WDR-001")]
    assert [proof.scenario for proof in of("R", guarantee_card(both)).evidence] == ["RDW-001", "WDR-001"]


def test_what_was_not_proven_lends_no_strength_but_what_it_saw_weakens(told):
    unproven = told(
        verdict=Verdict.NOT_PROVEN, measured=(parse_level("R2"), parse_level("W1")), allowed=(finding("W1"),)
    )
    assert measured_levels(guarantee_card([unproven])) == "W1"
    strong = told(id="SAP-001", measured=(parse_level("W2"),), verdict=Verdict.PASSED)
    assert measured_levels(guarantee_card([unproven, strong])) == "W1"


@pytest.mark.parametrize("word", [Verdict.HARNESS_ERROR, Verdict.SYSTEM_ERROR, Verdict.SKIPPED])
def test_a_verdict_that_is_not_trusted_counts_neither_way(told, word):
    stored = told(measured=(parse_level("R2"),), allowed=(finding("W0"),)).stored
    assert measured_levels(guarantee_card([Outcome("RDW-001", "", word, "", stored)])) == ""


def test_every_level_of_every_letter_has_an_answer_and_none_is_no_yes():
    for letter in LETTERS.values():
        trusts = []
        for rank in range(letter.best + 1):
            told = answer(Guarantee(letter, Level(letter.name, rank), Level(letter.name, letter.strict), ()))
            assert told.why.endswith(".") and told.question
            trusts.append(told.trust)
        order = [Trust.NO, Trust.WITH_CARE, Trust.YES]
        assert trusts == sorted(trusts, key=order.index), letter
        assert trusts[0] is not Trust.YES and trusts[-1] is Trust.YES
        assert answer(Guarantee(letter, None, Level(letter.name, 0), ())).trust is Trust.UNKNOWN


def test_a_folder_is_not_watched_safely_where_the_final_name_is_torn(told):
    """What no reader may read is no file that a watcher may take, whatever other names there are."""
    hidden = told(id="AOV-001", measured=(parse_level("N2"),))
    torn = told(id="RDW-001", findings=(finding("R0", "write"),))
    names = of("N", guarantee_card([hidden]))
    assert [one.trust for one in answers(guarantee_card([hidden])) if one.guarantee == names] == [Trust.YES]
    (watched,) = (one for one in answers(guarantee_card([hidden, torn])) if one.guarantee == names)
    assert (watched.trust, "final name itself" in watched.why) == (Trust.NO, True)


def test_the_terminal_shows_level_claim_and_evidence(told):
    broken = told(
        measured=(parse_level("R0"), parse_level("E1")),
        findings=(finding("R0", "rename"),),
        claims=(parse_level("R1"),),
    )
    lines = card_table(guarantee_card([broken]), 100)
    assert lines[2] == "R readers          R0 torn content visible  R1 BROKEN  RDW-001 before 'rename'"
    assert "N names            not measured             N2" in lines
    assert "E exit code        E1 tells the truth       E1 kept    RDW-001" in lines
    assert all(len(line) <= 100 for line in lines)


def test_the_badge_is_a_picture_that_says_its_levels(told):
    card = guarantee_card([told(measured=(parse_level("R0"),), findings=(finding("R0"),))])
    picture = ET.fromstring(badge("my <copier>", card))
    space = "{http://www.w3.org/2000/svg}"
    assert picture.find(f"{space}title").text == "Guarantees of my <copier> under contention: R0"
    assert [text.text for text in picture.iter(f"{space}text")] == [
        "contention",
        *("R0", "W-", "N-", "K-", "S-", "D-", "E-", "M-", "L-", "T-"),
    ]
    red, grey = [rect.get("fill") for rect in picture.iter(f"{space}rect")][2:4]
    assert red != grey
