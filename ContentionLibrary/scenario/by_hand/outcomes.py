"""How something ended, in the words of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ContentionLibrary.history.acts import Answer
from ContentionLibrary.history.copies import Ending


class Outcome(StrEnum):
    """How an operation of a competitor, or a copy, ended.

    | Outcome     | Meaning                                                                              |
    | ----------- | ------------------------------------------------------------------------------------ |
    | `COMPLETED` | It was done. For a reader: the content was whole and of one writer.                  |
    | `WAITED`    | It waited for somebody, then it was done.                                            |
    | `REFUSED`   | A clear error: an errno, or an exit code with a message that tells why.              |
    | `ABSENT`    | There was no such file.                                                              |
    | `FAILED`    | An error without a clear message, or the end by a signal.                            |
    | `PARTIAL`   | The file held a part of its content, or bytes that nobody wrote.                     |
    | `MIXED`     | The file held bytes of several writers.                                              |
    | `HUNG`      | It did not end in time, and was ended.                                               |
    | `LIED`      | Success was reported, yet the file is not there, or it is still the one from before. |

    The last five are acceptable to nobody.
    """

    COMPLETED = "completed"
    WAITED = "waited"
    REFUSED = "refused"
    ABSENT = "absent"
    FAILED = "failed"
    PARTIAL = "partial"
    MIXED = "mixed"
    HUNG = "hung"
    LIED = "lied"


OF_ANSWER = {
    Answer.DONE: Outcome.COMPLETED,
    Answer.WAITED: Outcome.WAITED,
    Answer.REFUSED: Outcome.REFUSED,
    Answer.ABSENT: Outcome.ABSENT,
    Answer.HUNG: Outcome.HUNG,
}


@dataclass(frozen=True)
class CompetitorOutcome:
    """How a competitor ended, returned by [Wait For Competitor] and [Outcome Of].

    | Attribute   | Meaning                                                                           |
    | ----------- | --------------------------------------------------------------------------------- |
    | `name`      | The competitor's name.                                                            |
    | `outcome`   | One word, see [Outcome].                                                          |
    | `message`   | What happened, in a sentence; for a refusal the system's or program's own words.  |
    | `content`   | What a reader got, or what a copier left at its destination; else an empty text.  |
    | `exit_code` | The exit code of a program, or the negative number of its signal; else `None`.    |
    | `seconds`   | From the beginning (or the opening of its barrier) to the end.                    |
    """

    name: str
    outcome: Outcome
    message: str
    content: str
    exit_code: int | None
    seconds: float


@dataclass(frozen=True)
class CopierOutcome(CompetitorOutcome):
    """How the copier ended, returned by [Wait For Copier].

    It has all attributes of [CompetitorOutcome], and these:

    | Attribute   | Meaning                                                                           |
    | ----------- | --------------------------------------------------------------------------------- |
    | `ending`    | `success`, `busy`, `error`, `killed` or `hung`, in the terms of its profile.      |
    | `signal`    | Number of the signal that ended it, else `None`.                                  |
    | `steps`     | Every step that it came to, held or not, in order.                                |
    | `survivors` | Processes that outlived its main process, each as `pid name`.                     |
    """

    ending: Ending
    signal: int | None
    steps: tuple[str, ...]
    survivors: tuple[str, ...]
