from __future__ import annotations

import json
from pathlib import Path

import pytest
from robot.api import ExecutionResult

PASSED = ("Leave Verdict    passed",)
FAILED = ("Leave Verdict    failed", "Fail With    torn")


@pytest.fixture
def mixed(contention, write):
    contention.suite(
        "my suites/Cat/one.robot", write("RDW-001 Reader Opens", *PASSED), write("RDW-002 Readers Open", *FAILED)
    )
    contention.suite(
        "my suites/Cat/two.robot",
        write("WDR-001 Writer", "Leave Verdict    skipped", "Skip With    no mount"),
        write("TDA-001 Alone", *PASSED, tags=["pabot:exclusive"]),
    )
    return contention


def test_runs_two_phases_and_joins_their_results(mixed):
    ended = mixed("run", "my suites", "--copier", "cp", "--processes", "2")
    assert ended.code == 1, ended
    results = mixed.home / "results"
    assert sorted(path.name for path in results.iterdir()) == [
        *(
            "alone",
            "changes.json",
            "contention-badge.svg",
            "contention.html",
            "contention.json",
            "log.html",
            "output.json",
        ),
        *("output.xml", "report.html", "run.json", "side-by-side", "xunit.xml"),
    ]
    assert (results / "side-by-side/pabot_results/0/contention/RDW-001/verdict.json").is_file()
    assert (results / "alone/contention/TDA-001/verdict.json").is_file()
    for output in ("output.xml", "output.json"):
        top = ExecutionResult(str(results / output)).suite
        assert [suite.name for suite in top.suites[0].suites] == ["One", "Two"]
        told = {test.name: (test.status, test.message) for test in top.all_tests}
        assert told == {
            "RDW-001 Reader Opens": ("PASS", ""),
            "RDW-002 Readers Open": ("FAIL", "torn"),
            "WDR-001 Writer": ("SKIP", "no mount"),
            "TDA-001 Alone": ("PASS", ""),
        }


def test_shows_each_scenario_once_and_the_first_finding_in_full(mixed):
    out = mixed("run", "my suites", "--copier", "cp", "--processes", "2").out
    assert "[1/4] " in out and "[4/4] TDA-001 passed in 0.5 s: Alone\n" in out
    assert "RDW-002  Readers Open  failed   exact      2     3      0.5\n" in out
    assert "    seen:    the reader at step 'copy 2/4' got 2 MiB of zeros\n" in out
    assert "    mend:    write under another name and rename\n" in out
    assert "WDR-001 skipped: Writer\n    why:     scripted: skipped\n" in out
    assert "R readers          R0 torn content visible           R1 BROKEN  RDW-002 before 'copy 2/4 of the" in out
    assert "4 scenarios: 2 passed, 1 failed, 1 skipped\n" in out
    assert f"log: {mixed.home / 'results' / 'log.html'}\n" in out
    assert out.count("log.html") == 1, "Robot's own lines are none of ours"
    assert f"report: {mixed.home / 'results' / 'contention.html'}\n" in out


def test_leaves_nothing_in_the_folder_where_the_user_is(mixed):
    mixed("run", "my suites", "--copier", "cp", "--processes", "2")
    assert sorted(path.name for path in mixed.home.iterdir()) == ["my suites", "results"]


def test_one_suite_file_or_one_process_needs_no_pabot(mixed):
    ended = mixed("run", "my suites/Cat/one.robot", "--copier", "cp", "--processes", "2")
    assert ended.code == 1
    assert not (mixed.home / "results/side-by-side").exists()
    ended = mixed("run", "my suites", "--copier", "cp", "--processes", "1", "--exclude", "id:RDW-002")
    assert ended.code == 0, ended
    assert "3 scenarios: 2 passed, 1 skipped\n" in ended.out
    assert not (mixed.home / "results/side-by-side").exists()


@pytest.mark.parametrize("fail_on", ["any", "new"])
def test_where_all_was_skipped_nothing_is_proven_and_that_is_no_success(mixed, fail_on):
    ended = mixed("run", "my suites/Cat/two.robot", "--copier", "cp", "--exclude", "id:TDA-001", "--fail-on", fail_on)
    assert ended.code == 1, ended
    assert ended.out.splitlines()[-1].startswith("NOTHING PROVEN: every scenario was skipped")


