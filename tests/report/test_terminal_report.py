from __future__ import annotations

import dataclasses
from pathlib import Path

from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.report.evidence import Evidence
from ContentionLibrary.report.outcomes import CopierOutcomes, Outcome, outcome_of
from ContentionLibrary.report.terminal import (
    count_line,
    plain,
    remarks,
    run_report,
    verdict_table,
)


def outcome(make, **changes):
    return outcome_of(Evidence(make(**changes), Path("/out/a folder/RDW-001")))


def test_the_table_gives_up_nothing_but_the_length_of_titles(verdict):
    rows = verdict_table([outcome(verdict, title="A Reader Opens A File That Is Still Being Copied")], 80)
    assert rows == [
        "ID       TITLE                             VERDICT  WAY    STEPS  RUNS  SECONDS",
        "-------  --------------------------------  -------  -----  -----  ----  -------",
        "RDW-001  A Reader Opens A File That Is...  failed   exact      2    12      1.2",
    ]
    wide = verdict_table([outcome(verdict, title="A Reader Opens A File That Is Still Being Copied")], 200)
    assert "A Reader Opens A File That Is Still Being Copied  failed   exact      2    12      1.2" in wide[2]


def test_a_failure_shows_its_first_finding_in_full_words_and_counts_the_others(verdict):
    assert remarks(outcome(verdict), 80) == [
        "RDW-001 failed: Reader Opens",
        "    step:    copy 2/4 of the content",
        "    seen:    the reader got 2 MiB of zeros (3 times)",
        "    means:   a torn file",
        "    mend:    write under another name and rename",
        "    more:    1 more finding in the log",
        "    history: /out/a folder/RDW-001",
    ]


def test_a_skip_and_what_is_not_proven_say_why(verdict):
    for word in (Verdict.SKIPPED, Verdict.NOT_PROVEN, Verdict.SYSTEM_ERROR):
        told = remarks(outcome(verdict, verdict=word, findings=(), reason="nothing\nhere"), 80)
        assert told[:2] == [f"RDW-001 {word}: Reader Opens", "    why:     nothing here"]


def test_a_contradiction_hides_behind_no_finding(verdict):
    mistrusted = dataclasses.replace(outcome(verdict), verdict=Verdict.HARNESS_ERROR, reason="Robot says PASS")
    assert remarks(mistrusted, 80)[1] == "    why:     Robot says PASS"


def test_a_pass_that_needed_its_claim_says_so_and_a_plain_one_is_silent(verdict):
    needed = outcome(verdict, verdict=Verdict.PASSED, findings=())
    assert remarks(needed, 100) == [
        "RDW-001 passed: Reader Opens",
        "    allowed: within its claim (R0: torn content visible): the reader got 2 MiB of zeros",
        "    limit:   only on ext4",
    ]
    (seen,) = verdict().allowed
    twice = outcome(verdict, verdict=Verdict.PASSED, findings=(), allowed=(seen, seen), limitations=())
    assert remarks(twice, 200)[1:] == [
        "    allowed: within its claim (R0: torn content visible): the reader got 2 MiB of zeros (and 1 more in the log)"
    ]
    assert remarks(outcome(verdict, verdict=Verdict.PASSED, findings=(), allowed=(), limitations=()), 100) == []


def test_levels_below_the_claim_are_named_in_words(verdict):
    report = run_report(CopierOutcomes("cp", (outcome(verdict),)), 100)
    assert report[-14:-10] == [
        "GUARANTEE          MEASURED                          CLAIM      EVIDENCE",
        "-----------------  --------------------------------  ---------  ----------------------------------",
        "R readers          R0 torn content visible           R1 BROKEN  RDW-001 before 'copy 2/4 of the...",
        "W writers          W2 one wins, the others are told  W2 kept    RDW-001",
    ]
    assert report[-3:] == ["T time             not measured                      T1", "", "1 scenario: 1 failed"]


def test_counts_name_every_verdict_that_occurs():
    outcomes = [Outcome(str(n), "", word, "") for n, word in enumerate([*Verdict, Verdict.PASSED])]
    assert count_line(outcomes) == (
        "7 scenarios: 2 passed, 1 failed, 1 not proven, 1 skipped, 1 error of the harness, 1 error of the system"
    )
    assert count_line([]) == "no scenario was finished"


def test_names_of_files_cannot_play_with_the_terminal():
    assert plain("a\x1b[31m\n\udcff→b") == r"a\x1b[31m\n\udcff→b"


def test_a_run_that_the_machine_has_kept_from_something_points_to_the_doctor(verdict):
    whole = outcome(verdict, verdict=Verdict.PASSED, findings=(), allowed=(), limitations=())
    limited = outcome(verdict, id="FRS-002", verdict=Verdict.PASSED, findings=(), limitations=("no real xfs",))
    skipped = outcome(verdict, id="CV-001", verdict=Verdict.SKIPPED, findings=(), limitations=())
    advice = "skipped or limited: FRS-002, CV-001; each says why, and `contention doctor` what this machine lacks"
    assert advice in run_report(CopierOutcomes("cp", (whole, limited, skipped)), 100)
    assert not any("doctor" in line for line in run_report(CopierOutcomes("cp", (whole,)), 100))


def test_a_copier_that_was_never_started_was_held_in_no_way(verdict):
    (*_, row) = verdict_table([outcome(verdict, verdict=Verdict.SKIPPED, runs=0, steps=())], 100)
    assert "exact" not in row


def test_what_only_the_copier_cannot_do_is_not_blamed_on_the_machine(verdict):
    one = "The copier cp takes one destination, and this scenario is about 3 of one copy"
    skipped = outcome(verdict, id="AOV-002", verdict=Verdict.SKIPPED, reason=one, findings=(), limitations=())
    lines = run_report(CopierOutcomes("cp", (skipped,)), 100)
    assert "skipped or limited because of the copier: AOV-002; each says why" in lines
    assert not any("doctor" in line for line in lines)


def test_what_is_there_to_be_copied_stands_on_one_line_however_narrow_the_terminal(verdict):
    finding = dataclasses.replace(verdict().findings[0], key="RDW-001:a copier with blanks:1.1.3:torn-reads")
    folder = Path("/a place with blanks/results/side-by-side/pabot_results/0/contention/RDW-001")
    lines = remarks(outcome_of(Evidence(verdict(findings=(finding,)), folder)), 60)
    assert "    replay:  contention replay 'RDW-001:a copier with blanks:1.1.3:torn-reads'" in lines
    assert f"    history: {folder}" in lines
