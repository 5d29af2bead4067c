"""The worker's side of a barrier: a small shared memory in which all members see each other come.

A member that was told to go marks its place and then spins until it sees the marks of all others; nobody tells it.
So the time that the system takes to wake one process after the other is spent before the start. Between two looks a
member gives up the processor, so that everybody gets its turn within some microseconds. A crowd (more than four
members on each processor) sleeps between two looks instead, because the scheduler makes those who gave way often wait
the longest. Skew beside that of `multiprocessing.Barrier` on 2 processors: `tests/benchmarks/bench_barrier.py`.
"""

from __future__ import annotations

import mmap
import os
import struct
import time

_SPIN = 0.25
"""Seconds after which a member stops spinning at full speed: somebody is late, and may need the processor."""

_CROWD = 4
"""More members than this for each processor sleep between two looks."""
_CROWD_SLEEP = 10e-6
"""Seconds of that sleep for each member: looking costs a crowd a tenth of a processor or less."""

give_way = getattr(os, "sched_yield", lambda: time.sleep(0))


class Gate:
    """The shared memory of one barrier.

    It holds one byte for each member (the number of the round in which it has come), one byte by which a round is
    given up, and for each member the time at which it left.

    Args:
        path: the file that all members map.
        members: how many they are.
    """

    def __init__(self, path: str, members: int) -> None:
        self._members = members
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        try:
            self._memory = mmap.mmap(descriptor, size_of(members))
        finally:
            os.close(descriptor)

    def pass_through(self, seat: int, turn: int, timeout: float) -> int | None:
        """Wait until all members have come, and leave with them.

        Args:
            seat: which member this is, from 0.
            turn: number of the round, 1 to 255.
            timeout: seconds to wait.

        Returns:
            The moment of leaving, in nanoseconds of the monotonic clock; None when the round was given up or the
            time is over.
        """
        pause = self._members * _CROWD_SLEEP if self._members > _CROWD * processors() else 0.0
        memory, members, monotonic = self._memory, self._members, time.monotonic
        everybody = bytes([turn]) * members
        deadline, slow_from = monotonic() + timeout, monotonic() + _SPIN
        memory[seat] = turn
        while memory[:members] != everybody:
            now = monotonic()
            if now > deadline or memory[members] == turn:
                return None
            if pause or now > slow_from:
                time.sleep(pause or 0.0005)
            else:
                give_way()
        left = time.monotonic_ns()
        struct.pack_into("<q", memory, _time_at(members, seat), left)
        return left

    def clear(self) -> None:
        """Forget the times of the last round."""
        self._memory[_time_at(self._members, 0) :] = bytes(8 * self._members)

    def give_up(self, turn: int) -> None:
        """Let nobody wait any longer in this round."""
        self._memory[self._members] = turn

    def absent(self, turn: int) -> list[int]:
        """Return the seats of those who have not come in this round."""
        return [seat for seat in range(self._members) if self._memory[seat] != turn]

    def times(self) -> list[int]:
        """Return for each member when it left; 0 for those who have not yet."""
        return list(struct.unpack_from(f"<{self._members}q", self._memory, _time_at(self._members, 0)))

    def close(self) -> None:
        """Let go of the memory."""
        self._memory.close()


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def size_of(members: int) -> int:
    """Return how many bytes the memory of a barrier has."""
    return _time_at(members, members)


def _time_at(members: int, seat: int) -> int:
    return -(-(members + 1) // 8) * 8 + 8 * seat
