"""A script shows a finding with nothing of ours, and says so when the copier was mended."""

from __future__ import annotations

import platform
import re
import subprocess
import sys

import pytest

from ContentionLibrary.checks.keys import parse_key
from ContentionLibrary.competitors.dialect import why_no_client
from ContentionLibrary.replaying.reproducer.copier import CALLS as SCRIPT_CALLS
from ContentionLibrary.stage.samba import why_no_samba
from ContentionLibrary.stepping.linux.architecture import ARCHITECTURES

NO_SERVER = why_no_samba() or why_no_client()
SWAPPED = "SAP-003:faulty/follows-swapped-link:2.9.1:lands-where-it-was-named"
KEYS = (
    "RDW-001:faulty/truncates-in-place:1.1.4:torn-reads",  # held in the middle of its data
    "WDR-001:faulty/truncates-in-place:1.1.3:changed-under-a-reader",  # somebody has the file open
    "RDW-001:faulty/truncates-in-place:1.1.5:changed-under-a-reader",  # held at two steps
    "DDO-001:faulty/claims-success-after-loss:1.5.1:success-is-true",  # a fault that is seen in the exit code
    "WDR-002:faulty/mixes-rivals:1.4.1:one-winner",  # a second copier
    "FRS-001:faulty/truncates-in-place:1.4.1:clean-after-a-kill",
    "CV-001:faulty/truncates-in-place:3.3.1:clean-after-an-error",  # the system fails a step, and later ones
    "CV-001:faulty/truncates-in-place:11.5.1:clean-after-an-error",  # a signal
)

SMALL = ("--bytes", "262144")
SLOW = """
description: writes in place and takes its time, so that every reader meets a part of the file
command:
  - "{python}"
  - -c
  - |
    import sys, time
    data = open(sys.argv[1], 'rb').read()
    with open(sys.argv[2], 'wb', buffering=0) as file:
        for start in range(0, len(data), 32768):
            file.write(data[start : start + 32768])
            time.sleep(0.1)
  - "{source}"
  - "{destination}"
"""


def played(script, *words):
    ended = subprocess.run(
        [sys.executable, "-I", "-S", str(script), *words],
        cwd="/",
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.parametrize("key", KEYS)
def test_a_script_shows_it_ten_times_of_ten_without_robot_and_library_and_not_with_a_good_copier(
    contention, tmp_path, key
):
    script = tmp_path / "shows it.py"
    ended = contention("replay", key, "--times", "1", *SMALL, "--script", str(script))
    assert "shows it in 10 of 10, without this library" in " ".join(ended.out.split()), ended.out + ended.err
    text = script.read_text()
    assert not re.search(r"^(import|from) (ContentionLibrary|robot)", text, re.M)
    code, said = played(script, "2")
    assert code == 0 and "REPRODUCED in 2 of 2" in said and "It means:" in said
    copier = parse_key(key).copier.removeprefix("faulty/").replace("-", "_")
    script.write_text(text.replace(f"/{copier}.py", "/good_simple.py"))
    code, said = played(script, "1")
    assert code == 1 and "REPRODUCED in 0 of 1" in said, said


def test_a_good_copier_that_comes_to_the_same_point_is_seen_to_do_well_there(contention, tmp_path):
    script = tmp_path / "shows it.py"
    ended = contention("replay", SWAPPED, "--times", "1", *SMALL, "--script", str(script))
    assert "shows it in 10 of 10, without this library" in " ".join(ended.out.split()), ended.out + ended.err
    script.write_text(script.read_text().replace("follows_swapped_link.py", "good_simple.py"))
    code, said = played(script, "1")
    assert code == 1 and "stands before its step 'set the permissions of the temporary file'" in said
    assert "swapper: replace the directory by a link: done" in said
    assert re.search(r"exit code of the copier: 1 +\(before: 0\)", said) and "all names in the end: " in said


def test_a_script_says_on_which_processor_it_can_be_played(contention, tmp_path):
    script = tmp_path / "shows it.py"
    contention("replay", KEYS[0], "--times", "1", *SMALL, "--script", str(script))
    text = script.read_text()
    assert platform.machine() in text
    script.write_text(text.replace(f'"machine\\": \\"{platform.machine()}', '"machine\\": \\"riscv64'))
    code, said = played(script, "1")
    assert code == 2 and "knows Linux on riscv64 only" in said


@pytest.mark.parametrize(("column", "machine"), [(0, "x86_64"), (1, "aarch64")])
def test_a_script_knows_the_calls_by_the_same_numbers_as_the_library(column, machine):
    known = {call.name: number for number, call in ARCHITECTURES[machine].calls.items()}
    for name, about in SCRIPT_CALLS.items():
        assert about[column] == known.get(name), name


def test_nothing_is_left_by_a_script(contention, tmp_path):
    script = tmp_path / "shows it.py"
    contention("replay", KEYS[3], "--times", "1", *SMALL, "--script", str(script))
    (tmp_path / "tmp").mkdir()
    subprocess.run([sys.executable, str(script), "1"], env={"TMPDIR": str(tmp_path / "tmp")}, check=True)
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("LSS-003:cp:6.3.1:whole-after-a-signal", "send SIGHUP, SIGINT, SIGTERM"),
        pytest.param(
            "RLB-001:dialect/in-place:2.1.2:torn-reads",
            "client of a file server",
            marks=pytest.mark.skipif(bool(NO_SERVER), reason=NO_SERVER),
        ),
    ],
)
def test_where_no_script_can_show_it_none_is_written(contention, tmp_path, key, why):
    script = tmp_path / "shows it.py"
    ended = contention("replay", key, "--times", "1", *SMALL, "--script", str(script))
    assert ended.code == 3 and why in ended.err, ended.out + ended.err
    assert not script.exists()


def test_where_chance_decides_no_script_is_written(contention, tmp_path):
    script, profile = tmp_path / "shows it.py", tmp_path / "slow.yaml"
    profile.write_text(SLOW)
    key = "RDW-002:slow:3.1.0:torn-reads"
    ended = contention("replay", key, "--copier", str(profile), "--times", "1", *SMALL, "--script", str(script))
    assert ended.code == 3 and "several run freely" in ended.err, ended.out + ended.err
    assert not script.exists()
