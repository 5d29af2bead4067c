from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ContentionLibrary.doctor.probes import PROBES

CHECKOUT = Path(__file__).resolve().parents[2]
FORBIDDING = Path(__file__).parent / "forbidding.py"
linux = pytest.mark.skipif(sys.platform != "linux", reason="the machine is made poorer by means of Linux")


def attached(directory):
    """Which mounts, and which files behind disks, lie below a directory; others may come and go meanwhile."""
    mounts = Path("/proc/self/mounts")
    points = [line.split()[1] for line in mounts.read_text().splitlines()] if mounts.exists() else []
    files = []
    for file in Path("/sys/block").glob("loop*/loop/backing_file"):
        with contextlib.suppress(OSError):  # detached at this moment
            files.append(file.read_text().strip())
    return [path for path in points + files if path.startswith(f"{directory}/")]


def contention(tmp_path, *words, wrapper=(), path=None, code=0):
    environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(CHECKOUT)}
    if path is not None:
        environment["PATH"] = path
    command = [*wrapper, sys.executable, "-m", "ContentionLibrary", *words]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == code, ended
    return ended.stdout


def doctor(tmp_path, *words, **machine):
    return contention(tmp_path, "doctor", *words, **machine)


def test_tries_everything_and_leaves_nothing(tmp_path):
    told = json.loads(doctor(tmp_path, "FRS-002", "RDW-001", "--json"))
    assert [each["name"] for each in told["abilities"]] == [probe.name for probe in PROBES]
    assert all(each["found"] and (each["able"] or each["remedy"]) for each in told["abilities"])
    assert [each["id"] for each in told["scenarios"]] == ["RDW-001", "FRS-002"]
    assert {"name": "reference", "ready": True, "why": ""} in told["copiers"]
    assert list(tmp_path.iterdir()) == []
    assert attached(tmp_path) == []


@linux
def test_where_seccomp_is_forbidden_it_says_so_and_names_the_one_remedy(tmp_path):
    text = doctor(tmp_path, "CV-001", "RDW-001", wrapper=(sys.executable, str(FORBIDDING)))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "RDW-001 sampled exact-stepping" in lines
    assert "CV-001 skipped exact-stepping" in lines
    unconfined = "in a container: start it with `--security-opt seccomp=unconfined`"
    assert f"{unconfined} exact-stepping every scenario" in lines
    assert lines[-1] == "2 scenarios: 0 as good as they can be, 1 limited, 1 skipped"


@linux
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="an ordinary user has no loop devices")
def test_a_missing_program_is_told_with_its_package(tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "work").mkdir()
    for program in ("mkfs.ext4", "mkfs.xfs", "smbd"):
        # What is found first and cannot do its work is as good as missing.
        (tmp_path / "bin" / program).write_text("#!/bin/sh\necho broken >&2\nexit 1\n")
        (tmp_path / "bin" / program).chmod(0o755)
    told = json.loads(doctor(tmp_path / "work", "FRS-002", "--json", path=f"{tmp_path / 'bin'}:{os.environ['PATH']}"))
    (power,) = told["scenarios"]
    assert power["stages"] == {"ext4": "modelled", "xfs": "modelled"}
    assert power["missing"] == ["ext4", "xfs"]
    able = {each["name"]: each["able"] for each in told["abilities"]}
    assert not able["ext4"] and not able["xfs"]


@linux
def test_what_the_doctor_calls_skipped_is_skipped_and_points_to_the_doctor(tmp_path):
    (tmp_path / "work").mkdir()
    words = ("run", "CV-001", "--size", "quick", "--forget", "--outputdir", str(tmp_path / "results"))
    told = contention(tmp_path / "work", *words, wrapper=(sys.executable, str(FORBIDDING)), code=1)
    assert "1 scenario: 1 skipped" in told and "NOTHING PROVEN: every scenario was skipped" in told
    assert "skipped or limited: CV-001; each says why, and `contention doctor` what this machine lacks" in told
