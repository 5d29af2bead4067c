"""The real programs that stepping has to serve, and a few small ones that do what real ones seldom do."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

COPIERS = Path(__file__).parent / "copiers"
PYTHON = (sys.executable, "-I", "-S")


@dataclass(frozen=True)
class Copier:
    """One way to copy {source} to {target}. `needs` is a program that has to be installed."""

    name: str
    command: tuple[str, ...]
    needs: str = ""

    def command_for(self, source: Path, target: Path) -> list[str]:
        return [word.replace("{source}", str(source)).replace("{target}", str(target)) for word in self.command]


def _script(name: str) -> tuple[str, ...]:
    return ("sh", str(COPIERS / name), "{source}", "{target}")


def _python(name: str) -> tuple[str, ...]:
    return (*PYTHON, str(COPIERS / name), "{source}", "{target}")


_SHUTIL = "import shutil, sys; shutil.copy2(sys.argv[1], sys.argv[2])"
ALL = [
    Copier("cp", ("cp", "{source}", "{target}")),
    Copier("install", ("install", "{source}", "{target}")),
    Copier("dd", ("dd", "bs=64k", "if={source}", "of={target}"), "dd"),
    Copier("rsync", ("rsync", "-I", "{source}", "{target}"), "rsync"),
    Copier("rsync in place", ("rsync", "-I", "--inplace", "{source}", "{target}"), "rsync"),
    Copier("shutil", (*PYTHON, "-c", _SHUTIL, "{source}", "{target}")),
    Copier("rclone", ("rclone", "--config", "", "copyto", "{source}", "{target}"), "rclone"),
    Copier("busybox", ("busybox", "cp", "{source}", "{target}"), "busybox"),
    Copier("tar through a pipe", _script("pipe.sh"), "tar"),
    Copier("shell script", _script("copy.sh")),
    Copier("one write", _python("one_write.py")),
    Copier("threads", _python("threads.py")),
    Copier("helper process", _python("with_helper.py")),
]


def each_copier(*names: str) -> pytest.MarkDecorator:
    """Parametrize a test with copiers (all, or those named), skipping what is not installed."""
    chosen = [one for one in ALL if not names or one.name in names]
    assert len(chosen) == len(names or ALL)
    return pytest.mark.parametrize(
        "copier",
        [
            pytest.param(
                one,
                id=one.name.replace(" ", "-"),
                marks=pytest.mark.skipif(
                    bool(one.needs) and shutil.which(one.needs) is None, reason=f"{one.needs} is not installed"
                ),
            )
            for one in chosen
        ],
    )
