"""A role that keeps a crowd of sleeping programs, for a monitor to look at."""

from __future__ import annotations

import subprocess

from ContentionLibrary.processes.channel import Channel, Message


def main(channel: Channel, request: Message) -> None:
    """Start the programs, say so, and end them when nobody listens any more."""
    crowd = [subprocess.Popen(["sleep", "600"], start_new_session=True) for _ in range(request["count"])]
    try:
        channel.send({"there": len(crowd)})
        channel.receive()
    finally:
        for one in crowd:
            one.kill()
