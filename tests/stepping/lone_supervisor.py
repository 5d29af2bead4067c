"""A supervisor without a starter: the program of a process that becomes another user."""

from __future__ import annotations

import ctypes
import json
import os
import socket

from ContentionLibrary.processes.channel import Channel
from ContentionLibrary.stepping.linux import supervisor

_PR_SET_DUMPABLE = 4


def main(control: int, user: int, request: str) -> None:
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)  # as for a process that was this user's from the start
    supervisor.main(Channel(socket.socket(fileno=control)), json.loads(request))
