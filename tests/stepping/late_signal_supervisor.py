"""A supervisor on a kernel before 5.19 to which a signal comes in the very moment of a release: its call comes again."""

from __future__ import annotations

import os
import signal
import time

from ContentionLibrary.processes.channel import Channel, Message
from ContentionLibrary.stepping.linux import engine, seccomp, supervisor

WITHIN = 5.0  # seconds


class LateEngine(engine.Engine):
    def release(self, number: int, error: int | None = None) -> None:
        os.kill(self.holds._held[number].notification.thread, signal.SIGALRM)
        deadline = time.monotonic() + WITHIN
        while not self._listener.has_report() and time.monotonic() < deadline:
            time.sleep(0.0001)
        super().release(number, error)


def main(channel: Channel, request: Message) -> None:
    seccomp._FLAG_WAIT_KILLABLE_RECV = 0
    supervisor.Engine = LateEngine
    supervisor.main(channel, request)
