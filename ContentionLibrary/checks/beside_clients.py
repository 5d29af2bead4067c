"""Copies on a file server, and copies of its clients to the same file: what is there in the end is one of them, whole.

A client is no copier that could be told: it has no lock that the server's side can see. So who comes last may win, and
both may report success (as if one had come after the other); but nobody's file may hold what another one has sent.
"""

from __future__ import annotations

from ContentionLibrary.checks.check import Check, Run, before_step, how_it_ended, last_words, runs_of, succeeded
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.readers import READ, is_whole, what_is_wrong
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.content.sighting import Sighting
from ContentionLibrary.content.wording import describe
from ContentionLibrary.history.acts import Acted, Answer
from ContentionLibrary.history.cast import NAMES, OLDER, RIVAL_SOURCE, SOURCE
from ContentionLibrary.history.recording import History

COPY = "copy another file to the destination"
GO_ON = "copy the rest of another file to the destination"
BEGIN = "begin to copy another file to the destination"

AT_EVERY_STEP = "client copies at every step"
IN_THE_MIDDLE = "copy in the middle of a client's copy"

_NAME = "one whole file"
_REMEDY = (
    "Never write into an existing file: clients of a server write into the same one, and no lock keeps them out. Put a new "
    "file in its place by rename, and look at the end, through the name, which file is there."
)
_REMEDY_FOR_REFUSED = (
    "Keep no lock on a file that has its final name already: a client opens it, which empties it, before the lock refuses its "
    "data. Give every lock back before the rename, or keep it on another file. And never write into an existing file."
)


def _clients_copy(run: Run) -> Acted | None:
    """Return the act with which a client's copy was complete; None if it was refused or never came so far."""
    done = [act for act in run.acted(COPY, GO_ON) if act.answer in (Answer.DONE, Answer.WAITED)]
    return done[-1] if done else None


def _situation(run: Run) -> str:
    act = next(iter(run.acted(COPY, GO_ON, BEGIN)), None)
    who = act.who if act is not None else "a client"
    if act is not None and not act.step:
        return f"{who[:1].upper()}{who[1:]} was in the middle of its copy to the destination ({run.where}) when the copier ran, and"
    moment = before_step(act.step if act else None)
    if act is not None and act.answer is Answer.REFUSED:
        why = f": {act.error}" if act.error else ""
        return f"{moment}{who} began to copy another file to the destination and was refused ({run.where}{why}), and"
    return f"{moment}{who} copied another file to the destination ({run.where}), and"


def _came_first(run: Run, copy: Acted) -> bool:
    """Tell whether the copier had not put its file in place yet when a client's copy was made."""
    last = next((act for act in reversed(run.acted(READ)) if act.ended <= copy.began), None)
    return last is not None and not (last.sighting is not None and last.sighting.is_whole(SOURCE, run.size))


_Trouble = tuple[str, Level, str]
"""What is wrong with what is there in the end; with its level, and what it means."""
_LOST = "A caller that trusts the exit code deletes the original and has lost the file."


def _trouble(run: Run, sighting: Sighting | None, copy: Acted | None) -> _Trouble | None:
    if sighting is not None and not is_whole(sighting, run.size):
        there = f"the destination ended as {what_is_wrong(sighting)} content: {describe(sighting, NAMES, run.size)}"
        return there, Level("W", 0), "A copy on the server and one of a client have made a file that neither has sent."
    if succeeded(run.ended()):
        return _lie(run, sighting, copy)
    return _undone(run, sighting) if copy is not None else None


def _lie(run: Run, sighting: Sighting | None, copy: Acted | None) -> _Trouble | None:
    """Say what is there instead of the file that the copier has reported."""
    if sighting is None:
        return "the copier reported success, yet there is no file", Level("E", 0), _LOST
    if sighting.is_whole(OLDER, run.size):
        return "the copier reported success, yet the older version is there", Level("E", 0), _LOST
    theirs = sighting.is_whole(RIVAL_SOURCE, run.size)
    if theirs and copy is not None and copy.step and _came_first(run, copy):
        return (
            f"the copier reported success after that, yet the file of {copy.who} is there still",
            Level("E", 0),
            _LOST,
        )
    return None


def _undone(run: Run, sighting: Sighting | None) -> _Trouble | None:
    """Say what is there instead of a client's file, although the copier has copied nothing."""
    ended = run.ended()
    if ended is None or (sighting is not None and sighting.is_whole(RIVAL_SOURCE, run.size)):
        return None
    words = f": {last_words(ended)}" if last_words(ended) else ""
    seen = f"the copier ended with {how_it_ended(ended)}{words}, yet the client's file is not there"
    return seen, Level("W", 0), "A copy that was refused has undone the copy of somebody else."


def one_whole_file(history: History) -> list[Finding]:
    """Find copies beside those of clients that ended as something else than one whole file, or with a lie."""
    found = []
    for run in runs_of(history):
        look, ended = run.looked("after"), run.ended()
        if look is None or ended is None or not run.acted(COPY, GO_ON):
            continue
        trouble = _trouble(run, look.destination, _clients_copy(run))
        if trouble is None:
            continue
        seen, level, meaning = trouble
        step = next((act.step for act in run.acted(COPY, GO_ON) if act.step), "") or ""
        refused = any(act.answer is Answer.REFUSED for act in run.acted(COPY))
        remedy = _REMEDY_FOR_REFUSED if refused else _REMEDY
        found.append(Finding(_NAME, f"{_situation(run)} {seen}.", step, meaning, remedy, level))
    return found


ONE_WHOLE_FILE = Check(
    _NAME,
    "A copy on a server beside a copy of a client ends as a mixture, as part of a file, or with a success that is none.",
    one_whole_file,
    None,  # that two may both report success is no measure of W: nobody could be told
    {"*": "faulty/truncates-in-place"},
)
