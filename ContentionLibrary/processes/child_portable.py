"""The program of a child of `starter_portable`: reads from standard input what it shall be, and is it."""

from __future__ import annotations

import json
import signal
import sys

from ContentionLibrary.processes.channel import Channel
from ContentionLibrary.processes.link_portable import join
from ContentionLibrary.processes.role import play


def main() -> None:
    """Join Robot and play the role."""
    start = json.loads(sys.stdin.readline())
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    sys.exit(play(Channel(join(start["port"], start["secret"])), start["request"]))
