"""A role that keeps a crowd of sleeping programs, for a monitor to look at."""

from __future__ import annotations

import subprocess

from ContentionLibrary.processes.channel import Channel, Message


def main(channel: Channel, request: Message) -> None:
    """Start the programs, say so, and end them when nobody listens any more."""
    command = request.get("command", ["sleep", "600"])
    crowd = [subprocess.Popen(command, start_new_session=True, stdin=subprocess.PIPE) for _ in range(request["count"])]
    try:
        channel.send({"there": len(crowd)})
        channel.receive()
    finally:
        for one in crowd:
            one.kill()
