"""A test by hand leaves nothing behind and no verdict, however it ends; its mistakes are told before it runs."""

import errno
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from robot.errors import ExecutionFailed
from running_suites import CHECKOUT, COPIER, results_of

from ContentionLibrary.keywords import lifecycle
from ContentionLibrary.keywords.lifecycle import Lifecycle, trouble_of_system
from ContentionLibrary.report.stored import load_verdict

WITHIN = 20.0  # seconds that a machine under load may take for what usually takes a tenth of one


def wait_until(condition, what):
    deadline = time.monotonic() + WITHIN
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "Outcome Should Be    reader    DONE",
            "ValueError: Argument 'outcome' got value 'DONE' that cannot be converted to Outcome: Outcome does not have "
            "member 'DONE'. Available: 'ABSENT', 'COMPLETED', 'FAILED', 'HUNG', 'LIED', 'MIXED', 'PARTIAL', 'REFUSED' "
            "and 'WAITED'",
        ),
        (
            "Create Test File    slide.bin    3 parsecs",
            "ValueError: Argument 'size' got value '3 parsecs' that cannot be converted to FileSize: '3 parsecs' is no "
            "size: write a number and a unit, for example 4 MiB, 278 MB or 1000 bytes",
        ),
        (
            "Create Barrier    start    parties=some",
            "ValueError: Argument 'parties' got value 'some' that cannot be converted to integer.",
        ),
        (
            "Barrier Skew Should Be Below    start    soon",
            "ValueError: Argument 'limit' got value 'soon' that cannot be converted to timedelta: Invalid time string "
            "'soon'.",
        ),
        (
            "Start Reader    slide.bin    how=twice",
            "ValueError: Argument 'how' got value 'twice' that cannot be converted to 'whole', 'half' or 'loop'.",
        ),
        (
            "Start Lock Holder    slide.bin    mode=write",
            "ValueError: Argument 'mode' got value 'write' that cannot be converted to 'shared' or 'exclusive'.",
        ),
        (
            "Start Copier    one.bin    two.bin    stop=anywhere",
            "ValueError: Argument 'stop' got value 'anywhere' that cannot be converted to 'everywhere', 'nowhere' or "
            "'first'.",
        ),
        (
            "Kill Copier    all",
            "ValueError: Argument 'scope' got value 'all' that cannot be converted to 'tree' or 'main'.",
        ),
        (
            "A reader reads the destination at every step of a copy into a full place",
            "ValueError: Argument 'where' got value 'into a full place' that cannot be converted to Where: Where does not "
            "have member 'into a full place'. Available: 'into an empty place' and 'over an older version'",
        ),
        (
            "Peak Should Be At Most    memory    much",
            "ValueError: Argument 'limit' got value 'much' that cannot be converted to Limit: 'much' is no limit: write a "
            "number from 0 on, a size such as 500 MiB, or a time such as 2 s",
        ),
        (
            "Peak Should Be At Most    descriptors    -3",
            "ValueError: Argument 'limit' got value '-3' that cannot be converted to Limit: '-3' is no limit: write a "
            "number from 0 on, a size such as 500 MiB, or a time such as 2 s",
        ),
        (
            "Start Renamer    one.bin",
            "Keyword 'ContentionLibrary.Start Renamer' expected 2 non-named arguments, got 1.",
        ),
    ],
)
def test_wrong_arguments_are_told_by_the_dry_run(run_text, line, message):
    (test,) = results_of(run_text(f"*** Test Cases ***\nMistake\n    {line}\n", dryrun=True)).values()
    assert test.message == message


def test_a_wrong_error_name_is_told_with_those_there_are(run_text):
    text = "*** Test Cases ***\nMistake\n    Fail Step With    EVERYTHING\n"
    (test,) = results_of(run_text(text, dryrun=True)).values()
    assert test.message.startswith("ValueError: Argument 'error' got value 'EVERYTHING' that cannot be converted to ")
    assert "'ENOSPC'" in test.message


BUSY = """
*** Test Cases ***
Much is unfinished
    Create Test File    one.bin    1 MiB
    Create Barrier    never    parties=9
    Start Lock Holder    one.bin    name=Ann
    Wait For Competitor    Ann
    Start Lock Holder    one.bin    name=Bob
    Start Reader    one.bin    how=loop
    Start Reader    one.bin    at_barrier=never
    Start Command    sleep    1000
    Start Copier    one.bin    two.bin    stop=first
    Wait For Hold
    {end}
"""


@pytest.mark.parametrize("end", ["No Operation", "Fail    on purpose"])
def test_nothing_is_left_of_a_test_that_ends_with_much_unfinished(run_text, tmp_path, end):
    root = tmp_path / "work"
    root.mkdir()
    before = {one.pid for one in psutil.Process().children(recursive=True)}
    result = run_text(BUSY.format(end=end), variable=[f"WORKSPACE_ROOT:{root}"])
    (test,) = results_of(result).values()
    assert test.message == ("" if end == "No Operation" else "on purpose")
    assert list(root.iterdir()) == []
    assert {one.pid for one in psutil.Process().children(recursive=True)} <= before
    assert [message.message for message in result.errors] == []


