"""Whether a copy that somebody made is what was claimed: the word for its end, from what its destination holds then."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ContentionLibrary.checks.truth import names_the_trouble
from ContentionLibrary.content.sighting import Sighting
from ContentionLibrary.errors import UsageError
from ContentionLibrary.history.copies import Ending
from ContentionLibrary.scenario.by_hand.files import Files
from ContentionLibrary.scenario.by_hand.outcomes import Outcome
from ContentionLibrary.scenario.by_hand.workplace import Workplace


class Takers:
    """Who was sent to take files away by deleting or renaming them, so that nobody is blamed for their absence."""

    def __init__(self) -> None:
        self._takers: dict[Path, str] = {}

    def send(self, name: str, path: Path) -> None:
        """Note that a competitor was sent to take a file, or a directory with all that is in it."""
        self._takers[path] = name

    def of(self, path: Path) -> str:
        """Return who may have taken a file; an empty text if nobody was sent."""
        return next((name for taken, name in self._takers.items() if path.is_relative_to(taken)), "")


@dataclass(frozen=True)
class Job:
    """A copy that is to be made, and what both files held when it was given.

    Args:
        source: the file to copy.
        destination: the file to make.
        content: what the source held; None if there was none.
        before: what the destination held; None if there was none.
    """

    source: Path
    destination: Path
    content: Sighting | None
    before: Sighting | None

    @property
    def size(self) -> int:
        """Bytes of the source."""
        return self.content.size if self.content is not None else 0


@dataclass(frozen=True)
class End:
    """How a copier ended, and what its destination held right then."""

    ending: Ending
    message: str
    left: Sighting | None


class Judge:
    """Finds the word for the end of a copy.

    Args:
        workplace: for short paths.
        files: knows the test files.
        takers: knows who takes files away.
    """

    def __init__(self, workplace: Workplace, files: Files, takers: Takers) -> None:
        self._workplace = workplace
        self._files = files
        self._takers = takers

    def job(self, source: Path, destination: Path) -> Job:
        """Look at both files before a copy.

        Raises:
            UsageError: the source is no whole test file, so that nobody could tell whether its copy is whole.
        """
        content = self._files.see(source)
        if content is not None and not self._files.is_whole(content):
            raise UsageError(
                f"the source '{self._workplace.told(source)}' is no whole test file (it holds "
                f"{self._files.words(content)}): make it with Create Test File"
            )
        return Job(source, destination, content, self._files.see(destination))

    def word(self, job: Job, end: End) -> tuple[Outcome, str]:
        """Return the word for the end of a copy, and a sentence that says why."""
        if end.ending is Ending.HUNG:
            return Outcome.HUNG, "it still ran when its time was over, and was ended"
        if end.ending is not Ending.SUCCESS:
            if end.ending is not Ending.KILLED and names_the_trouble(
                end.message, str(job.source), str(job.destination)
            ):
                return Outcome.REFUSED, end.message
            return Outcome.FAILED, end.message or "it said nothing"
        return self._success(job, end.left)

    def _success(self, job: Job, left: Sighting | None) -> tuple[Outcome, str]:
        content = job.content.single_version if job.content is not None else None
        holds = f"its destination holds {self._files.words(left, job.size or None)}"
        if left is None:
            taker = self._takers.of(job.destination)
            if taker:
                return Outcome.COMPLETED, f"it reported success; its destination is gone, which {taker} may have done"
            return Outcome.LIED, "it reported success, and there is no destination"
        if content is not None and left.is_whole(content, job.size):
            return Outcome.COMPLETED, f"it reported success, and {holds}"
        if not self._files.is_whole(left):
            return self._files.outcome(left), f"it reported success, and {holds}"
        if left == job.before:
            return Outcome.LIED, f"it reported success, and {holds}, as before"
        return Outcome.COMPLETED, f"it reported success; somebody else has written since: {holds}"
