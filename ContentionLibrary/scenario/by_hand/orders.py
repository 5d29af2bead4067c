"""What competitors can be sent to do by hand: each function makes the order, and knows the word for its end."""

from __future__ import annotations

import os
import shutil
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from ContentionLibrary.competitors.report import Report
from ContentionLibrary.content.sighting import Sighting, Span
from ContentionLibrary.errors import UsageError
from ContentionLibrary.history.acts import Answer
from ContentionLibrary.scenario.by_hand.crew import HALF, LOCK, Order
from ContentionLibrary.scenario.by_hand.files import Files
from ContentionLibrary.scenario.by_hand.outcomes import OF_ANSWER, CompetitorOutcome, Outcome
from ContentionLibrary.scenario.by_hand.truth import Takers
from ContentionLibrary.scenario.by_hand.workplace import Workplace

ReadHow = Literal["whole", "half", "loop"]
WriteHow = Literal["create", "replace", "rewrite"]
DeleteWhat = Literal["file", "directory", "tree"]
LockKind = Literal["flock", "posix", "ofd"]
LockMode = Literal["shared", "exclusive"]

_READ_OPERATIONS: dict[ReadHow, str] = {"whole": "read", "half": "open_half", "loop": "loop_reading"}
_DELETE_OPERATIONS: dict[DeleteWhat, str] = {
    "file": "delete",
    "directory": "remove_directory",
    "tree": "remove_tree",
}


_WORDS = {
    Answer.DONE: "it was done",
    Answer.WAITED: "it waited, and then it was done",
    Answer.HUNG: "it did not end in time, and was ended",
}


class Orders:
    """Makes the orders of one test.

    Args:
        workplace: for paths.
        files: knows the test files.
        takers: is told who is sent to take files away.
    """

    def __init__(self, workplace: Workplace, files: Files, takers: Takers) -> None:
        self._workplace = workplace
        self._files = files
        self._takers = takers

    def read(self, path: Path, how: ReadHow) -> Order:
        """Read a file once, its first half, or again and again."""
        target = self._workplace.path(path)
        judge = self._judge_loop if how == "loop" else self._judge_half if how == "half" else self._judge_reading
        return Order(
            "reader",
            f"reads '{path}'" if how == "whole" else f"reads '{path}' ({how})",
            _READ_OPERATIONS[how],
            {"path": str(target)},
            judge,
            endless=how == "loop",
            keeps=HALF if how == "half" else "",
        )

    def write(self, path: Path, size: int, writer: int, how: WriteHow) -> Order:
        """Write a file."""
        target = self._workplace.path(path)
        version = self._files.expect(writer, size)
        arguments = {"path": str(target), "writer": version.writer, "generation": version.generation, "size": size}
        return Order("writer", f"writes '{path}' ({how})", how, arguments, self._judge_answer)

    def delete(self, name: str, path: Path, what: DeleteWhat) -> Order:
        """Delete a file, an empty directory, or a directory with all that is in it.

        Raises:
            UsageError: a tree outside the workspace, or all of the workplace.
        """
        target = self._workplace.path(path)
        if what == "tree" and (not self._workplace.owns(target) or target == self._workplace.root):
            raise UsageError(f"the tree '{path}' is not deleted: only one inside the workspace may be")
        self._takers.send(name, target)
        did, operation = f"deletes the {what} '{path}'", _DELETE_OPERATIONS[what]
        return Order("deleter", did, operation, {"path": str(target)}, self._judge_answer)

    def rename(self, name: str, path: Path, to: Path) -> Order:
        """Rename a file or directory."""
        source = self._workplace.path(path)
        self._takers.send(name, source)
        arguments = {"path": str(source), "to": str(self._workplace.path(to))}
        return Order("renamer", f"renames '{path}' to '{to}'", "rename", arguments, self._judge_answer)

    def lock(self, path: Path, kind: LockKind, mode: LockMode) -> Order:
        """Lock a file, and keep the lock."""
        arguments = {"path": str(self._workplace.path(path)), "kind": kind, "mode": mode}
        return Order(
            "lock holder", f"locks '{path}' ({kind}, {mode})", "hold_lock", arguments, self._judge_answer, keeps=LOCK
        )

    def command(
        self, argv: Sequence[str], directory: Path | None, *, output: Path, environment: Mapping[str, str]
    ) -> Order:
        """Run a program.

        Args:
            argv: program and arguments.
            directory: where it runs; None is the workplace.
            output: where its outputs go; without suffix.
            environment: its environment. The folder of our own commands is added to its path.

        Raises:
            UsageError: there is no such program.
        """
        place = self._workplace.root if directory is None else self._workplace.path(directory)
        path = os.pathsep.join((environment.get("PATH", os.defpath), sysconfig.get_path("scripts")))
        _find_program(argv, place, path)
        arguments = {
            "command": list(argv),
            "output": f"{output}.out",
            "errors": f"{output}.err",
            "directory": str(place),
            "environment": {**environment, "PATH": path},
        }
        return Order("command", f"runs {' '.join(argv)}", "run_command", arguments, _judge_command)

    def of_both_halves(self, name: str, first: Report, second: Report) -> CompetitorOutcome:
        """Return the outcome of a file that was read in two halves."""
        if first.sighting is None or second.sighting is None:
            return self._judge_answer(name, second)
        return self._outcome(name, second, _joined(first.sighting, second.sighting))

    def _judge_answer(self, name: str, report: Report) -> CompetitorOutcome:
        message = _WORDS.get(report.answer, self._workplace.shortened(report.message))
        return CompetitorOutcome(name, OF_ANSWER[report.answer], message, "", None, _seconds(report))

    def _judge_reading(self, name: str, report: Report) -> CompetitorOutcome:
        if report.sighting is None:
            return self._judge_answer(name, report)
        return self._outcome(name, report, report.sighting)

    def _judge_half(self, name: str, report: Report) -> CompetitorOutcome:
        """A first half cannot be known to be whole, but it can be known not to be of one writer."""
        seen = report.sighting
        if seen is None or seen.single_version is None:
            return self._judge_reading(name, report)
        content = f"a first half: {self._files.words(seen, seen.size)}"
        return CompetitorOutcome(name, Outcome.COMPLETED, f"it got {content}", content, None, _seconds(report))

    def _judge_loop(self, name: str, report: Report) -> CompetitorOutcome:
        """The worst that it has seen; else what it saw last."""
        if report.answer is Answer.HUNG:
            return self._judge_answer(name, report)
        looks = report.outcome.looks
        words = [
            OF_ANSWER[look.answer] if look.sighting is None else self._files.outcome(look.sighting) for look in looks
        ]
        worst = next((word for word in (Outcome.MIXED, Outcome.PARTIAL) if word in words), words[-1])
        look = looks[words.index(worst)]
        content = self._files.words(look.sighting) if look.sighting is not None else look.error
        message = f"it looked {report.outcome.total} times and saw {len(looks)} states, among them {content}"
        return CompetitorOutcome(name, worst, message, content, None, _seconds(report))

    def _outcome(self, name: str, report: Report, seen: Sighting) -> CompetitorOutcome:
        content = self._files.words(seen)
        return CompetitorOutcome(name, self._files.outcome(seen), f"it got {content}", content, None, _seconds(report))


