"""Whether a copy is made wherever a file can be: what one file system cannot do is no reason to fail on it."""

from __future__ import annotations

from ContentionLibrary.checks.check import Check, how_it_ended, last_words, runs_of, said_no
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.history.disks import OnFileSystem
from ContentionLibrary.history.recording import History

COPY_UNDISTURBED = "copy undisturbed"


def fails_undisturbed(history: History) -> list[Finding]:
    """Find copies that fail although nobody disturbs them."""
    return [
        Finding(
            check="works on each file system",
            seen=f"Nobody disturbed the copier ({run.where}), and it ended with {how_it_ended(ended)}"
            f"{': ' + last_words(ended) if last_words(ended) else ', without any message'}.",
            step="",
            meaning="The same job works on one machine and not on the next, or stops to work when a disk is exchanged.",
            remedy="Do without what not every file system can: when a clone, a file without a name, an attribute or an "
            "exchange is refused, take the way that always works.",
        )
        for run in runs_of(history)
        if run.play.title.startswith(UNDISTURBED)
        and (ended := run.ended()) is not None
        and said_no(ended)
        and not run.kept_its_rule(ended)
    ]


UNDISTURBED = "undisturbed copy"
"""How the titles of the plays begin in which nobody interferes."""


def stages_told(workspace: str, history: History) -> str:
    """Say where a scenario was played: in its workspace, and on which file systems besides, and how real they are."""
    by_reality: dict[str, list[str]] = {}
    for event in history.of(OnFileSystem):
        by_reality.setdefault(event.reality, []).append(event.name)
    return "; ".join(
        [workspace, *(f"{reality}: {', '.join(dict.fromkeys(names))}" for reality, names in by_reality.items())]
    )


WORKS_ON_EACH = Check(
    "works on each file system",
    "A copy that nobody disturbs fails on one of the file systems.",
    fails_undisturbed,
    None,
    {COPY_UNDISTURBED: "faulty/clones-or-fails"},
)
