"""`contention replay --hold`: everything stands still at the point of a finding until the user has looked around."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import TYPE_CHECKING

from ContentionLibrary.cli.screen import say
from ContentionLibrary.report.terminal import plain
from ContentionLibrary.scenario.state import state_text

if TYPE_CHECKING:
    from ContentionLibrary.scenario.run import Run
    from ContentionLibrary.stepping.control import Hold

_LOOK = 0.2  # seconds between two looks whether it is over


class Halt:
    """Stops a replay at one point, once, until the user presses Enter, or until it is told that all is over.

    Args:
        step: the step of the finding; empty: the end of the run.
    """

    def __init__(self, step: str) -> None:
        self._step = step
        self._is_over = False  # no Event: Ctrl-C in its `wait` may hit while another thread holds its lock
        self.reached = False

    def give_up(self) -> None:
        """Let the replay go on, whatever the user does."""
        self._is_over = True

    def look_around(self, run: Run, hold: Hold | None) -> None:
        """Called at each point at which one could look around; see `scenario.only`."""
        if self.reached or (hold.step if hold is not None else "") != self._step:
            return
        self.reached = True
        where = f"before '{self._step}'" if self._step else "at the end of the run"
        state = run.take_state(f"held {where}")
        say(*map(plain, state_text(state).splitlines()), "", *_hints(run, hold), "Press Enter or Ctrl-C to end it.")
        threading.Thread(target=self._read, daemon=True).start()
        while not self._is_over:
            time.sleep(_LOOK)

    def _read(self) -> None:
        """Wait for Enter, or for the end of the input. Not through `sys.stdin`, whose lock would outlive Ctrl-C."""
        os.read(sys.stdin.fileno(), 4096)
        self._is_over = True


def _hints(run: Run, hold: Hold | None) -> list[str]:
    place = run.place
    lines = ["Look around in another terminal, for example:", f"  ls -la --time-style=full-iso {place.root}/*"]
    lines += [f"  cmp {place.source} {path}" for path in place.destinations]
    if hold is not None:
        lines += [
            f"  ls -l /proc/{hold.pid}/fd                   what process {hold.pid} has open",
            f"  cat /proc/{hold.pid}/syscall /proc/{hold.pid}/stack   the call that it is in: {hold.call}",
        ]
    return [*lines, "  cat /proc/locks                       who holds which lock, by inode"]
