"""May this copier be trusted with a certain job? The levels of the guarantee card as answers in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ContentionLibrary.report.guarantees import Guarantee


class Trust(StrEnum):
    """How an answer begins."""

    YES = "yes"
    WITH_CARE = "with care"
    NO = "no"
    UNKNOWN = "not measured"


@dataclass(frozen=True)
class Answer:
    """One question that a person has before using a copier, and its answer.

    Args:
        question: what completes "May this copier be trusted with ...".
        trust: the answer in a word.
        why: the answer in a sentence.
        guarantee: the letter behind it.
    """

    question: str
    trust: Trust
    why: str
    guarantee: Guarantee


_JOBS: dict[str, tuple[str, tuple[tuple[Trust, str], ...]]] = {
    "R": (
        "files that others read at any time",
        (
            (Trust.NO, "A reader can be handed half a file, or a mix of two, and cannot notice."),
            (Trust.YES, "A reader gets the whole old file, the whole new one, or none for a moment."),
            (Trust.YES, "A reader always gets the whole old file or the whole new one."),
        ),
    ),
    "W": (
        "a file that two jobs may write at once",
        (
            (Trust.NO, "The file can end as a mix of both."),
            (Trust.WITH_CARE, "The file is wholly one of the two, but both jobs may believe that it is theirs."),
            (Trust.YES, "One job wins, and the other is told so."),
        ),
    ),
    "N": (
        "a folder that is watched for new files",
        (
            (Trust.NO, "An unfinished file carries a name that a watcher takes for a finished one."),
            (Trust.WITH_CARE, "Unfinished files have hidden names: the watcher must skip these."),
            (Trust.YES, "No name but the final one is ever visible, and that stands for a finished file."),
        ),
    ),
    "K": (
        "a machine where it may be killed",
        (
            (Trust.NO, "A kill can leave a broken file under the final name."),
            (Trust.WITH_CARE, "The final name stays clean, but leftovers stay until somebody removes them."),
            (Trust.YES, "The final name stays clean, and the next run removes what a kill has left."),
            (Trust.YES, "A kill leaves nothing behind."),
        ),
    ),
    "S": (
        "errors and signals, without a mess to clear up",
        (
            (Trust.NO, "After an error or a signal, broken or left-over files can stay."),
            (Trust.YES, "Whatever happened to it, it left nothing behind."),
        ),
    ),
    "D": (
        "data that must survive a power cut",
        (
            (Trust.NO, "After a power cut the file can hold anything."),
            (Trust.WITH_CARE, "The file is old or new, but a success that was reported can be undone."),
            (Trust.YES, "What it reported as copied is there after a power cut."),
        ),
    ),
    "E": (
        "deleting the original once it reports success",
        (
            (Trust.NO, "It can report success although the file is missing, short or mixed."),
            (Trust.YES, "When it reports success, the file is there and whole."),
        ),
    ),
    "M": (
        "several destinations that must agree",
        (
            (Trust.WITH_CARE, "Each destination succeeds or fails by itself."),
            (Trust.WITH_CARE, "After an error, all are new or all are old; not so after a kill."),
            (Trust.YES, "All are new or all are old, also after a kill and the next run."),
        ),
    ),
    "L": (
        "files that others have locked",
        (
            (Trust.WITH_CARE, "It does not look at locks: whoever relies on them must not be surprised."),
            (Trust.YES, "It waits for a reader's lock, or refuses."),
        ),
    ),
    "T": (
        "jobs whose callers must not wait for ever",
        (
            (Trust.NO, "It may wait for ever."),
            (Trust.YES, "Every wait, and every refusal, came to its end in bounded time."),
        ),
    ),
}


def answers(card: Sequence[Guarantee]) -> list[Answer]:
    """Say in plain words what the card means for somebody who wants to use the copier, letter by letter.

    Who watches a folder goes by the final name as well as by all others: what is good for no reader is good for no watcher.
    """
    told = [answer(each) for each in card]
    torn = any(each.letter.name == "R" and each.measured is not None and each.measured.rank == 0 for each in card)
    return [_for_watchers(one) if torn and one.guarantee.letter.name == "N" else one for one in told]


def _for_watchers(told: Answer) -> Answer:
    """Correct the answer for a copier whose final name can be seen while its file is torn."""
    if told.trust is Trust.NO:
        return told
    return replace(
        told, trust=Trust.NO, why="The final name itself is visible while the file is incomplete or mixed (see R)."
    )


def answer(guarantee: Guarantee) -> Answer:
    """Say in plain words what one letter of the card means by itself."""
    job, answers = _JOBS[guarantee.letter.name]
    if guarantee.measured is None:
        return Answer(job, Trust.UNKNOWN, "No scenario of this run has tried it.", guarantee)
    trust, why = answers[guarantee.measured.rank]
    return Answer(job, trust, why, guarantee)