def _judge_command(name: str, report: Report) -> CompetitorOutcome:
    status = report.outcome.exit_code
    word = OF_ANSWER[report.answer]
    if word is Outcome.REFUSED and (status is None or status < 0 or report.message.endswith(", without a word")):
        word = Outcome.FAILED
    message = _WORDS[Answer.HUNG] if word is Outcome.HUNG else report.message or "exit code 0"
    return CompetitorOutcome(name, word, message, "", status, _seconds(report))


def _seconds(report: Report) -> float:
    return (report.ended - report.began) / 1e9


def _find_program(argv: Sequence[str], place: Path, path: str) -> None:
    """See that there is a program, so that its absence is told as what it is: a mistake in the test."""
    if not argv:
        raise UsageError("there is no command: give the program, and each of its arguments as an argument")
    if shutil.which(argv[0] if os.sep not in argv[0] else str(place / argv[0]), path=path) is None:
        hint = "; a command is given word by word, not as one text" if " " in argv[0] else ""
        raise UsageError(f"the program '{argv[0]}' is not found or not executable{hint}")


def _joined(first: Sighting, second: Sighting) -> Sighting:
    """Put two looks together, the second of which begins where the first ends."""
    spans = list(first.spans)
    for span in second.spans:
        last = spans[-1] if spans else None
        if last is not None and (last.kind, last.version, last.shift) == (span.kind, span.version, span.shift):
            spans[-1] = Span(last.start, span.end, last.kind, last.version, last.shift)
        else:
            spans.append(span)
    return Sighting(first.size + second.size, tuple(spans), first.start, complete=first.complete and second.complete)
