"""Writes a stand-alone script from the record of one run: what was done and seen in it, in order.

The script is the files of `reproducer`, joined to one, with the story put into it. It can do what readers, deleters, changers of the source, those
who swap its directory, and a second copier do; it can kill a copier at a step, send it a signal there, and let the step fail.
The record of any other play is refused. Whether it shows the same must be tried, and is.
"""

from __future__ import annotations

import ast
import errno
import json
import os
import platform
import re
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ContentionLibrary.checks.check import SIGNAL, THE_NETWORK, Run
from ContentionLibrary.checks.readers import LOCK, OPEN_HALF, READ, READ_ON, UNLOCK
from ContentionLibrary.checks.swaps import SWAPS
from ContentionLibrary.checks.truth import CUT, DELETE, REPLACE, REWRITE, TAKE_AWAY
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.content.sighting import Kind, Sighting
from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.history.acts import Acted, Answer, Rearranged, Renamed, Signalled, StoodStill
from ContentionLibrary.history.cast import (
    AFTERWARDS,
    AGAIN,
    CHANGED_SOURCE,
    COPIERS,
    OLDER,
    ONCE_MORE,
    RECOVERY,
    RIVAL_SOURCE,
    SOURCE,
    THE_COPIER,
)
from ContentionLibrary.history.copies import (
    BARRED,
    FAILED,
    KILLED,
    CopyBegan,
    CopyEnded,
    StartedAs,
    StepLeft,
    StepReached,
    SurvivorsEnded,
)
from ContentionLibrary.history.disks import LaidOut, PowerLost, Recorded, SpaceCounted
from ContentionLibrary.history.events import Event, Limitation
from ContentionLibrary.history.figures import Measured
from ContentionLibrary.history.looks import Appeared, LocksSeen, Looked, OwnerSeen, Sized, SourceSeen

_PARTS = [Path(__file__).with_name("reproducer") / name for name in ("copier.py", "others.py", "story.py")]
_FIRST_LINE = "#!/usr/bin/env python3\n"
_PLACE = 'STORY: dict[str, Any] = json.loads("{}")'
_LETTERS = {SOURCE: "N", OLDER: "O", RIVAL_SOURCE: "R", CHANGED_SOURCE: "C"}
_ACTS = (READ, OPEN_HALF, READ_ON, DELETE, TAKE_AWAY, CUT, REPLACE, REWRITE, LOCK, UNLOCK, *SWAPS)
_ANSWERS = (Answer.DONE, Answer.ABSENT)
_TOLD_ELSEWHERE = ("fail the step: ", "kill all its processes")
"""Acts of nobody who could be asked: how the step is left tells the same."""
_KNOWN = (
    *(
        Acted,
        Appeared,
        CopyBegan,
        CopyEnded,
        Limitation,
        LocksSeen,
        Looked,
        Measured,
        Rearranged,
        Signalled,
        Sized,
        SourceSeen,
        StepLeft,
    ),
    *(StepReached, SurvivorsEnded),
)
"""Events that a script can do, or that change nothing."""
_STRANGE: dict[type[Event], str] = {
    PowerLost: "a loss of power",
    Recorded: "a loss of power",
    LaidOut: "a loss of power",
    SpaceCounted: "a file system that really runs full",
    StoodStill: "a copier that is stopped and continued",
    StartedAs: "copiers of two accounts",
    OwnerSeen: "copiers of two accounts",
    Renamed: "somebody who renames files",
}
_SENT = re.compile(rf"{SIGNAL} (SIG[A-Z0-9]+) to (its main process|all its processes)")
_ERRORS = {os.strerror(number): number for number in errno.errorcode}
_WHEN = {"after": "in the end", "repaired": "after its recover command", "recovered": "after one more copy"}
_NAMES = {"source", "rival source 1", "destination", "elsewhere", "moved", "decoy", "slide.bin"}
"""As in the script: every other name is one of the copier's own."""
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
    _refuse_strangers(run)
    _refuse_chance(run)
    actions = _actions(run)
    before = run.looked("before")
    directories = [entry.path for entry in before.entries if entry.kind == "directory"] if before is not None else []
    story = {
        "title": run.play.title,
        "seen": finding.seen,
        "meaning": finding.meaning,
        "machine": platform.machine(),  # elsewhere the same program makes other system calls
        "size": run.size,
        "older": run.play.older,
        "directories": directories,
        "environment": dict(environment),
        "actions": actions,
    }
    plain = json.dumps(json.dumps(story, indent=1))
    return _joined().replace(_PLACE, f"STORY: dict[str, Any] = json.loads(\n    {plain}\n)")


