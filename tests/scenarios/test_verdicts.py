"""What is not the copier's fault never reads like it: not proven, skipped, errors of the harness, mistakes of the user."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import pytest

from ContentionLibrary.checks import readers, truth
from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.copiers.shelf import load
from ContentionLibrary.history.recording import load_history
from ContentionLibrary.scenario import controls
from ContentionLibrary.scenario.scenario import Scenario
from ContentionLibrary.scenario.settings import Settings, Size
from tests.scenarios import direct
from tests.scenarios.robots import CHECKOUT, command, environment, verdicts_in
from tests.scenarios.spoken import scenarios_of

COPIERS = Path(__file__).with_name("copiers_for_tests.py")


class Played:
    """One finished run of Robot."""

    def __init__(self, output, code, told):
        self.output, self.code, self.told = output, code, told
        self.verdicts = verdicts_in(output)
        results = json.loads((output / "output.json").read_text())
        self.tests = {test["name"].split()[0]: test for test in _tests(results["suite"])}


def _tests(suite):
    yield from suite.get("tests", ())
    for below in suite.get("suites", ()):
        yield from _tests(below)


@pytest.fixture
def robot(tmp_path):
    """Let Robot play scenarios."""

    def play(copier, *scenarios, **variables):
        words = command(tmp_path / "out", str(copier), *scenarios, **variables)
        words[words.index("--log") : words.index("--log")] = ["--output", "output.json"]
        ended = subprocess.run(
            words,
            cwd=CHECKOUT,
            env=environment(tmp_path),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        assert "Traceback" not in ended.stdout
        return Played(tmp_path / "out", ended.returncode, ended.stdout)

    return play


@pytest.fixture
def profile(tmp_path):
    """Write a profile of a copier that has a manner."""

    def write(manner, *lines):
        path = tmp_path / "own.yaml"
        words = json.dumps([sys.executable, "-I", "-S", str(COPIERS), manner, "{source}", "{destination}"])
        path.write_text("\n".join([f"command: {words}", "time_limit: 10 s", "claims: [W1, N1, L0, S0]", *lines, ""]))
        return path

    return write


# -- passed and failed are stored -----------------------------------------------------------------------------------


def test_a_pass_is_stored_with_its_history(robot):
    played = robot("good/simple", "DDO-002")
    verdict = played.verdicts["DDO-002"]
    assert (played.code, played.tests["DDO-002"]["status"], verdict.verdict) == (0, "PASS", Verdict.PASSED)
    assert all(control.seen for control in verdict.controls)
    assert {control.check for control in verdict.controls} == {
        check.name for check in scenarios_of("FileBlocking")["DDO-002"].checks
    }
    history = load_history(played.output / "contention" / "DDO-002" / "history.jsonl")
    assert {event.subject for event in history} > {"the copier under test", "control faulty/hangs"}


def test_a_failure_is_stored_with_its_history_and_told_with_step_meaning_and_remedy(robot):
    played = robot("faulty/writes-through-deleted", "DDO-002")
    verdict = played.verdicts["DDO-002"]
    assert (played.code, verdict.verdict) == (1, Verdict.FAILED)
    message = played.tests["DDO-002"]["message"]
    assert verdict.findings[0].seen in message
    assert f"Meaning (level R0: torn content visible): {verdict.findings[0].meaning}" in message
    assert f"Remedy: {verdict.findings[0].remedy}" in message
    history = load_history(played.output / "contention" / "DDO-002" / "history.jsonl")
    assert readers.changed_under_reader(history.about("the copier under test"))


# -- not proven ------------------------------------------------------------------------------------------------------


def test_a_step_that_never_comes_again_is_not_proven(robot, profile, tmp_path):
    played = robot(profile(f"moody:{tmp_path}/mood"), "DDO-001")
    verdict = played.verdicts["DDO-001"]
    assert verdict.findings == ()
    assert verdict.verdict is Verdict.NOT_PROVEN
    assert "'set the permissions of the temporary file' was not reached" in verdict.reason
    assert played.tests["DDO-001"]["message"].startswith("NOT PROVEN: ")
    assert (played.code, played.tests["DDO-001"]["status"]) == (1, "FAIL")


def test_a_close_that_comes_at_another_moment_is_a_limit_only(robot, profile, tmp_path):
    """As with programs whose runtime closes files in a thread of its own: nothing can be seen there that is not seen elsewhere."""
    verdict = robot(profile(f"closes-late:{tmp_path}/first"), "DDO-001").verdicts["DDO-001"]
    assert verdict.verdict is Verdict.PASSED
    assert any(limit.startswith("The copier closes its files beside its other work") for limit in verdict.limitations)


@pytest.fixture
def blind(monkeypatch):
    """Let every control copier be without its fault."""
    monkeypatch.setattr(controls, "load", lambda name: load("good/simple"))


@pytest.mark.parametrize("check", [truth.BOUNDED_TIME, readers.TORN_READS])
def test_a_check_whose_control_shows_nothing_is_not_proven(blind, tmp_path, check):
    spoken = scenarios_of("FileBlocking")["RDW-001"]
    scenario = Scenario("RDW-001", "", "FileBlocking", Settings(load("good/simple"), Size.QUICK, tmp_path))
    try:
        for play in spoken.plays:
            scenario.play(play)
        failing, _, control = scenario.check(check)
        verdict = scenario.verdict()
    finally:
        scenario.close()
    assert failing == []
    assert (control.check, control.seen) == (check.name, False)
    assert verdict.verdict is Verdict.NOT_PROVEN
    assert f"the check '{check.name}' could not fail" in verdict.reason


def test_a_check_that_was_not_proven_fails_its_sentence(robot, profile, tmp_path):
    """In the suite as well: the saboteur here is a listener that gives every control a good copier."""
    saboteur = tmp_path / "saboteur.py"
    saboteur.write_text(
        "from ContentionLibrary.copiers import shelf\n"
        "from ContentionLibrary.scenario import controls\n"
        "ROBOT_LISTENER_API_VERSION = 3\n"
        "controls.load = lambda name: shelf.load('good/simple')\n"
    )
    words = command(tmp_path / "out", "good/simple", "DDO-002")
    words[words.index("--log") : words.index("--log")] = ["--output", "output.json", "--listener", str(saboteur)]
    subprocess.run(words, cwd=CHECKOUT, env=environment(tmp_path), capture_output=True, timeout=60, check=False)
    played = Played(tmp_path / "out", None, "")
    assert played.verdicts["DDO-002"].verdict is Verdict.NOT_PROVEN
    message = played.tests["DDO-002"]["message"]
    assert "NOT PROVEN: the check 'bounded time' did not see the fault of faulty/hangs" in message


# -- skipped ---------------------------------------------------------------------------------------------------------


def test_a_missing_program_skips_with_its_remedy(robot, profile):
    played = robot(
        profile("plain", "requires: {program: no-such-copier, package: copiers-extra}"), "DDO-002", "RDW-001"
    )
    assert played.code == 0
    for test in played.tests.values():
        assert test["status"] == "SKIP"
        assert "needs the program no-such-copier: apt install copiers-extra" in test["message"]
    assert played.verdicts == {}


def test_a_command_that_is_not_installed_skips(robot):
    played = robot("cp", "DDO-002", COMMAND="no-such-copier {source} {destination}")
    assert played.tests["DDO-002"]["status"] == "SKIP"
    assert "'no-such-copier' is not found or not executable: install it" in played.tests["DDO-002"]["message"]


# -- errors of the harness -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("whom", "words"),
    [
        ("supervisor", "the supervisor of "),
        ("guard", "the supervisor of "),
        ("workers", "reader"),
        ("starter", "the starter is gone"),
    ],
)
def test_a_harness_that_breaks_is_no_fault_of_the_copier(robot, profile, whom, words):
    played = robot(profile(f"kill:{whom}"), "RDW-001")
    verdict = played.verdicts["RDW-001"]
    assert verdict.verdict is Verdict.HARNESS_ERROR, verdict.reason
    assert words in verdict.reason.casefold()
    assert verdict.findings == ()
    assert played.tests["RDW-001"]["status"] == "FAIL"
    assert played.tests["RDW-001"]["message"].startswith("error of the harness: ")
    assert len(load_history(played.output / "contention" / "RDW-001" / "history.jsonl")) > 0


# -- mistakes of the user -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"SIZE": "big"}, "setting SIZE: 'big' is no size; write one of: quick, standard, full"),
        ({"COPIER": "cpp"}, "There is no copier 'cpp'; did you mean 'cp'?"),
        ({"COPIER": "/nowhere/own.yaml"}, "'/nowhere/own.yaml': there is no such profile file"),
        ({"COPIER": "cp {source} {destination}"}, "is a command, not the name of a profile"),
        ({"COMMAND": "cp {source}"}, "The command 'cp {source}' cannot be used: the command has no destination"),
        ({"WORKSPACE_ROOT": "/nowhere/at/all"}, "There is no directory '/nowhere/at/all' to work in"),
    ],
)
def test_a_mistake_gets_one_message(robot, variables, message):
    played = robot(variables.pop("COPIER", "cp"), "DDO-002", **variables)
    told = played.tests["DDO-002"]["message"]
    assert message in told
    assert "\n" not in told
    assert (played.code, played.tests["DDO-002"]["status"], played.verdicts) == (1, "FAIL", {})


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("time_limt: 5 s", "line 4: field 'time_limt' is unknown; did you mean 'time_limit'?"),
        ("replaces: maybe", "line 4, field 'replaces': 'maybe' is neither true nor false"),
        ("exit_codes: {busy: [300]}", "line 4, field 'exit_codes': '300' is no exit code"),
        ("notes: [", "is not valid YAML"),
    ],
)
def test_a_mistake_in_a_profile_is_told_with_its_line(robot, profile, line, message):
    played = robot(profile("plain", line), "DDO-002")
    told = played.tests["DDO-002"]["message"]
    assert message in told
    assert "own.yaml" in told
    assert "\n" not in told


def test_a_copier_that_cannot_be_started_is_told_as_a_mistake(robot, tmp_path):
    broken = tmp_path / "broken"
    broken.write_text("#!/no/such/interpreter\n")
    broken.chmod(0o755)
    played = robot("cp", "DDO-002", COMMAND=f"{broken} {{source}} {{destination}}")
    assert "the copier cannot be started" in played.tests["DDO-002"]["message"]
    assert played.verdicts["DDO-002"].findings == ()
    assert played.verdicts["DDO-002"].verdict is Verdict.HARNESS_ERROR


def test_a_copier_that_cannot_do_without_what_it_is_refused_is_not_judged(tmp_path):
    alone = (
        sys.executable,
        "-I",
        "-S",
        str(COPIERS.with_name("copier_without_fallback.py")),
        "{source}",
        "{destination}",
    )
    verdict = direct.played(dataclasses.replace(load("good/simple"), command=alone), "DDO-002", tmp_path)
    assert verdict.verdict is Verdict.NOT_PROVEN
    assert verdict.findings == ()
    assert "refused io_uring" in verdict.reason
    assert any("refused io_uring" in told for told in verdict.limitations)
