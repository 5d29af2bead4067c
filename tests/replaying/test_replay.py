"""A replay makes one run only, sees the finding each time, and says so when it does not."""

from __future__ import annotations

import dataclasses
import json
import re
import shlex
import sys
from pathlib import Path

import pytest

from ContentionLibrary.checks.keys import parse_key, word_of
from ContentionLibrary.copiers.shelf import load
from ContentionLibrary.history.copies import CopyBegan, StepReached
from ContentionLibrary.replaying.replay import Aim, Replay
from ContentionLibrary.scenario.scenario import Scenario
from ContentionLibrary.scenario.settings import Settings, Size
from tests.scenarios.robots import CATEGORIES
from tests.scenarios.spoken import scenarios_of

TORN = "RDW-001:faulty/truncates-in-place:1.1.3:torn-reads"
"""One run is held everywhere in this play."""
MIXED = "WDR-002:faulty/mixes-rivals:1.4.1:one-winner"
"""There is a run for each step in this play."""

LAST_BYTES = "RDW-001:faulty/truncates-in-place:1.1.7:torn-reads"

SOMETIMES = """
import os, shutil, sys
source, destination, memory = sys.argv[1:]
with open(memory, "a+") as file:
    file.write("x")
    file.flush()
    torn = file.tell() % 2
target = destination if torn else destination + ".part"
open(target, "wb").close()
with open(source, "rb") as one, open(target, "wb") as other:
    shutil.copyfileobj(one, other, 1 << 20)
if not torn:
    os.replace(target, destination)
"""


@pytest.fixture
def replay(tmp_path):
    scenarios = []

    def make(key, profile=None):
        parsed = parse_key(key)
        spoken = scenarios_of(CATEGORIES[parsed.scenario])[parsed.scenario]
        check = next(check for check in spoken.checks if word_of(check.name) == parsed.check)
        settings = Settings(load(profile or parsed.copier), Size.QUICK, tmp_path)
        scenarios.append(Scenario(parsed.scenario, "title", "category", settings))
        return scenarios[-1], Replay(scenarios[-1], Aim(spoken.plays, check, parsed))

    yield make
    for scenario in scenarios:
        scenario.close()


def test_where_a_play_has_a_run_for_each_step_only_the_one_is_made(replay):
    scenario, there = replay(MIXED)
    seen = there.go(4)
    assert (seen.hits, seen.goes, seen.held) == (4, 4, there.step)
    rivals = [began for began in scenario.history.of(CopyBegan) if began.who == "copier B"]
    assert len(rivals) == 4, "one for each time; none for the other steps"


def test_where_one_run_visits_all_steps_it_is_held_at_one(replay):
    scenario, there = replay(TORN)
    seen = there.go(3)
    assert (seen.hits, seen.goes, seen.held) == (3, 3, there.step) and there.step
    held = {}
    for event in scenario.history.of(StepReached):
        held.setdefault(event.play, []).append(event.step)
    first, *others = held.values()
    assert len(first) > 3, "the first go finds out which step it is"
    assert others == [[there.step]] * 3


def test_a_finding_across_two_steps_is_held_at_both(replay):
    _, there = replay("RDW-001:faulty/truncates-in-place:2.1.3:changed-under-a-reader")
    seen = there.go(2)
    assert (seen.hits, seen.goes) == (2, 2)


def test_a_copier_that_was_mended_is_not_accused(replay):
    _, there = replay(TORN, "good/simple")
    seen = there.go(3)
    assert (seen.hits, seen.goes, seen.finding, seen.unproven) == (0, 3, None, ())


def test_a_free_race_counts_its_rounds(replay):
    _, there = replay("WDR-002:faulty/ignores-rival:3.1.0:one-winner")
    seen = there.go(2)
    assert seen.goes == 2 and seen.rounds == 6 and seen.rounds_hit <= 6


def test_what_is_seen_only_sometimes_is_called_unstable(contention, tmp_path):
    script = tmp_path / "sometimes.py"
    script.write_text(SOMETIMES)
    words = (sys.executable, str(script), "{source}", "{destination}", str(tmp_path / "memory"))
    ended = contention(
        "replay", f"RDW-001:{Path(sys.executable).name}:1.1.3:torn-reads", "--command", " ".join(words), "--times", "4"
    )
    assert ended.code == 1, ended.out + ended.err
    assert re.search(r"UNSTABLE, seen in [123] of 4", ended.out)


def test_the_command_confirms_a_finding_and_tells_it(contention):
    ended = contention("replay", MIXED, "--times", "2")
    assert ended.code == 1, ended.out + ended.err
    assert f"{MIXED}: confirmed, seen in 2 of 2" in ended.out
    assert "MIXED content" in ended.out and "for one go" in ended.out


def test_the_command_ends_well_when_nothing_is_seen(contention):
    ended = contention("replay", "RDW-001:good/simple:1.1.3:torn-reads", "--times", "1")
    assert ended.code == 0, ended.out + ended.err
    assert "not seen, in none of 1" in ended.out


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("nonsense", "is no key of a finding"),
        ("RDW-999:cp:1.1.1:torn-reads", "RDW-999"),
        ("RDW-001:no-such:1.1.1:torn-reads", "no-such"),
        ("RDW-001:cp:9.1.1:torn-reads", "is about play 9"),
        ("RDW-001:cp:1.1.1:torn-wheels", "these checks: torn-reads"),
    ],
)
def test_a_key_of_nothing_is_refused(contention, key, told):
    ended = contention("replay", key)
    assert ended.code == 2 and told in ended.err and not ended.out


