"""A guard above each supervisor: a process that does nothing but end the program when its supervisor is lost.

The kernel kills a program's main process together with its supervisor (`PR_SET_PDEATHSIG`), but not the processes that
the program has started. As their adoptive ancestor the guard finds them all. The other way round, the supervisor ends
everything when it sees its guard gone.
"""

from __future__ import annotations

import os
import time

from ContentionLibrary.processes.channel import Channel
from ContentionLibrary.stepping.linux import tree
from ContentionLibrary.stepping.linux.launching import adopt_orphans

_KILL_WITHIN = 5.0


def continue_under_guard(channel: Channel) -> int:
    """Fork: the calling process becomes the guard, the new one goes on.

    Args:
        channel: belongs to the new process.

    Returns:
        In the new process, a descriptor that is readable when the guard is gone. The guard never returns.
    """
    adopt_orphans()
    guard = os.getpid()
    supervisor = os.fork()
    if supervisor == 0:
        os.setpgid(0, 0)  # whoever kills the guard with its process group leaves us time to clean up
        watched = os.pidfd_open(guard)
        if os.getppid() != guard:
            os._exit(1)
        return watched
    channel.close()
    code = 1
    try:
        code = os.waitstatus_to_exitcode(os.waitpid(supervisor, 0)[1])
        tree.kill_all(time.monotonic() + _KILL_WITHIN)
        tree.reap(keep=None)
    finally:
        os._exit(code if code >= 0 else 128 - code)
