"""A supervisor as it is in a container that forbids its filter."""

from __future__ import annotations

import ctypes
import errno
from typing import Any

from ContentionLibrary.processes.channel import Channel, Message
from ContentionLibrary.stepping.linux import seccomp, supervisor


class _Refusing:
    """The C library, where every seccomp call fails with EPERM."""

    def __getattr__(self, name: str) -> Any:
        return {"syscall": lambda *_: -1}.get(name) or (lambda *_: 0)


def main(channel: Channel, request: Message) -> None:
    seccomp._libc = _Refusing()  # type: ignore[assignment]
    ctypes.get_errno = lambda: errno.EPERM
    supervisor.main(channel, request)
