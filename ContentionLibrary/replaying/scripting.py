"""Writes a stand-alone script from the record of one run: what was done and seen in it, in order.

The script is `reproducer.py` with the story put into it. It can do what readers, deleters, changers of the source and a
second copier do; the record of any other play is refused. Whether it shows the same must be tried, and is.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ContentionLibrary.checks.check import Run
from ContentionLibrary.checks.readers import LOCK, OPEN_HALF, READ, READ_ON, UNLOCK
from ContentionLibrary.checks.truth import CUT, DELETE, REPLACE, REWRITE, TAKE_AWAY
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.content.sighting import Kind, Sighting
from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.history.cast import AFTERWARDS, CHANGED_SOURCE, OLDER, RIVAL_SOURCE, SOURCE
from ContentionLibrary.history.events import (
    KILLED,
    Acted,
    Answer,
    CopyBegan,
    CopyEnded,
    Looked,
    StepLeft,
    StepReached,
)

_TEMPLATE = Path(__file__).with_name("reproducer.py")
_PLACE = 'STORY: dict[str, Any] = json.loads("{}")'
_LETTERS = {SOURCE: "N", OLDER: "O", RIVAL_SOURCE: "R", CHANGED_SOURCE: "C"}
_ACTS = (READ, OPEN_HALF, READ_ON, DELETE, TAKE_AWAY, CUT, REPLACE, REWRITE, LOCK, UNLOCK)
_ANSWERS = (Answer.DONE, Answer.ABSENT)
_STAGE = re.compile(r"^.*/stage/run-\d+(?=/|$)")
_UNC = "\\\\"
"""How the path of a file on a server begins."""
_TRIES = 10
_PATIENCE = 120.0  # seconds for one try

_READS = ("read ", "open the source")

_Plain = dict[str, Any]


def script_of(run: Run, finding: Finding, environment: Iterable[tuple[str, str]]) -> str:
    """Write the script.

    Args:
        run: in which the finding was seen.
        finding: the finding.
        environment: variables that the copier's profile sets.

    Raises:
        NotPossibleHere: something happened in the run that such a script cannot do; the message says what.
    """
    _refuse_chance(run)
    actions = _actions(run)
    story = {
        "title": run.play.title,
        "seen": finding.seen,
        "meaning": finding.meaning,
        "size": run.size,
        "older": run.play.older,
        "environment": dict(environment),
        "actions": actions,
    }
    plain = json.dumps(json.dumps(story, indent=1))
    return _TEMPLATE.read_text(encoding="utf-8").replace(_PLACE, f"STORY: dict[str, Any] = json.loads(\n    {plain}\n)")


def try_script(path: Path) -> int:
    """Run a written script, each time in a process of its own; return in how many of ten it shows the same."""
    hits = 0
    for _ in range(_TRIES):
        ended = subprocess.run(
            [sys.executable, str(path), "1"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_PATIENCE,  # it ends itself long before
        )
        hits += ended.returncode == 0
    return hits


def _actions(run: Run) -> list[_Plain]:
    actions: list[_Plain] = []
    for event in run.events:
        if isinstance(event, CopyBegan | CopyEnded | StepReached | StepLeft) and event.who in AFTERWARDS:
            continue
        if isinstance(event, CopyBegan):
            held = [one for one in run.events.of(StepReached) if one.who == event.who]
            if any(word.startswith(_UNC) for word in event.command):
                raise NotPossibleHere("no script can be written yet for a copier that is a client of a file server")
            command = [_STAGE.sub("{place}", word) for word in event.command]
            actions.append(_action("start", event.who, command=command, wanted=[_wanted(one) for one in held]))
        elif isinstance(event, StepReached):
            actions.append(_action("reach", event.who, step=event.step))
        elif isinstance(event, StepLeft):
            if event.how != "released":
                what = "killed" if event.how.startswith(KILLED) else "made to fail"
                raise NotPossibleHere(f"no script can be written yet for a copier that is {what} at a step")
            actions.append(_action("leave", event.who))
        elif isinstance(event, Acted):
            actions.append(_act(event))
        elif isinstance(event, CopyEnded):
            code = event.exit_code if event.signal is None else -event.signal
            actions.append(_action("end", event.who, code=code))
        elif isinstance(event, Looked) and event.moment == "after":
            seen = _content(event.destination) if event.destination is not None else None
            actions.append(_action("look", "somebody", seen=seen))
    return actions


def _refuse_chance(run: Run) -> None:
    """Refuse a run in which copiers and others were free at the same time, so that another run may show something else."""
    free = [
        (act, ended)
        for act in run.events.of(Acted)
        for ended in run.disturbed_ends()
        if act.step is None and act.began < ended.ended and ended.began < act.ended
    ]
    if free or len({event.who for event in run.events.of(StepReached)}) > 1:
        raise NotPossibleHere("no script can be written where several run freely: chance decides what is seen there")


def _action(do: str, who: str, **facts: object) -> _Plain:
    return {"do": do, "who": who, **facts}


def _act(act: Acted) -> _Plain:
    if act.operation not in _ACTS or act.answer not in _ANSWERS:
        raise NotPossibleHere(f"no script can be written yet for somebody who does this: {act.operation}")
    seen: object = "done"
    if act.sighting is not None:
        seen = _content(act.sighting)
    elif act.answer is Answer.ABSENT:
        seen = None
    start = act.sighting.start if act.sighting is not None else 0
    return _action("act", act.who, what=act.operation, target=act.target, start=start, seen=seen)


def _wanted(reached: StepReached) -> _Plain:
    """Say how the script knows the call before which the copier was held."""
    name, _, turn = reached.step.partition(" #")
    words = ("source",) if name.startswith(_READS) else ("destination", "temporary", "directory")
    places = {word: name.find(word) for word in words if word in name}
    if not places:
        raise NotPossibleHere(f"no script can be written yet for a copier that is held before '{reached.step}'")
    role = min(places, key=places.__getitem__)
    return {"call": reached.call, "role": role, "turn": int(turn or 1), "at": reached.written}


def _content(sighting: Sighting) -> list[list[object]]:
    """Say whose bytes they are, as the script says it."""
    found: list[list[Any]] = []
    for span in sighting.spans:
        letter = "\0" if span.kind is Kind.ZERO else _LETTERS.get(span.version) if span.version is not None else None
        if letter is None:
            raise NotPossibleHere("no script can be written yet for a file that holds bytes of nobody")
        if found and found[-1][0] == letter:
            found[-1][2] = span.end
        else:
            found.append([letter, span.start, span.end])
    return found
