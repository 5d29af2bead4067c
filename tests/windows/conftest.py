"""A second process that opens, holds, changes and deletes files as a Windows program can, at our word."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


class Neighbour:
    """The other process. What it cannot do is raised here, with the number of the system's error."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("neighbour.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, deed: str, *words: str | int) -> int:
        print(json.dumps([deed, *map(str, words)]), file=self._process.stdin, flush=True)
        answer, error = json.loads(self._process.stdout.readline())
        if error:
            raise OSError(0, f"the other process: {deed} {words}", None, error)
        return answer

    def open(self, path: Path, access: str, share: str) -> int:
        """Open a file; access and share are letters of `rwd` (read, write, delete)."""
        return self.ask("open", path, access, share)

    def create(self, path: Path, access: str, share: str) -> int:
        return self.ask("create", path, access, share)

    def write(self, handle: int, text: str) -> None:
        self.ask("write", handle, text)

    def close(self, handle: int) -> None:
        self.ask("close", handle)

    def delete(self, path: Path) -> None:
        self.ask("delete", path)

    def end(self) -> None:
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def neighbour():
    made = Neighbour()
    yield made
    made.end()
