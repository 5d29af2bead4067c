"""A supervisor whose filter reports nothing, as a sandbox may pretend to install one."""

from __future__ import annotations

from ContentionLibrary.processes.channel import Channel, Message
from ContentionLibrary.stepping.linux import launching, supervisor
from ContentionLibrary.stepping.linux.seccomp import compiled


def main(channel: Channel, request: Message) -> None:
    launching._filter = lambda **_: compiled([(0x06, 0, 0, 0x7FFF0000)])  # type: ignore[assignment]
    supervisor.main(channel, request)