def test_what_cannot_come_to_a_good_end_is_not_begun(contention):
    for words, told in {
        ("--copier", "rsync"): "is about cp, but this names rsync",
        ("--command", "mv {source} {destination}"): "is about cp, but this names mv",
        ("--script", "nowhere/x.py"): "nowhere is no folder that you can enter",
        ("--script", "."): "is a folder",
    }.items():
        ended = contention("replay", "RDW-001:cp:1.1.2:torn-reads", *words)
        assert ended.code == 2 and told in ended.err and not ended.out


def test_a_finding_shown_by_a_run_is_found_again_by_its_key(contention):
    ran = contention("run", "RDW-001", "--copier", "faulty/truncates-in-place", "--size", "quick")
    key = re.search(r"replay: +contention replay (\S+)", ran.out)
    assert key, ran.out
    assert key[1] in Path(contention.home, "results/contention.json").read_text()
    assert "confirmed, seen in 1 of 1" in contention("replay", key[1], "--times", "1").out


OWN_SUITE = """\
*** Settings ***
Library     ContentionLibrary

*** Test Cases ***
Ours
    When a reader reads the destination at every step of a copy into an empty place
    Then no reader should have seen part of a file or a mix of two
"""


@pytest.mark.parametrize("given", ["profile", "command"])
def test_what_is_printed_goes_back_to_a_copier_and_a_suite_of_ones_own(contention, given):
    """From any directory: paths are whole, and a command is quoted."""
    home = Path(contention.home)
    (home / "own suites").mkdir()
    (home / "own suites" / "my.robot").write_text(OWN_SUITE)
    command = 'sh -c \'cat "$1" > "$2"\' sh {source} {destination}'
    (home / "mine.yaml").write_text("command: [cp, '{source}', '{destination}']\n")
    copier = ("--copier", "mine.yaml") if given == "profile" else ("--command", command)
    ran = contention("run", "own suites", *copier, "--size", "quick")
    printed = re.search(r"replay: +(contention replay .*)", ran.out)
    assert printed, ran.out + ran.err
    elsewhere = dataclasses.replace(contention, home=home / "elsewhere")
    elsewhere.home.mkdir()
    words = shlex.split(printed[1])
    assert json.dumps(printed[1])[1:-1] in (home / "results/contention.json").read_text()
    shown = elsewhere(*words[1:], "--times", "1", "--shrink")
    assert "confirmed, seen in 1 of 1" in shown.out, shown.out + shown.err
    again = shlex.split(re.search(r"again: +contention (.*)", shown.out)[1])
    assert "confirmed, seen in 1 of 1" in elsewhere(*again, "--times", "1").out


def test_nobody_goes_back_into_a_test_that_works_by_hand_and_is_told_so(contention):
    suite = Path(contention.home, "my.robot")
    suite.write_text(OWN_SUITE.replace("*** Test", "Suite Setup    Create Test File    a.bin    1 MiB\n\n*** Test", 1))
    ended = contention("replay", "my.ours:cp:1.1.2:torn-reads", "--suite", "my.robot")
    assert ended.code != 0 and "AttributeError" not in ended.err
    assert "a test that works by hand, be it in a setup, cannot be gone back to by the key of a finding" in ended.err


def test_shrinking_finds_a_small_file_and_one_reader_that_still_show_it(contention):
    key = "RDW-002:faulty/truncates-in-place:1.1.3:torn-reads"
    ended = contention("replay", key, "--times", "1", "--shrink")
    least = re.search(r"least: +(\d+) bytes in the file, 1 competitor, held before: write the first", ended.out)
    assert least, ended.out + ended.err
    again = re.search(r"again: +contention (.*)", ended.out)
    assert again and f"--bytes {least[1]} --competitors 1" in again[1]
    shown = contention(*again[1].split(), "--times", "2")
    assert "confirmed, seen in 2 of 2" in shown.out and "read by 1 at every step" in shown.out


def test_what_needs_a_certain_size_is_not_shrunk_below_it_and_found_where_its_step_is_then(contention):
    ended = contention("replay", LAST_BYTES, "--times", "1", "--shrink")
    again = re.search(r"again: +contention (.*)", ended.out)
    assert again and again[1].endswith("--bytes 262144"), "a file of one block has no last bytes besides its first"
    assert LAST_BYTES not in again[1], "there are fewer steps before it in a small file"
    shown = contention(*again[1].split(), "--times", "2")
    assert "confirmed, seen in 2 of 2" in shown.out and "held: before: write the last bytes" in " ".join(
        shown.out.split()
    )


def test_there_is_nothing_to_shrink_where_nothing_is_found(contention):
    ended = contention("replay", "RDW-001:good/simple:1.1.3:torn-reads", "--times", "1", "--shrink")
    assert ended.code == 2 and "was not seen each time" in ended.err
