"""What names hold when files were renamed around a copier: as if all had happened one after the other, in some order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ContentionLibrary.checks.check import Check, Run, runs_of, said_no, succeeded
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.readers import is_whole, what_is_wrong
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.content.sighting import Sighting, Version
from ContentionLibrary.content.wording import describe
from ContentionLibrary.history.acts import Acted, Answer, Move, Renamed
from ContentionLibrary.history.cast import NAMES, NEIGHBOURS, OLDER, SOURCE
from ContentionLibrary.history.copies import CopyEnded
from ContentionLibrary.history.recording import History

RING = "rename in a ring"
ONTO_DESTINATION = "rename a neighbour onto the destination"
ONTO_TEMPORARY = "rename a neighbour onto the temporary file"
TAKE_TEMPORARY = "rename the temporary file away"

_NAME = "renames in some order"
_REMEDY = (
    "Keep the new file open and compare it with what a name shows, just before and after publishing; never clean up by "
    "a name or a pattern what may be another one's file, and never put an old file back over what is there now."
)
_State = dict[str, Version]
"""Which whole content each name shows; what has no name is not in it."""


def rename_orders(history: History) -> list[Finding]:
    """Find runs after which no order of the renames and the copy explains what the names hold."""
    return [finding for run in runs_of(history) for finding in _judge(run)]


def _judge(run: Run) -> list[Finding]:
    before, after, ended = run.looked("before"), run.looked("after"), run.ended()
    if before is None or after is None or ended is None or not after.contents:
        return []
    folder = run.play.destination.rpartition("/")[0]
    neighbours = sorted(
        entry.path
        for entry in before.entries
        if entry.path.startswith(f"{folder}/") and entry.path != run.play.destination
    )
    names = [run.play.destination, *neighbours]
    shown = {file.path: file.sighting for file in after.contents if file.path.startswith(f"{folder}/")}
    torn = [name for name in names if name in shown and not is_whole(shown[name], run.size)]
    if torn:
        return [_torn(run, ended, torn[0], shown[torn[0]])]
    there = {name: version for name in names if name in shown and (version := shown[name].single_version)}
    expected = _expected(run, neighbours, succeeded(ended))
    if there not in expected:
        nearest = min(expected, key=lambda state: sum(there.get(name) != state.get(name) for name in names))
        return [_inexplicable(run, ended, there, nearest)]
    twice = [version for version in NEIGHBOURS if sum(file.single_version == version for file in shown.values()) > 1]
    return [_duplicate(run, ended, twice[0], shown)] if twice else []


def _expected(run: Run, neighbours: Sequence[str], success: bool) -> list[_State]:
    """Return every state that some order of the renames and the copy leads to; without the copy too, if it has refused.

    Names that the copier has made for itself are its own: what it does with a file that was put there is not judged,
    and one that has refused after it has published that file has said so.
    """
    start = dict(zip(neighbours, NEIGHBOURS, strict=True))
    if run.play.older:
        start[run.play.destination] = OLDER
    renames = run.events.of(Renamed)
    states = [] if success else _without_copy(run, start, renames)
    for copied_after in range(len(renames) + 1):
        state = dict(start)
        for number, rename in enumerate(renames):
            if number == copied_after:
                state[run.play.destination] = SOURCE
            _apply(state, rename)
        if copied_after == len(renames):
            state[run.play.destination] = SOURCE
        states.append(state)
    judged = {run.play.destination, *neighbours}
    return [{name: version for name, version in state.items() if name in judged} for state in states]


def _without_copy(run: Run, start: _State, renames: Sequence[Renamed]) -> list[_State]:
    state = dict(start)
    for rename in renames:
        _apply(state, rename)
    own = [move.to for rename in renames for move in rename.moves if move.to not in start]
    published = [state | {run.play.destination: state[name]} for name in own if name in state]
    return [state, *published]


def _apply(state: _State, rename: Renamed) -> None:
    """Do renames that happen at once: each name gets what its predecessor had."""
    for _ in range(rename.times):
        taken = {move.to: state.pop(move.path) for move in rename.moves if move.path in state}
        for move in rename.moves:
            if move.to not in taken:
                state.pop(move.to, None)
        state.update(taken)


def _situation(run: Run, ended: CopyEnded) -> str:
    renames = run.events.of(Renamed)
    how = "reported success" if succeeded(ended) else f"ended with {ended.ending.value}"
    if not renames:
        return f"Nothing was renamed, the copier {how}: "
    last = renames[-1]
    moves = ", ".join(f"{_short(move.path)} to {_short(move.to)}" for move in last.moves)
    when = (
        f"While the copier stood before its step '{last.step}'"
        if last.step
        else f"{last.times} times beside a free copy"
    )
    return f"{when}, {last.who} renamed {moves}; the copier {how}: "


def _short(path: str) -> str:
    return path.rpartition("/")[2]


def _step(run: Run) -> str:
    acts = [act.step for act in run.events.of(Acted) if act.step and act.answer is Answer.DONE]
    return acts[-1] or "" if acts else ""


def _torn(run: Run, ended: CopyEnded, name: str, content: Sighting) -> Finding:
    return Finding(
        check=_NAME,
        seen=f"{_situation(run, ended)}{_short(name)} holds {what_is_wrong(content)} content: "
        f"{describe(content, NAMES, run.size)}.",
        step=_step(run),
        meaning="A file that somebody may rely on is not whole.",
        remedy=_REMEDY,
        level=Level("S", 0) if said_no(ended) else Level("E", 0),
    )


def _holds(there: Mapping[str, Version], name: str) -> str:
    return f"the content of {NAMES[there[name]]}" if name in there else "no file"


def _inexplicable(run: Run, ended: CopyEnded, there: _State, nearest: _State) -> Finding:
    wrong = sorted(name for name in {*there, *nearest} if there.get(name) != nearest.get(name))
    told = "; ".join(f"{_short(name)} holds {_holds(there, name)}, not {_holds(nearest, name)}" for name in wrong)
    lied = succeeded(ended) and SOURCE not in there.values()
    return Finding(
        check=_NAME,
        seen=f"{_situation(run, ended)}{told}. No order of the copy and the renames leads to that.",
        step=_step(run),
        meaning="The job that was told that it had succeeded has delivered another file, or none."
        if lied
        else "A file of somebody who only shares the directory is lost.",
        remedy=_REMEDY,
        level=Level("E", 0) if lied else None,
    )


def _duplicate(run: Run, ended: CopyEnded, version: Version, shown: Mapping[str, Sighting]) -> Finding:
    names = " and ".join(_short(name) for name, content in shown.items() if content.single_version == version)
    return Finding(
        check=_NAME,
        seen=f"{_situation(run, ended)}{NAMES[version]} is there twice: {names}.",
        step=_step(run),
        meaning="A file that was renamed is taken for two, and processed twice.",
        remedy=_REMEDY,
    )


def moves_of_ring(names: Sequence[str]) -> tuple[Move, ...]:
    """Return what a ring does: each name's file gets the next name, and the last one's the first."""
    return tuple(Move(name, to) for name, to in zip(names, [*names[1:], names[0]], strict=True))


RENAMES_IN_SOME_ORDER = Check(
    _NAME,
    "A file is lost, doubled or torn by a copy beside which files are renamed, or a false one is published as a success.",
    rename_orders,
    None,
    {"*": "faulty/sweeps-neighbours", "rename onto the temporary name": "faulty/ignores-rival"},
)
