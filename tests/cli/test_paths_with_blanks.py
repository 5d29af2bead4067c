from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def python_with_a_blank(tmp_path):
    """An environment of its own in a folder with a blank, with the same packages as ours."""
    venv = tmp_path / "my environment's"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    packages = [path for path in sys.path if path.endswith("site-packages")]
    (next(venv.glob("lib/python*/site-packages")) / "ours.pth").write_text("\n".join(packages) + "\n")
    return venv / "bin" / "python"


@pytest.fixture
def checkout_with_a_blank(tmp_path):
    checkout = tmp_path / "check out"
    for name in ("ContentionLibrary", "variables"):
        shutil.copytree(CHECKOUT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CHECKOUT / "pyproject.toml", checkout)
    return checkout


def test_interpreter_and_checkout_may_lie_below_folders_with_blanks(
    contention, write, python_with_a_blank, checkout_with_a_blank, monkeypatch
):
    @dataclass(frozen=True)
    class Elsewhere(type(contention)):
        def environment(self):
            return super().environment() | {"PYTHONPATH": str(checkout_with_a_blank)}

    elsewhere = Elsewhere(contention.home)
    told = contention.home / "told"
    contention.suite("t/a.robot", write("RDW-001 One", f"Tell Origin    {told}", "Leave Verdict    passed"))
    contention.suite("t/b.robot", write("RDW-002 Two", "Leave Verdict    passed"))
    ended = elsewhere("run", "t", "--copier", "cp", "--processes", "2", interpreter=str(python_with_a_blank))
    assert ended.code == 0, ended
    assert (contention.home / "results/side-by-side").is_dir()
    assert told.read_text().splitlines() == [str(python_with_a_blank), str(checkout_with_a_blank)]
