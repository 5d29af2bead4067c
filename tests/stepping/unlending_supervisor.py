"""A supervisor as it is where the system lets nobody borrow another program's open files."""

from __future__ import annotations

from typing import Any

from ContentionLibrary.processes.channel import Channel, Message
from ContentionLibrary.stepping.linux import flushing, supervisor
from ContentionLibrary.stepping.linux.memory import CannotBorrow


def _refuse(*_: Any) -> Any:
    raise CannotBorrow("its open files cannot be borrowed (Operation not permitted)")


def main(channel: Channel, request: Message) -> None:
    flushing.borrowed = _refuse  # type: ignore[assignment, attr-defined]
    supervisor.main(channel, request)
