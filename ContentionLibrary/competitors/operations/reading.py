"""Readers: whole files, halves with a pause between them, and again and again."""

from __future__ import annotations

import errno
import os
import time

from ContentionLibrary.competitors.hands import Hands
from ContentionLibrary.competitors.operations.refusing import refusal
from ContentionLibrary.competitors.report import Look, Outcome
from ContentionLibrary.content.judge import judge_descriptor, judge_file
from ContentionLibrary.content.sighting import Sighting
from ContentionLibrary.history.acts import Answer

_BINARY = getattr(os, "O_BINARY", 0)
_MOST_LOOKS = 2000
"""So many changes are told one by one; a loop that sees more goes on counting."""


def read(hands: Hands, path: str) -> Outcome:
    """Open a file, read all of it, and judge it."""
    return Outcome(sighting=judge_file(path))


def open_half(hands: Hands, path: str, handle: str = "file") -> Outcome:
    """Open a file, read the first half of it, and keep it open.

    The sighting is of the first half alone. The half is that of the size at the moment of opening, in whole words.
    """
    descriptor = os.open(path, os.O_RDONLY | _BINARY)
    try:
        half = os.fstat(descriptor).st_size // 16 * 8
        sighting = judge_descriptor(descriptor, 0, half)
        os.lseek(descriptor, sighting.size, os.SEEK_SET)  # where a reader stands that has read so far
    except OSError:
        os.close(descriptor)
        raise
    hands.hold(handle, descriptor, path)
    return Outcome(sighting=sighting)


def finish_reading(hands: Hands, handle: str = "file") -> Outcome:
    """Read from the kept descriptor all that follows the last byte read, judge it, and keep the file open."""
    descriptor, _ = hands.held(handle)
    sighting = judge_descriptor(descriptor, os.lseek(descriptor, 0, os.SEEK_CUR))
    return Outcome(sighting=sighting)


def read_rest_again(hands: Hands, handle: str = "file", start: int | None = None) -> Outcome:
    """Read the second half from the kept descriptor, any number of times; its position stays where it is.

    Args:
        hands: the worker's.
        handle: name of the kept file.
        start: first byte; None continues where the first half ended.
    """
    descriptor, _ = hands.held(handle)
    return Outcome(
        sighting=judge_descriptor(descriptor, os.lseek(descriptor, 0, os.SEEK_CUR) if start is None else start)
    )


def read_all_again(hands: Hands, handle: str = "file") -> Outcome:
    """Read the whole file from the kept descriptor, from the first byte on; its position stays where it is."""
    return Outcome(sighting=judge_descriptor(hands.held(handle)[0]))


def close_file(hands: Hands, handle: str = "file") -> Outcome:
    """Close the kept file, which frees its locks."""
    hands.held(handle)
    hands.drop(handle)
    return Outcome()


def loop_reading(hands: Hands, path: str, seconds: float | None = None, pause: float = 0.0) -> Outcome:
    """Open, read and judge a file again and again until told to stop.

    Args:
        hands: the worker's.
        path: the file; it may come and go.
        seconds: stop by itself after so long; None waits to be told.
        pause: seconds between two looks.

    Returns:
        Every change that was seen, with its times, and the number of looks. Its answer is that of the last look.
    """
    deadline = None if seconds is None else time.monotonic() + seconds
    looks: list[Look] = []
    last: Look | None = None
    total = 0
    while True:
        look = _look(path)
        total += 1
        if last and (last.answer, last.error, last.sighting) == (look.answer, look.error, look.sighting):
            last = Look(last.answer, last.error, last.sighting, last.first, look.last, last.count + 1)
        else:
            if last and len(looks) < _MOST_LOOKS:
                looks.append(last)
            last = look
        if hands.asked_to_stop() or (deadline is not None and time.monotonic() >= deadline):
            looks.append(last)
            return Outcome(answer=last.answer, error=last.error, looks=tuple(looks), total=total)
        if pause:
            time.sleep(pause)


def _look(path: str) -> Look:
    began = time.monotonic_ns()
    sighting: Sighting | None = None
    answer, error = Answer.DONE, ""
    try:
        sighting = judge_file(path)
    except OSError as trouble:
        answer, error = refusal(trouble, path).answer, errno.errorcode.get(trouble.errno or 0, "")
    return Look(answer, error, sighting, began, time.monotonic_ns())


OPERATIONS = (read, open_half, finish_reading, read_rest_again, read_all_again, close_file, loop_reading)
