"""Consumers: they pick up the files of a directory as jobs do that take in whatever arrives.

One kind lists the directory and takes what matches its patterns; the other waits until the system says that a file
was closed after writing or has been moved here. Either opens what it takes, reads all of it, and judges it.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable

from ContentionLibrary.competitors.directories import Sign, Watch, open_watch
from ContentionLibrary.competitors.directories.sign import COMPLETE
from ContentionLibrary.competitors.hands import Hands
from ContentionLibrary.competitors.operations.refusing import refusal
from ContentionLibrary.competitors.report import Outcome, Pick
from ContentionLibrary.content.judge import judge_file
from ContentionLibrary.content.patterns import matching
from ContentionLibrary.content.sighting import Sighting
from ContentionLibrary.history.acts import Answer

_LOOK_AGAIN = 0.005  # seconds after which a waiting consumer asks whether it is to stop
_MOST = 500
"""So many things are told one by one; a loop that sees more of them goes on."""


def watch(hands: Hands, paths: list[str]) -> Outcome:
    """Begin to watch directories; what happens there is kept until it is asked for."""
    hands.stop_watching()
    hands.watch = open_watch(paths)
    return Outcome()


def stop_watching(hands: Hands) -> Outcome:
    """End the watch."""
    hands.stop_watching()
    return Outcome()


def pick_up_by_name(hands: Hands, path: str, patterns: list[str]) -> Outcome:
    """List a directory once, and read every file whose name matches."""
    return Outcome(picks=tuple(_by_name(path, patterns)))


def pick_up_by_event(hands: Hands, path: str, patterns: list[str]) -> Outcome:
    """Read every file of a directory that is said to be complete, and whose name matches, since this was last asked."""
    signs = _watched(hands).signs()
    picks = tuple(_by_event(path, patterns, signs))
    return Outcome(signs=tuple(signs), picks=picks, total=len(signs), gaps=_gaps(hands))


def loop_by_name(hands: Hands, path: str, patterns: list[str]) -> Outcome:
    """List a directory again and again until told to stop, and read every file whose name matches."""
    seen = _Seen()
    total = 0
    while True:
        stop = hands.asked_to_stop()  # so that there is a last look after everything has ended
        seen.add(_by_name(path, patterns))
        total += 1
        if stop:
            return Outcome(picks=tuple(seen.picks), total=total)


def loop_by_event(hands: Hands, path: str, patterns: list[str]) -> Outcome:
    """Wait for events until told to stop, and read every file that is said to be complete and whose name matches."""
    watching, seen = _watched(hands), _Seen()
    signs: list[Sign] = []
    total = 0
    while True:
        stop = hands.asked_to_stop()
        if not stop:
            watching.wait(_LOOK_AGAIN)
        new = watching.signs()
        total += len(new)
        signs += new[: _MOST - len(signs)]
        seen.add(_by_event(path, patterns, new))
        if stop:
            return Outcome(signs=tuple(signs), picks=tuple(seen.picks), total=total, gaps=_gaps(hands))


class _Seen:
    """Keeps what was picked up, unless it is what was picked up of the same name just before."""

    def __init__(self) -> None:
        self.picks: list[Pick] = []
        self._last: dict[str, tuple[str, Sighting | None]] = {}

    def add(self, picks: Iterable[Pick]) -> None:
        for pick in picks:
            now = pick.error, pick.sighting
            if self._last.get(pick.name) != now and len(self.picks) < _MOST:
                self.picks.append(pick)
            self._last[pick.name] = now


def _watched(hands: Hands) -> Watch:
    if hands.watch is None:
        raise LookupError("no directory is watched: begin to watch it first")
    return hands.watch


def _gaps(hands: Hands) -> str:
    watching = _watched(hands)
    if watching.lost:
        return "the system has dropped events of the watched directory, because too many came at once"
    return "" if watching.gapless else "this system tells no events of a directory: its listings were compared instead"


def _by_name(path: str, patterns: list[str]) -> Iterable[Pick]:
    try:
        with os.scandir(path) as entries:
            found = sorted(entry.name for entry in entries if entry.is_file(follow_symlinks=False))
    except FileNotFoundError:
        return
    for name in found:
        if matches := matching(name, patterns):
            yield _pick(path, name, ", ".join(matches))


def _by_event(path: str, patterns: list[str], signs: Iterable[Sign]) -> Iterable[Pick]:
    complete = {sign.name: sign.what for sign in signs if sign.directory == path and sign.what in COMPLETE}
    for name, what in complete.items():
        if matching(name, patterns):
            yield _pick(path, name, what.value)


def _pick(path: str, name: str, by: str) -> Pick:
    file = f"{path}/{name}"
    try:
        return Pick(name, by, Answer.DONE, "", judge_file(file))
    except OSError as trouble:
        return Pick(name, by, refusal(trouble, file).answer, errno.errorcode.get(trouble.errno or 0, ""), None)


OPERATIONS = (watch, stop_watching, pick_up_by_name, pick_up_by_event, loop_by_name, loop_by_event)