def test_selection_by_tag_reaches_both_phases(mixed):
    ended = mixed("run", "my suites", "--copier", "cp", "--processes", "2", "--include", "id:TDA-* OR id:RDW-001")
    assert ended.code == 0, ended
    assert "2 scenarios: 2 passed\n" in ended.out


def test_settings_reach_the_library_as_they_were_given(contention, write):
    told = contention.home / "to ld"
    names = "COPIER    COMMAND    SIZE    WORKSPACE_ROOT"
    tests = {
        name: write(f"{name} Tell", f"Tell    {told} {name}    {names}", *PASSED) for name in ("RDW-001", "RDW-002")
    }
    for name, text in tests.items():
        contention.suite(f"suites/{name}.robot", text)
    (contention.home / "work space").mkdir()
    command = r"""/bin/cp {source} {destination} 'a:b' "c\\d" --x=${HOME:-y}; # %{HOME}""".replace(
        "${HOME:-y}", "$HOME"
    ).replace("%{HOME}", "%HOME")
    for processes in ("1", "2"):
        ended = contention(
            *("run", "suites", "--command", command, "--size", "quick", "--workspace", "work space"),
            *("--processes", processes),
        )
        assert ended.code == 0, ended
        for name in tests:
            assert Path(f"{told} {name}").read_text().splitlines() == [
                "COPIER=None",
                f"COMMAND={command}",
                "SIZE=quick",
                f"WORKSPACE_ROOT={contention.home / 'work space'}",
                f"cwd={contention.home}",
            ]


def test_a_profile_by_path_is_meant_from_here(contention, write):
    contention.suite(
        "s.robot", write("RDW-001 Tell", f"Tell    {contention.home}/told    COPIER    STARTED_BY", *PASSED)
    )
    (contention.home / "my copier.yaml").write_text("command: [cp, '{source}', '{destination}']\n")
    ended = contention("run", "s.robot", "--copier", "my copier.yaml")
    assert ended.code == 0, ended
    assert (
        (contention.home / "told")
        .read_text()
        .startswith(f'COPIER={contention.home / "my copier.yaml"}\nSTARTED_BY={{"pid": ')
    )


def test_several_copiers_one_after_another_and_a_joint_table(mixed):
    ended = mixed("run", "my suites/Cat/one.robot", "--copier", "cp", "--copier", "rsync")
    assert ended.code == 1
    assert (mixed.home / "results/cp/log.html").is_file() and (mixed.home / "results/rsync/log.html").is_file()
    assert ended.out.endswith(f"\nreport: {mixed.home / 'results' / 'contention.html'}\n")
    lines = [line.split() for line in ended.out.splitlines()]
    begin = lines.index(["ID", "cp", "rsync"])
    assert lines[begin + 2 : begin + 4] == [["RDW-001", "passed", "passed"], ["RDW-002", "failed", "failed"]]
    assert "No difference between them was seen." in ended.out


def test_robot_and_verdict_must_agree(contention, write):
    contention.suite(
        "s.robot",
        write("RDW-001 Says Nothing", "No Operation"),
        write("RDW-002 Fails Silently", "Fail With    Connection lost"),
        write("RDW-003 Passed Yet Failed", *PASSED, "Fail With    teardown broke"),
        write("WDR-001 Failed Yet Passed", "Leave Verdict    failed"),
        write("WDR-002 Broken", "Leave Broken Verdict    WDR-002"),
    )
    ended = contention("run", "s.robot", "--copier", "cp")
    assert ended.code == 3
    assert "5 scenarios: 5 error of the harness\n" in ended.out
    words = " ".join(ended.out.split())
    assert "RDW-001 error of the harness: Says Nothing why: it left no verdict, so nothing was proven" in words
    assert "why: it left no verdict, so nothing was proven; Robot says FAIL: Connection lost" in words
    assert "why: its verdict is 'passed', but Robot says FAIL: teardown broke" in words
    assert "why: its verdict is 'failed', but Robot says PASS" in words
    assert "does not have the form of a verdict: the field 'id' is missing" in words