def test_nothing_is_left_when_robot_is_killed(tmp_path, commands):
    root, told = tmp_path / "work", tmp_path / "told"
    root.mkdir()
    suite = tmp_path / "killed.robot"
    tell = f"Path({str(told)!r}).write_text(str(os.getpid())); time.sleep(1000)"
    suite.write_text(
        "*** Settings ***\nLibrary    ContentionLibrary\n"
        + BUSY.format(
            end=f"Start Command    {sys.executable}    -c    import os, time; from pathlib import Path; {tell}"
        )
        + "    Wait For Competitor    command 2    timeout=1000 s\n"
    )
    command = [sys.executable, "-m", "robot", "--outputdir", str(tmp_path / "output")]
    command += ["--variable", f"COPIER:{COPIER}", "--variable", f"WORKSPACE_ROOT:{root}", str(suite)]
    robot = subprocess.Popen(
        command,
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TOLD": str(told)},
    )
    try:
        wait_until(lambda: told.exists() and told.read_text(), "the command was not started")
        pid = int(told.read_text())
        ours = [one.pid for one in psutil.Process(robot.pid).children(recursive=True)]
        assert pid in ours
        assert len(ours) >= 7  # the starter, five competitors, a supervisor, and what they run
    finally:
        robot.send_signal(signal.SIGKILL)
        robot.wait()
    wait_until(lambda: not any(psutil.pid_exists(one) for one in ours), "processes were left behind")
    wait_until(lambda: not any(root.iterdir()), "the workspace was left behind")


def test_no_verdict_where_nothing_was_played(run_text, tmp_path):
    text = "*** Test Cases ***\nGreen\n    Workspace Path\nRed\n    File Should Be Whole    x.bin    1    1 MiB\n"
    result = run_text(text)
    assert {name: test.status for name, test in results_of(result).items()} == {"Green": "PASS", "Red": "FAIL"}
    assert not (tmp_path / "output" / "contention").exists()


PLAYED = """
*** Test Cases ***
MIX-001 Played And By Hand
    [Tags]    id:MIX-001
    When a reader reads the destination at every step of a copy into an empty place
    {line}
"""


@pytest.mark.parametrize(
    ("line", "verdict", "reason"),
    [
        ("Directory Should Hold Only    .", "passed", "nothing forbidden was seen"),
        (
            "Directory Should Hold Only    .    one.bin",
            "failed",
            "'.' should hold only one.bin, but holds not one.bin",
        ),
        ("Barrier Skew Should Be Below    start    1 s", "not proven", "nobody has left barrier 'start' yet"),
        ("Fail    on purpose", "error of the harness", "on purpose"),
        (
            "Misspelt Sentence",
            "not proven",
            "the suite is at fault, so nothing was proven: No keyword with name 'Misspelt Sentence' found.",
        ),
        (
            "Wait For Copier",
            "not proven",
            "no copier was started in this test: Start Copier first",
        ),
    ],
)
def test_a_verdict_on_what_was_played_knows_of_what_was_done_by_hand(run_text, tmp_path, line, verdict, reason):
    if "Barrier" in line:
        line = f"Create Barrier    start    parties=2\n    {line}"
    run_text(PLAYED.format(line=line), variable=["SIZE:quick"])
    told = load_verdict(tmp_path / "output" / "contention" / "MIX-001" / "verdict.json")
    assert (told.verdict.value, told.reason) == (verdict, reason)


UNJUDGED = """
*** Test Cases ***
A test of mine: only When
    When a reader reads the destination at every step of a copy into an empty place

A test of mine: only Then
    Then no reader should have seen part of a file or a mix of two
    And everything should be proven

A test of mine: judged by hand
    When a reader reads the destination at every step of a copy into an empty place
    Should Be Equal    1    1
"""


def test_who_plays_judges_and_who_judges_plays_and_nobody_needs_a_tag(run_text, tmp_path):
    found = results_of(run_text(UNJUDGED, variable=["SIZE:quick"]))
    told = {
        path.parent.name: load_verdict(path) for path in (tmp_path / "output" / "contention").glob("*/verdict.json")
    }
    names = [f"by_hand.a-test-of-mine-{one}" for one in ("judged-by-hand", "only-then", "only-when")]
    assert sorted(told) == [told[name].id for name in names] == names
    assert {one.title for one in told.values()} == set(found)
    assert [told[name].verdict.value for name in names] == ["passed", "not proven", "not proven"]
    assert told[names[1]].reason.startswith("no copy was made before this sentence: say first what happens while")
    assert told[names[2]].reason.startswith("the copier was played with, and nothing was judged: write after the When")
    messages = [found[told[name].title].message for name in names]
    assert messages[0] == ""
    assert f"NOT PROVEN: {told[names[1]].reason}" in messages[1]
    assert messages[2] == f"NOT PROVEN: {told[names[2]].reason}"


