"""A supervisor as it is on a kernel before 5.19, where each signal wakes a waiting thread and its call comes again."""

from __future__ import annotations

from ContentionLibrary.processes.channel import Channel, Message
from ContentionLibrary.stepping.linux import seccomp, supervisor


def main(channel: Channel, request: Message) -> None:
    seccomp._FLAG_WAIT_KILLABLE_RECV = 0
    supervisor.main(channel, request)