def test_a_suite_of_ones_own_counts_as_robot_says_and_its_mistakes_are_its_own(contention):
    file = contention.suite(
        "own.robot",
        "My Copy Works\n    No Operation",
        "My Scenario\n    Leave Verdict    passed",
        "My Copy Is Whole\n    Fail With    one byte is missing",
        "My Typo\n    No Opreation",
    )
    file.write_text(file.read_text().replace("*** Test", "Library    Nope\n*** Test", 1))
    ended = contention("run", "own.robot", "--copier", "cp")
    assert ended.code == 1, ended
    assert "4 scenarios: 2 passed, 1 failed, 1 not proven\n" in ended.out
    assert "] own.my-copy-works passed: My Copy Works\n" in ended.out
    assert "own.my-scenario       My Scenario       passed      exact      2     3      0.5\n" in ended.out
    words = " ".join(ended.out.split())
    assert "own.my-copy-is-whole failed: My Copy Is Whole why: one byte is missing" in words
    assert "why: the suite is at fault, so nothing was proven: No keyword with name 'No Opreation' found." in words
    assert "Importing library 'Nope' failed: ModuleNotFoundError" in words
    results = contention.home / "results"
    (told,) = json.loads((results / "contention.json").read_text())["categoryResults"].values()
    assert [(one["id"], one["verdict"]) for one in told["details"]][:2] == [
        ("own.my-copy-works", "passed"),
        ("own.my-scenario", "passed"),
    ]
    assert "one byte is missing" in (results / "contention.html").read_text().split("</style>")[1]


def test_a_robot_that_dies_is_an_error_of_the_harness_and_takes_no_other_suite_with_it(contention, write):
    contention.suite("s/a.robot", write("RDW-001 Dies", "Die"))
    contention.suite("s/b.robot", write("RDW-002 Lives", *PASSED))
    ended = contention("run", "s", "--copier", "cp", "--processes", "2")
    assert ended.code == 3
    assert "RDW-002  Lives  passed" in ended.out
    assert "Robot has no result of 'RDW-001 Dies': it was not run to its end" in ended.out
    alone = contention("run", "s/a.robot", "--copier", "cp")
    assert alone.code == 3
    assert alone.err.startswith("The phase 'alone' left no results that can be read. The end of ")
    assert "  | RDW-001 Dies" in alone.err and "Traceback" not in alone.err
    assert "1 scenario: 1 error of the harness" in alone.out and "log:" not in alone.out


def test_an_earlier_run_in_the_same_place_is_forgotten(mixed):
    mixed("run", "my suites", "--copier", "cp", "--processes", "2")
    ended = mixed("run", "my suites/Cat/one.robot", "--copier", "cp", "--include", "id:RDW-001")
    assert ended.code == 0, ended
    assert [path.parent.name for path in mixed.home.rglob("verdict.json")] == ["RDW-001"]


def test_a_folder_of_somebody_else_is_never_removed(mixed):
    precious = mixed.home / "results/alone/precious"
    precious.parent.mkdir(parents=True)
    precious.touch()
    ended = mixed("run", "my suites", "--copier", "cp")
    assert ended.code == 2
    assert "is in the way and was not made by `contention run`" in ended.err
    assert precious.exists()


def test_verbose_also_shows_what_robot_prints(mixed):
    quiet = mixed("run", "my suites/Cat/one.robot", "--copier", "cp")
    assert "tests, " not in quiet.out
    loud = mixed("run", "my suites/Cat/one.robot", "--copier", "cp", "--verbose")
    assert "  | 2 tests, 1 passed, 1 failed\n" in loud.out


def test_what_folders_set_up_counts_for_a_part_of_them(contention, write):
    contention.suite("s/__init__.robot").write_text("*** Settings ***\nTest Tags    priority:low\n")
    contention.suite("s/a.robot", write("RDW-001 One", *PASSED), write("RDW-002 Two", *PASSED))
    contention.suite("s/b.robot", write("RDW-003 Three", *PASSED))
    ended = contention("run", "s", "--include", "priority:lowANDid:RDW-00[12]", "--copier", "cp")
    assert ended.code == 0, ended
    top = ExecutionResult(str(contention.home / "results/output.xml")).suite
    assert [(test.name, sorted(test.tags)) for test in top.all_tests] == [
        ("RDW-001 One", ["id:RDW-001", "priority:low"]),
        ("RDW-002 Two", ["id:RDW-002", "priority:low"]),
    ]


