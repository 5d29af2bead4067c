"""What readers of the destination must never be shown, and what their reading must not do to the copier."""

from __future__ import annotations

from ContentionLibrary.checks.check import Check, before_step, how_it_ended, last_words, runs_of, said_no, succeeded
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.content.sighting import Kind, Sighting
from ContentionLibrary.content.wording import describe
from ContentionLibrary.history.acts import Acted, Answer
from ContentionLibrary.history.cast import AGAIN, NAMES
from ContentionLibrary.history.copies import Ending
from ContentionLibrary.history.recording import History

READ = "read"
OPEN_HALF = "open and read the first half"
READ_ON = "read the second half"
LOCK = "lock"
UNLOCK = "unlock"
KEEP = "clients keep the destination"
"""The kind of a play in which clients of a server keep the destination in ways that the server's side cannot all see."""

_TORN_MEANING = (
    "A program that picks the file up at this moment works on an incomplete or mixed file and has no way to notice."
)
_TORN_REMEDY = (
    "Write to a temporary file in the same directory, flush it, and rename it over the destination when it is complete."
)


def is_whole(sighting: Sighting, size: int) -> bool:
    """Tell whether a look showed all of exactly one version."""
    version = sighting.single_version
    return version is not None and sighting.is_whole(version, size)


def what_is_wrong(sighting: Sighting) -> str:
    """Name the outcome in the catalogue's word."""
    versions = {span.version for span in sighting.spans if span.kind is Kind.VERSION}
    return "MIXED" if len(versions) > 1 else "PARTIAL"


def torn_reads(history: History) -> list[Finding]:
    """Find reads that got part of a version, a mix of two, or bytes of none."""
    found = []
    for run in runs_of(history):
        for act in run.acted(READ):
            if act.sighting is None or is_whole(act.sighting, run.size):
                continue
            seen = describe(act.sighting, NAMES, run.size)
            found.append(
                Finding(
                    check="torn reads",
                    seen=f"{before_step(act.step)}{act.who} read the destination ({run.where}) and got "
                    f"{what_is_wrong(act.sighting)} content: {seen}.",
                    step=act.step or "",
                    meaning=_TORN_MEANING,
                    remedy=_TORN_REMEDY,
                    level=Level("R", 0),
                )
            )
    return found


def changed_under_reader(history: History) -> list[Finding]:
    """Find readers whose open file changed between the first half and the second."""
    found = []
    for run in runs_of(history):
        opened: dict[str, Acted] = {}
        for act in run.acted(OPEN_HALF, READ_ON):
            if act.operation == OPEN_HALF:
                opened[act.who] = act
                continue
            first = opened.get(act.who)
            if first is None or first.sighting is None or act.sighting is None:
                continue
            version = first.sighting.single_version
            if version is not None and act.sighting.is_whole(version, run.size):
                continue
            if version is None:
                continue  # the first half was torn by itself: that is the finding of torn reads
            found.append(
                Finding(
                    check="changed under a reader",
                    seen=f"{before_step(act.step)}{act.who}, which had the file open and had read half of "
                    f"{NAMES.get(version, 'a version')} ({run.where}), got as its second half: "
                    f"{describe(act.sighting, NAMES, run.size)}.",
                    step=act.step or "",
                    meaning="A program in the middle of reading the file gets two halves that do not belong together.",
                    remedy="Never write into an existing file: put a new file in its place by rename, so that whoever has the "
                    "old one open keeps it.",
                    level=Level("R", 0),
                )
            )
    return found


def vanished_for_readers(history: History) -> list[Finding]:
    """Find moments at which there was an older version before and nothing at all was there to read."""
    found = []
    for run in runs_of(history):
        if not run.play.older:
            continue
        for act in run.acted(READ):
            if act.answer is Answer.ABSENT and act.step is not None:
                found.append(
                    Finding(
                        check="gap for readers",
                        seen=f"{before_step(act.step)}{act.who} found no file, although an older version was there before.",
                        step=act.step,
                        meaning="A program that opens the file at this moment fails although old and new content both exist.",
                        remedy="Rename the new file over the old one; do not delete the old one first.",
                        level=Level("R", 1),
                    )
                )
    return found