def _joined() -> str:
    """Join the parts: the words of the last one first, then what all of them import from Python itself, then all else."""
    plain: set[str] = set()
    named: dict[str, set[str]] = {}
    bodies, words = [], ""
    for part in _PARTS:
        text = part.read_text(encoding="utf-8")
        lines = text.splitlines(keepends=True)
        first, *others = ast.parse(text).body
        words = "".join(lines[: first.end_lineno])
        head = [one for one in others if isinstance(one, ast.Import | ast.ImportFrom)]
        for one in head:
            if isinstance(one, ast.Import):
                plain |= {name.name for name in one.names}
            elif one.module and not one.module.startswith(("__future__", "ContentionLibrary")):
                named.setdefault(one.module, set()).update(name.name for name in one.names)
        bodies.append("".join(lines[head[-1].end_lineno :]).strip())
    imports = [f"import {name}" for name in sorted(plain)]
    imports += [f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(named.items())]
    beginning = f"{_FIRST_LINE}{words}\nfrom __future__ import annotations\n\n" + "\n".join(imports)
    return "\n\n\n".join([beginning, *bodies]) + "\n"


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
    # Where the directory was swapped, or the copier never replaces a file, somebody has to make way for one more copy.
    left_out = AFTERWARDS if run.events.of(Rearranged) or not run.play.replaces else (ONCE_MORE,)
    for event in run.events:
        if isinstance(event, CopyBegan | CopyEnded | StepReached | StepLeft) and event.who in left_out:
            continue
        if isinstance(event, CopyBegan):
            actions.append(_start(run, event))
        elif isinstance(event, StepReached):
            actions.append(_action("reach", event.who, step=event.step))
        elif isinstance(event, StepLeft):
            actions.append(_leave(event))
        elif isinstance(event, Acted) and not event.operation.startswith(_TOLD_ELSEWHERE):
            actions.append(_act(event))
        elif isinstance(event, CopyEnded):
            code = event.exit_code if event.signal is None else -event.signal
            actions.append(_action("end", event.who, code=code))
        elif isinstance(event, Looked) and (
            event.moment == "after"
            or (event.moment == "repaired" and RECOVERY not in left_out)
            or (event.moment == "recovered" and AGAIN not in left_out)
        ):
            actions.append(_look(event))
    return actions


def _start(run: Run, began: CopyBegan) -> _Plain:
    held = [one for one in run.events.of(StepReached) if one.who == began.who]
    if any(word.startswith(_UNC) for word in began.command):
        raise NotPossibleHere("no script can be written yet for a copier that is a client of a file server")
    command = [_STAGE.sub("{place}", word) for word in began.command]
    if not any(word.endswith(f"{{place}}/{run.play.destination}") for word in command):
        raise NotPossibleHere("no script can be written yet for a copy to another file system or to a server")
    wanted = [_wanted(one) for one in held]
    return _action("start", began.who, command=command, wanted=wanted, alone=began.who in AFTERWARDS)


def _leave(left: StepLeft) -> _Plain:
    if left.how == "released":
        return _action("leave", left.who)
    if left.how.startswith(KILLED):
        return _action("kill", left.who, all="main" not in left.how)
    how, _, error = left.how.partition(" with ")
    if how not in (FAILED, BARRED) or error not in _ERRORS:
        raise NotPossibleHere(f"no script can be written yet for a copier that is {left.how} at a step")
    return _action("fail", left.who, error=_ERRORS[error])


def _look(look: Looked) -> _Plain:
    """Say what there was in the end; what files hold is told of all of them only where somebody has asked for that."""
    held = {one.path: _content(one.sighting) for one in look.contents if "source" not in one.path}
    names = [[_shown(entry.path), held.get(entry.path)] for entry in look.entries]
    seen = _content(look.destination) if look.destination is not None else None
    when = _WHEN[look.moment]
    return _action(
        "look", "somebody", seen=seen, when=when, names=sorted(names, key=repr), contents=bool(look.contents)
    )


def _shown(path: str) -> str:
    return "/".join(part if part in _NAMES else "*" for part in path.split("/"))


def _refuse_strangers(run: Run) -> None:
    """Refuse a run in which there was somebody or something that the script does not know."""
    if run.play.further:
        raise NotPossibleHere("no script can be written yet for a copy to several destinations")
    strange: list[type[Event]] = [type(event) for event in run.events if not isinstance(event, _KNOWN)]
    if strange:
        told = next((words for kind, words in _STRANGE.items() if kind in strange), "what happens in this run")
        raise NotPossibleHere(f"no script can be written yet for {told}")
    before = run.looked("before")
    others = [entry.path for entry in before.entries if "*" in _shown(entry.path)] if before is not None else []
    if others:
        raise NotPossibleHere(f"no script can be written yet where there are other files, such as {others[0]}")
    if any(look.temporary for look in run.events.of(Looked)):
        raise NotPossibleHere("no script can be written yet for files in the directory for temporary files")
    who = {event.who for event in run.events.of(CopyBegan)} - {THE_COPIER, *COPIERS[:2], *AFTERWARDS}
    if who:
        raise NotPossibleHere(f"no script can be written yet for so many copiers: {', '.join(sorted(who))}")


def _refuse_chance(run: Run) -> None:
    """Refuse a run in which copiers and others were free at the same time, so that another run may show something else."""
    if any(act.who == THE_NETWORK for act in run.events.of(Acted)):
        raise NotPossibleHere("no script can be written yet that makes a network fail")
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
    if sent := _SENT.fullmatch(act.operation):
        return _action("send", THE_COPIER, signal=int(signal.Signals[sent[1]]), to_all=sent[2].startswith("all"))
    refused = act.operation in SWAPS and act.answer is Answer.REFUSED
    if act.operation not in _ACTS or not (act.answer in _ANSWERS or refused):
        raise NotPossibleHere(f"no script can be written yet for {act.who}, who does this: {act.operation}")
    seen: object = "done"
    if act.sighting is not None:
        seen = _content(act.sighting)
    elif act.answer is Answer.ABSENT:
        seen = None
    elif refused:
        seen = "refused"
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
