"""What a copy lets others see of itself in the destination's directory: second names, and files that are not finished.

- `N0`: a second name that a consumer picks up. A pattern as a shell knows it passes names that begin with a dot, so every
  other name counts, and so does a hidden one that the copier's profile does not speak of although it speaks of some:
  a consumer that is told what to pass over would not pass it over.
- `N1`: hidden names only.
- `N2`: no second name, not even for a moment between two operations.

Only the directory that consumers watch counts. A temporary file in another directory of the same file system is just
what `N2` asks for.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from ContentionLibrary.checks.check import Check, Run, before_step, runs_of
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.readers import is_whole, what_is_wrong
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.content.patterns import USUAL, matching
from ContentionLibrary.content.wording import describe
from ContentionLibrary.history.cast import NAMES
from ContentionLibrary.history.looks import Appeared, Looked
from ContentionLibrary.history.recording import History

LOOK_FOR_FILES = "look for files"
PICK_UP = "pick up"
GONE = "gone"


def _after_step(step: str | None) -> str:
    return f"After its step '{step}' " if step else "While the copier ran "


def _seen_names(run: Run) -> list[tuple[str, str, str]]:
    """List what was seen while the copier ran, in order: the moment in words, its step, and the path."""
    seen = []
    for event in run.events:
        if isinstance(event, Appeared) and event.what != GONE:
            seen.append((_after_step(event.step) + "the system told of", event.step, event.path))
        elif isinstance(event, Looked) and event.moment in ("held", "passing"):
            moment = before_step(event.step) if event.moment == "held" else _after_step(event.step)
            found = [entry.path for entry in event.entries if entry.kind != "directory"]
            seen += [(moment + "the destination's directory showed", event.step or "", path) for path in found]
    return seen


def visible_names(history: History) -> list[Finding]:
    """Find names other than the final one that others could see while the copier ran: the first of each level."""
    found: dict[Level, Finding] = {}
    for run in runs_of(history):
        before = run.looked("before")
        if before is None:
            continue
        known = {entry.path for entry in before.entries} | {run.play.destination}
        folder = run.play.destination.rpartition("/")[0] + "/"
        for moment, step, path in _seen_names(run):
            if path in known or not path.startswith(folder):
                continue
            name = path.removeprefix(folder)
            rank, meaning = _what_consumers_do(name, run.play.temporary_files)
            found.setdefault(
                Level("N", rank),
                Finding(
                    check="names",
                    seen=f"{moment} a second name: {name}.",
                    step=step,
                    meaning=meaning,
                    remedy="Use a file without a name, or a temporary directory elsewhere on the same file system.",
                    level=Level("N", rank),
                ),
            )
    return list(found.values())


def _what_consumers_do(name: str, spoken_of: tuple[str, ...]) -> tuple[int, str]:
    parts = name.split("/")
    if not any(part.startswith(".") for part in parts):
        listed = " and ".join(matching(parts[-1], USUAL))
        return 0, f"Programs that look for {listed} in the directory pick up a file that is not finished."
    if spoken_of and not any(fnmatchcase(part, pattern) for part in parts for pattern in spoken_of):
        return 0, "The profile tells which names consumers must pass over, and this is none of them."
    return 1, "Programs that list the directory see a file that is not finished, unless they skip hidden names."


def incomplete_pick_ups(history: History) -> list[Finding]:
    """Find consumers that have picked up what is not all of one version."""
    found = []
    for run in runs_of(history):
        for act in run.acted(PICK_UP):
            if act.sighting is None or is_whole(act.sighting, run.size):
                continue
            final = act.target.startswith(f"{run.play.destination} ")
            found.append(
                Finding(
                    check="consumers get whole files",
                    seen=f"{before_step(act.step)}{act.who} picked up {act.target} ({run.where}) and got "
                    f"{what_is_wrong(act.sighting)} content: {describe(act.sighting, NAMES, run.size)}.",
                    step=act.step or "",
                    meaning="A job that takes in whatever arrives works on an incomplete file and has no way to notice.",
                    remedy="Write under a name that no consumer looks for, or none, and rename when all is complete; never "
                    "close a file under its final name before that: consumers take the closing for its end.",
                    level=Level("R", 0) if final else Level("N", 0),
                )
            )
    return found


NAMES_STAY_HIDDEN = Check(
    "names",
    "A name other than the final one can be seen while the copier runs.",
    visible_names,
    "N",
    {"*": "faulty/visible-temporary-name"},
)
CONSUMERS_GET_WHOLE_FILES = Check(
    "consumers get whole files",
    "A consumer of the destination's directory picks up an incomplete file.",
    incomplete_pick_ups,
    "R",
    {"*": "faulty/closes-half-way"},
)