def readers_disagree(history: History) -> list[Finding]:
    """Find steps at which readers who read at one moment got different contents, away from the commit."""
    found = []
    for run in runs_of(history):
        by_step: dict[str, list[Acted]] = {}
        for act in run.acted(READ):
            if act.step is not None:
                by_step.setdefault(act.step, []).append(act)
        for step, acts in by_step.items():
            contents = {act.sighting.spans if act.sighting else act.answer for act in acts}
            if len(contents) > 1:
                found.append(
                    Finding(
                        check="readers disagree",
                        seen=f"{before_step(step)}{len(acts)} readers that started together got {len(contents)} different "
                        f"contents ({run.where}).",
                        step=step,
                        meaning="Two programs that read at one moment work on different files.",
                        remedy=_TORN_REMEDY,
                        level=Level("R", 0),
                    )
                )
    return found


def disturbed_by_readers(history: History) -> list[Finding]:
    """Find copies that failed because others read: alone, the same copy succeeds (if not, `recovers` has found that)."""
    return [
        Finding(
            check="disturbed by readers",
            seen=f"The copier ended with {how_it_ended(ended)} because its destination was read ({run.where})"
            f"{': ' + last_words(ended) if last_words(ended) else ', without any message'}.",
            step="",
            meaning="Copies fail whenever somebody happens to read the file, e.g. a virus scanner or a viewer.",
            remedy="Do not demand exclusive access to a file that is only going to be replaced.",
        )
        for run in runs_of(history)
        if (ended := run.ended()) is not None
        and (said_no(ended) or ended.ending is Ending.KILLED)
        and not run.kept_its_rule(ended)
        and succeeded(run.ended(AGAIN))
    ]


def ignores_readers_lock(history: History) -> list[Finding]:
    """Find copies that changed or replaced the file while a reader held a shared lock on it."""
    found = []
    for run in runs_of(history):
        ended = run.ended()
        if ended is None or ended.ending is not Ending.SUCCESS:
            continue
        left = next((act for act in run.acted(UNLOCK) if act.answer is Answer.DONE), None)
        lock = next((act for act in run.acted(LOCK) if act.answer is Answer.DONE), None)
        if lock is None or left is None or ended.ended >= left.began:
            continue
        found.append(
            Finding(
                check="reader's lock ignored",
                seen=f"The copier put its file in place and reported success while {lock.who} still held it "
                f"({lock.target}).",
                step="",
                meaning="A program that locks a file while it reads is not waited for.",
                remedy="Before replacing a file ask for an exclusive lock on it (flock and fcntl), wait for a bounded time, "
                "then refuse.",
                level=Level("L", 0),
            )
        )
    return found


TORN_READS = Check(
    "torn reads",
    "A reader gets part of a version, a mix of two, or bytes of none.",
    torn_reads,
    "R",
    {"*": "faulty/truncates-in-place"},
)
CHANGED_UNDER_READER = Check(
    "changed under a reader",
    "A reader that has the file open gets a second half that does not belong to its first.",
    changed_under_reader,
    "R",
    {"*": "faulty/truncates-in-place", "copy to the name of a deleted file": "faulty/writes-through-deleted"},
)
GAP_FOR_READERS = Check(
    "gap for readers",
    "The destination is absent for a moment although there was an older version.",
    vanished_for_readers,
    "R",
    {"*": "faulty/unlink-then-rename"},
)
READERS_DISAGREE = Check(
    "readers disagree",
    "Readers of one moment get different contents.",
    readers_disagree,
    "R",
    {"read together at every step": "faulty/writes-while-held"},
)
DISTURBED_BY_READERS = Check(
    "disturbed by readers",
    "A copy fails because its destination is read.",
    disturbed_by_readers,
    None,
    {"*": "faulty/fails-when-read"},
)
READERS_LOCK_IGNORED = Check(
    "reader's lock ignored",
    "The file is replaced or changed while a reader holds a shared lock.",
    ignores_readers_lock,
    "L",
    {"*": "faulty/ignores-readers-lock"},
)