CAUGHT = """
*** Test Cases ***
DDO-900 Caught
    [Tags]    id:DDO-900
    When the destination is deleted at every step of a copy into an empty place
    Run Keyword And Expect Error    *    Success should mean that the whole file is there
"""


def test_a_finding_that_the_test_has_caught_is_one_all_the_same(run_text, tmp_path):
    result = run_text(CAUGHT, copier="faulty/claims-success-after-loss", variable=["SIZE:quick"])
    (test,) = results_of(result).values()
    told = load_verdict(tmp_path / "output" / "contention" / "DDO-900" / "verdict.json")
    assert told.verdict.value == "failed"
    assert test.status == "FAIL"
    assert test.message.startswith(told.reason) and "known_failures" in test.message


def test_what_is_made_before_all_tests_is_refused(run_text):
    text = "*** Settings ***\nSuite Setup    Create Test File    one.bin    1 MiB\n"
    text += "*** Test Cases ***\nA test\n    File Should Be Whole    one.bin    1    1 MiB\n"
    (test,) = results_of(run_text(text)).values()
    assert test.message.startswith(
        "Parent suite setup failed:\na scenario is one test, and what it has made ends with it"
    )
    assert "Test Setup" in test.message


def test_what_is_refused_before_all_tests_keeps_no_turn_that_only_the_end_of_a_test_gives_back(run_text, monkeypatch):
    taken = []
    monkeypatch.setattr(lifecycle.Turn, "take", lambda turn, tell: taken.append(turn))
    text = "*** Settings ***\nSuite Setup    Workspace Path\n*** Test Cases ***\nA test\n    No Operation\n"
    assert "Test Setup" in results_of(run_text(text))["A test"].message
    assert taken == []


def test_a_sentence_that_does_not_fit_what_was_played_is_told_so(run_text):
    text = PLAYED.format(line="Then exactly one copier should have won and the other should have been told")
    (test,) = results_of(run_text(text, variable=["SIZE:quick"])).values()
    assert "NOT PROVEN" in test.message
    assert "was one about this?" in test.message


def test_a_refusal_is_told_in_the_words_of_the_system_and_the_paths_of_the_test(run_text):
    text = "*** Test Cases ***\nA test\n    Start Lock Holder    no/one.bin\n    Outcome Should Be    lock holder    COMPLETED\n"
    (test,) = results_of(run_text(text)).values()
    assert test.message == "lock holder ended ABSENT, not COMPLETED: No such file or directory: 'no/one.bin'"


def test_a_verdict_that_cannot_be_stored_lets_no_test_pass(run_text, tmp_path):
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / "contention").write_text("in the way")
    text = PLAYED.format(line="Then no reader should have seen part of a file or a mix of two")
    (test,) = results_of(run_text(text, variable=["SIZE:quick"])).values()
    assert (test.status, test.message[:44]) == ("FAIL", "error of the harness: there is no verdict: [")


def test_files_outside_the_workspace_are_made_only_where_an_absolute_path_says_so(run_text, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    text = f"*** Test Cases ***\nOutside\n    Create Test File    {outside}/one.bin    1 MiB\n"
    text += (
        f"    Start Copier    {outside}/one.bin    {outside}/two.bin    stop=first\n    ${{step}}    Wait For Hold\n"
    )
    text += "    Release Copier\n    Outcome Should Be    copier    COMPLETED\n    Should Not Be Empty    ${step}\n"
    (test,) = results_of(run_text(text)).values()
    assert (test.status, test.message) == ("PASS", "")
    assert sorted(path.name for path in outside.iterdir()) == ["one.bin", "two.bin"]


def test_a_full_disk_is_told_with_its_place_and_the_remedy():
    told = trouble_of_system(OSError(errno.ENOSPC, "No space left on device"), "/small")
    assert (
        told == "No space left on device in /small: make room there, name another workspace, or choose a smaller size"
    )
    assert trouble_of_system(OSError(errno.EIO, "Input/output error", "/x"), "/s") == "Input/output error (/x)"


class _Sentence(Lifecycle):
    _scenario = None


def test_what_goes_wrong_on_the_way_out_does_not_hide_that_robot_was_stopped():
    """Whatever was being tidied up when the signal came may be tidied up twice."""
    sentence = _Sentence()
    with pytest.raises(ExecutionFailed, match="terminated by signal"), sentence._playing():
        try:
            raise ExecutionFailed("Execution terminated by signal", exit=True)
        finally:
            os.close(1 << 20)
    assert sentence._broken is None and sentence._cut_short
