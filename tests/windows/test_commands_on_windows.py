"""The commands that only look: they say clearly what cannot be had on Windows, and call Wine by its name."""

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform != "win32":
    pytest.skip("of Windows: .ci/wine runs it under Wine", allow_module_level=True)

CHECKOUT = Path(__file__).parents[2]
UNDER_WINE = hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")


def contention(*words):
    """Run a command, and return its exit code and its lines."""
    done = subprocess.run(
        [sys.executable, "-m", "ContentionLibrary", *words],
        cwd=CHECKOUT, capture_output=True, encoding="utf-8", check=False, stdin=subprocess.DEVNULL, timeout=120,
    )  # fmt: skip
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def test_the_doctor_names_the_system_and_what_it_lacks():
    code, lines = contention("doctor")
    assert code == 0
    assert lines[0].startswith("Windows API semantics (Wine " if UNDER_WINE else "Windows ")
    assert any("exact stepping needs Linux, this is win32" in line for line in lines)
    scenarios = [line.split() for line in lines if line[3:4] == "-" and line[:3].isupper() and line[4:7].isdecimal()]
    assert len(scenarios) > 20
    assert {words[1].rstrip(",") for words in scenarios} == {"sampled", "skipped"}
    assert any(line.startswith("copiers that can be run: ") and "reference" in line for line in lines)


def test_the_list_is_the_same_as_everywhere():
    code, lines = contention("list")
    assert code == 0
    assert any(line.startswith("RDW-001  Reader Opens The Destination") for line in lines)
    assert any(line.split()[:1] == ["reference"] for line in lines)