def test_names_that_look_like_patterns_are_names(contention, write):
    contention.suite("s [1]/a?.robot", write("RDW-001 What*[x]?", *PASSED), write("RDW-002 Other", *FAILED))
    ended = contention("run", "s [1]", "--include", "id:RDW-001", "--copier", "cp")
    assert ended.code == 0, ended
    assert "RDW-001  What*[x]?  passed" in ended.out


def test_the_rows_of_a_table_are_one_scenario_and_each_needs_its_verdict(contention, write):
    contention.suite("s.robot", write("SAP-001 Row One", *PASSED), write("SAP-001 Row Two", "No Operation"))
    ended = contention("run", "s.robot", "--copier", "cp")
    assert ended.code == 3
    assert "it has 2 tests, but left only 1 of their verdicts" in ended.out


def test_options_from_the_environment_do_not_change_what_is_run(mixed, monkeypatch):
    monkeypatch.setenv("ROBOT_OPTIONS", "--exclude id:RDW-001 --outputdir elsewhere")
    ended = mixed("run", "my suites/Cat/one.robot", "--copier", "cp")
    assert "2 scenarios: 1 passed, 1 failed\n" in ended.out
    settings = json.loads((mixed.home / "results/alone/settings.json").read_text())
    assert settings.keys() == {"COPIER", "STARTED_BY"}


def test_a_verdict_that_comes_after_the_end_of_its_test_is_awaited(contention, write):
    late = [write(f"RDW-00{number} Late", "Leave Verdict Late    passed") for number in (1, 2)]
    contention.suite("s.robot", *late, write("RDW-003 None", "No Operation"), write("WDR-001 Last", *PASSED))
    ended = contention("run", "s.robot", "--copier", "cp")
    told = [line.split("] ")[1] for line in ended.out.splitlines()[:4]]
    assert told[:2] == ["RDW-001 passed in 0.5 s: Late", "RDW-002 passed in 0.5 s: Late"]
    assert sorted(told[2:]) == [
        "RDW-003 error of the harness: None - no verdict; Robot: PASS",
        "WDR-001 passed in 0.5 s: Last",
    ]


def test_known_failures_of_a_profile_do_not_count_until_they_are_fixed(contention, write):
    contention.suite("s.robot", write("RDW-001 Reader", *FAILED), write("RDW-002 Readers", *PASSED))
    profile = contention.home / "mine.yaml"
    command = "command: [cp, '{source}', '{destination}']\n"
    profile.write_text(f"{command}known_failures: {{RDW-001: it writes in place by design}}\n")
    ended = contention("run", "s.robot", "--copier", "mine.yaml")
    assert ended.code == 0, ended
    assert "    known:   it writes in place by design\n" in ended.out
    profile.write_text(f"{command}known_failures: {{RDW-001: by design, RDW-002: it is slow}}\n")
    ended = contention("run", "s.robot", "--copier", "mine.yaml")
    assert ended.code == 1, ended
    assert "FIXED: RDW-002 passes, yet mine's profile lists it as a known failure (it is slow)" in ended.out
    profile.write_text(f"{command}known_failures: {{RDW-009: no such scenario}}\n")
    ended = contention("run", "s.robot", "--copier", "mine.yaml")
    assert ended.code == 2
    assert "mine.yaml, line 2, field 'known_failures': there is no scenario RDW-009; did you mean 'RDW-00" in ended.err
    profile.write_text(f"{command}known_failures:\n  MY-001: of my own suite\n  RDV-001: misspelt\n")
    contention.suite("own.robot", write("MY-001 Mine", *FAILED))
    ended = contention("run", "own.robot", "--copier", "mine.yaml", "--dry-run")
    assert ended.code == 0 and "MY-001" not in ended.err
    assert "mine.yaml, line 4, field 'known_failures': RDV-001 is no shipped scenario and none of this run" in ended.err
    assert "did you mean 'RDW-001'?" in ended.err
