"""Runs copiers by hand: a pipe as the source holds a copy in the middle for as long as a test wants."""

import os
import subprocess
import sys
import time
from pathlib import Path

import ContentionLibrary
from ContentionLibrary.content.sighting import Version
from ContentionLibrary.content.words import blocks

SCRIPTS = Path(ContentionLibrary.__file__).parent / "faulty_copiers"
SIZE = 1 << 20
HALF = SIZE // 2
A, B, OLD = Version(1, 1), Version(2, 1), Version(3, 1)
DEADLINE = 20.0  # seconds


def until(condition, what):
    """Wait for a condition; fail when it does not come true."""
    deadline = time.monotonic() + DEADLINE
    while not (found := condition()):
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.002)
    return found


def command(script, source, destination):
    return [sys.executable, "-I", "-S", str(SCRIPTS / f"{script}.py"), str(source), str(destination)]


class HeldCopy:
    """A running copy from a pipe that has given the first half of version A so far."""

    def __init__(self, script, folder, destination):
        self.pipe = folder / f"pipe{len(list(folder.iterdir()))}"
        os.mkfifo(self.pipe)
        self.process = subprocess.Popen(
            command(script, self.pipe, destination),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        self._writing = os.open(self.pipe, os.O_WRONLY)  # waits until the copier has opened the other end
        self._give(0)

    def _give(self, start):
        for block in blocks(A, HALF, 4096, start):
            os.write(self._writing, block)

    def finish(self):
        """Give the second half and wait for the end; return exit code and message."""
        self._give(HALF)
        self.close_pipe()
        _, message = self.process.communicate(timeout=DEADLINE)
        return self.process.returncode, message

    def close_pipe(self):
        if self._writing >= 0:
            os.close(self._writing)
            self._writing = -1

    def end(self):
        self.close_pipe()
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
