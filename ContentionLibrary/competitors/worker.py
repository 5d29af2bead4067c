"""The role of a waiting worker: it does what it is told, one operation after the other, and reports each.

It runs in a child of the starter. Whatever it imports is paid for once, by the starter.
"""

from __future__ import annotations

import time
from typing import Any

from ContentionLibrary.competitors.gate import Gate
from ContentionLibrary.competitors.hands import Hands
from ContentionLibrary.competitors.operations import OPERATIONS
from ContentionLibrary.competitors.operations.refusing import refusal
from ContentionLibrary.competitors.report import outcome_to_wire
from ContentionLibrary.content import words
from ContentionLibrary.errors import ContentionError
from ContentionLibrary.history.cast import OLDER, SOURCE
from ContentionLibrary.processes.channel import Channel, Message, ready


def prepare() -> None:
    """Make, once and for all workers, the contents that nearly all of them are going to meet."""
    words.prepare(SOURCE, OLDER)


def main(channel: Channel, request: Message) -> None:
    """Work until nobody speaks to this worker any more.

    Args:
        channel: to whoever gives the orders.
        request: what the worker was started with; nothing in it matters here.
    """
    hands = Hands(lambda: bool(ready([channel], 0)))
    gates: dict[str, Gate] = {}
    while True:
        order = channel.receive()
        if order is None or "operation" not in order:
            continue  # a late word to stop what has ended by itself
        began: int | None = None
        if "barrier" in order:
            began = _leave_together(channel, order["barrier"], gates)
            if began is None:
                channel.send({"broken": order["barrier"]["path"]})
                continue
        elif "meeting" in order:
            try:
                began = _meet(order["meeting"])
            except ContentionError as error:
                channel.send({"kept away": str(error)})
                continue
        channel.send(_perform(hands, order, began))


def _leave_together(channel: Channel, barrier: Message, gates: dict[str, Gate]) -> int | None:
    """Wait for the word to go, then for the other members; returns the moment of leaving."""
    path = barrier["path"]
    if path not in gates:
        gates[path] = Gate(path, barrier["members"])
    channel.send({"armed": barrier["seat"]})
    word = channel.receive()
    if word is None or "go" not in word:
        return None
    return gates[path].pass_through(barrier["seat"], barrier["turn"], word["go"])


def _meet(meeting: Message) -> int:
    """Wait at a barrier with a name, where programs that are not ours may wait too; returns the moment of leaving."""
    from pathlib import Path  # noqa: PLC0415 - few workers ever wait there, and all would pay for the import

    from ContentionLibrary.competitors.foreign import wait_at  # noqa: PLC0415 - likewise

    return wait_at(meeting["name"], Path(meeting["directory"]), meeting["timeout"]).left


def _perform(hands: Hands, order: Message, began: int | None) -> dict[str, Any]:
    operation = OPERATIONS[order["operation"]]
    arguments = order["arguments"]
    if began is None:
        began = time.monotonic_ns()
    try:
        outcome = operation(hands, **arguments)
    except OSError as error:
        outcome = refusal(error, order["target"])
    ended = time.monotonic_ns()
    return {"began": began, "ended": ended, "outcome": outcome_to_wire(outcome)}
