from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
SCRIPTED = Path(__file__).parent / "playground" / "scripted.py"


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Contention:
    """The command line in a folder of its own, as a user in a terminal has it."""

    home: Path

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "ContentionLibrary", *words]

    def environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if name != "COLUMNS"}  # the test runner's own width
        return ours | {"PYTHONPATH": str(CHECKOUT)} | {"XDG_STATE_HOME": str(self.home.parent / "state")}

    def start(self, *words: str, interpreter: str = sys.executable) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [interpreter, *self.command(*words)[1:]],
            cwd=self.home,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *words: str, interpreter: str = sys.executable) -> Ended:
        process = self.start(*words, interpreter=interpreter)
        out, err = process.communicate(timeout=90)
        return Ended(process.returncode, out, err)

    def suite(self, path: str, *tests: str) -> Path:
        file = self.home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(["*** Settings ***", f"Library    {SCRIPTED}", "*** Test Cases ***", *tests, ""]))
        return file


@pytest.fixture
def contention(tmp_path: Path) -> Contention:
    home = tmp_path / "a home"
    home.mkdir()
    return Contention(home)


def scripted(name: str, *steps: str, tags: Sequence[str] = ()) -> str:
    """Write a test whose first word is its id."""
    all_tags = [f"id:{name.split(maxsplit=1)[0]}", *tags]
    return "\n".join([name, "    [Tags]    " + "    ".join(all_tags), *(f"    {step}" for step in steps)])


@pytest.fixture
def write() -> Callable[..., str]:
    return scripted
