"""Playing a role: the last and outermost thing that a child of a starter does."""

from __future__ import annotations

import importlib
import sys
import traceback

from ContentionLibrary.processes.channel import Channel, ChannelClosed, Message


def play(channel: Channel, request: Message) -> int:
    """Play a role: call `main(channel, request)` of the module that `request["role"]` names.

    What it did not expect is told to whoever asked for the child, and written to the log.

    Returns:
        The exit code of the process.
    """
    try:
        importlib.import_module(request["role"]).main(channel, request)
    except ChannelClosed:  # whoever we worked for is gone, or wants no more
        return 0
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else 1
    except BaseException:  # noqa: BLE001 - the outermost edge of a process: nobody else could tell it
        text = traceback.format_exc()
        sys.stderr.write(text)
        sys.stderr.flush()
        try:
            channel.send({"error": text})
        except ChannelClosed:
            return 1
        return 1
    return 0
