"""What became of each name on the stage during a run, as far as looks at the stage have shown it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ContentionLibrary.checks.check import Run
from ContentionLibrary.content.sighting import Sighting, Version
from ContentionLibrary.content.sizes import format_size
from ContentionLibrary.content.wording import describe
from ContentionLibrary.history.looks import Entry, Looked
from ContentionLibrary.report.tones import content_tone

_LOOKED = "\n(seen at this moment; shown until a look showed something else)"


@dataclass(frozen=True)
class NameState:
    """A name, and what it was from one look until another that has shown something else."""

    path: str
    began: float
    ended: float
    tone: str
    label: str
    told: str


@dataclass(frozen=True)
class _Seen:
    """What one look has shown of one name."""

    at: float
    entry: Entry | None
    content: Sighting | None

    @property
    def shown(self) -> tuple[object, ...]:
        """What makes it another state; the size of a directory is the file system's own affair."""
        entry = self.entry
        if entry is None:
            return ()
        return entry.kind, entry.size if entry.kind == "file" else 0, entry.inode, self.content


def name_states(
    run: Run, looks: Sequence[Looked], end: float, names: Mapping[Version, str]
) -> tuple[list[NameState], tuple[str, ...]]:
    """Tell the states of every name that was not the same at every look, and name those that were.

    Args:
        run: whose destinations are shown in any case.
        looks: in order.
        end: of the run, until which the last state is shown.
        names: how contents are called.
    """
    states: list[NameState] = []
    unchanged = []
    numbers: dict[int, int] = {}
    destinations = run.play.destinations
    named = [(look.at, {entry.path: entry for entry in look.entries}, _contents(run, look)) for look in looks]
    for path in sorted({path for _, entries, _ in named for path in (*entries, *destinations)}):
        seen = [_Seen(at, entries.get(path), contents.get(path)) for at, entries, contents in named]
        if path not in destinations and len({one.shown for one in seen}) == 1:
            unchanged.append(path)
            continue
        for one, until in _periods(seen, end):
            if one.entry is not None:
                number = numbers.setdefault(one.entry.inode, len(numbers) + 1)
                states.append(_present(run, path, one, one.entry, names, until=until, number=number))
        # Missing for that moment only: a name may come and go between two looks.
        absent = (one.at for one in seen if one.entry is None)
        states += [NameState(path, at, at, "absent", "", f"{path}: no such name") for at in absent]
    return states, tuple(unchanged)


def _contents(run: Run, look: Looked) -> dict[str, Sighting]:
    """What was read at a look, by path."""
    destinations = zip(run.play.destinations, look.destinations, strict=False)
    read = {path: content for path, content in destinations if content is not None}
    return {file.path: file.sighting for file in look.contents} | read


def _periods(seen: Iterable[_Seen], end: float) -> Iterator[tuple[_Seen, float]]:
    """Join looks that have shown the same; give the first of each, and the moment of the look that ends them."""
    begun: _Seen | None = None
    for one in seen:
        if begun is None:
            begun = one
        elif begun.shown != one.shown:
            yield begun, one.at
            begun = one
    if begun:
        yield begun, max(end, begun.at)


def _present(
    run: Run, path: str, one: _Seen, entry: Entry, names: Mapping[Version, str], *, until: float, number: int
) -> NameState:
    """A name that is there; names of one number are one file."""
    size = format_size(entry.size) if entry.kind == "file" else entry.kind
    words, tone = "", "present"
    if one.content is not None:
        words, tone = f": {describe(one.content, names, run.size)}", content_tone(one.content, run.size)
    elif path in run.play.destinations and entry.kind == "file" and entry.size < run.size:
        # Of other names, such as temporary ones, nobody expects a whole file.
        tone = "part" if entry.size else "empty"
    told = f"{path}: {size}, file {number} (inode {entry.inode}){words}{_LOOKED}"
    return NameState(path, one.at, until, tone, f"{size} · file {number}", told)
