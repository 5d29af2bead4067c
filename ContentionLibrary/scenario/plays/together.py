"""Several copiers at once, none of which may be waited for alone: it may itself be waiting for one that stands in a hold."""

from __future__ import annotations

import time
from collections.abc import Sequence

from ContentionLibrary.history.copies import CopyEnded
from ContentionLibrary.processes.channel import ready
from ContentionLibrary.scenario.performance import Performance
from ContentionLibrary.stepping.control import Hold


def gather(copiers: Sequence[Performance], patience: float) -> dict[int, Hold]:
    """Wait until each of some copiers stands in a hold or has ended.

    Args:
        copiers: they are counted from 0.
        patience: seconds for all; who has not come then may wait for one that stands.

    Returns:
        Who stands, by number.
    """
    deadline = time.monotonic() + patience
    holds: dict[int, Hold] = {}
    while coming := [number for number, one in enumerate(copiers) if number not in holds and one.ended is None]:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        _wait_for_news([copiers[number] for number in coming], left)
        for number in coming:
            if (hold := copiers[number].next(patience=0)) is not None:
                holds[number] = hold
    return holds


def run_all_to_end(copiers: Sequence[Performance]) -> list[CopyEnded]:
    """Let all run through whatever steps remain, whoever comes first, and return how each ended."""
    while active := [one for one in copiers if one.ended is None]:
        _wait_for_news(active, max(one.time_left for one in active))
        for one in active:
            if (hold := one.next(patience=0)) is not None:
                one.release(hold)
    return [one.ended for one in copiers if one.ended is not None]


def _wait_for_news(copiers: Sequence[Performance], patience: float) -> None:
    """Wait until one has something to tell, or has used up its own time, or our patience is over."""
    ready([one.channel for one in copiers], max(0.0, min(patience, *(one.time_left for one in copiers))))
