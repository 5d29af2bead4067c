from __future__ import annotations

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


def loop_devices():
    return {path.name: (path / "loop/backing_file").is_file() for path in Path("/sys/block").glob("loop*")}


def doctor(tmp_path, *words, wrapper=(), path=None):
    environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(CHECKOUT)}
    if path is not None:
        environment["PATH"] = path
    command = [*wrapper, sys.executable, "-m", "ContentionLibrary", "doctor", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=30).stdout


def test_tries_everything_and_leaves_nothing(tmp_path):
    mounts = Path("/proc/self/mounts")
    before = (mounts.read_text() if mounts.exists() else "", loop_devices())
    told = json.loads(doctor(tmp_path, "FRS-002", "RDW-001", "--json"))
    assert [each["name"] for each in told["abilities"]] == [probe.name for probe in PROBES]
    assert all(each["found"] and (each["able"] or each["remedy"]) for each in told["abilities"])
    assert [each["id"] for each in told["scenarios"]] == ["RDW-001", "FRS-002"]
    assert {"name": "reference", "ready": True, "why": ""} in told["copiers"]
    assert list(tmp_path.iterdir()) == []
    assert (mounts.read_text() if mounts.exists() else "", loop_devices()) == before


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
