"""What a competitor tells about one operation: how it ended, when, and what it saw."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ContentionLibrary.competitors.directories.sign import Sign, What
from ContentionLibrary.content import wire
from ContentionLibrary.content.sighting import Sighting
from ContentionLibrary.history.acts import Answer


@dataclass(frozen=True)
class Look:
    """The same thing, seen once or several times in a row.

    Args:
        answer: how reading ended.
        error: name of the errno; empty when it could be read.
        sighting: what was seen; None when it could not be read.
        first: when the first of these looks began, in nanoseconds of the monotonic clock.
        last: when the last of these looks ended, likewise.
        count: how many looks in a row saw this.
    """

    answer: Answer
    error: str
    sighting: Sighting | None
    first: int
    last: int
    count: int = 1


@dataclass(frozen=True)
class Pick:
    """A file that a consumer has picked up.

    Args:
        name: its name in the directory.
        by: the patterns that it matched, or what the system told of it.
        answer: how opening and reading it ended.
        error: name of the errno; empty when it could be read.
        sighting: what it held; None when it could not be read.
    """

    name: str
    by: str
    answer: Answer
    error: str
    sighting: Sighting | None


@dataclass(frozen=True)
class Outcome:
    """How an operation ended, as the operation itself tells it.

    Args:
        answer: how it ended.
        message: the system's or program's own words when it refused; names the file or the cause.
        error: name of the errno, as `ENOENT`; empty when there was none.
        sighting: what was seen of a file's content.
        names: names that were seen in a directory, sorted.
        looks: what was seen one after the other.
        total: how many looks there were.
        exit_code: exit code of a program, or the negative number of the signal that ended it.
        child: number of a process that was started and lives on.
        signs: what the system has told of watched directories, in order.
        picks: the files that a consumer has picked up.
        gaps: why more may have happened in a watched directory than the signs tell; empty if they tell all.
    """

    answer: Answer = Answer.DONE
    message: str = ""
    error: str = ""
    sighting: Sighting | None = None
    names: tuple[str, ...] = ()
    looks: tuple[Look, ...] = ()
    total: int = 0
    exit_code: int | None = None
    child: int | None = None
    signs: tuple[Sign, ...] = ()
    picks: tuple[Pick, ...] = ()
    gaps: str = ""


@dataclass(frozen=True)
class Report:
    """One operation of one competitor.

    Args:
        who: the competitor's name.
        operation: what it did.
        target: what it did it to: a path, or a command.
        began: when it began, in nanoseconds of the monotonic clock (which all processes of a machine share).
        ended: when it ended, likewise.
        outcome: how it ended and what it saw.
    """

    who: str
    operation: str
    target: str
    began: int
    ended: int
    outcome: Outcome = field(default_factory=Outcome)

    @property
    def answer(self) -> Answer:
        """How the operation ended."""
        return self.outcome.answer

    @property
    def message(self) -> str:
        """The words of a refusal, empty otherwise."""
        return self.outcome.message

    @property
    def error(self) -> str:
        """Name of the errno of a refusal, empty otherwise."""
        return self.outcome.error

    @property
    def sighting(self) -> Sighting | None:
        """What was seen of a file's content, if that was asked for."""
        return self.outcome.sighting


def outcome_to_wire(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as something that JSON can hold."""
    return {
        "answer": outcome.answer.value,
        "message": outcome.message,
        "error": outcome.error,
        "sighting": wire.to_wire(outcome.sighting) if outcome.sighting else None,
        "names": outcome.names,
        "looks": [
            {
                "answer": look.answer.value,
                "error": look.error,
                "sighting": wire.to_wire(look.sighting) if look.sighting else None,
                "first": look.first,
                "last": look.last,
                "count": look.count,
            }
            for look in outcome.looks
        ],
        "total": outcome.total,
        "exit_code": outcome.exit_code,
        "child": outcome.child,
        "signs": [[sign.directory, sign.name, sign.what.value] for sign in outcome.signs],
        "picks": [
            [pick.name, pick.by, pick.answer.value, pick.error, wire.to_wire(pick.sighting) if pick.sighting else None]
            for pick in outcome.picks
        ],
        "gaps": outcome.gaps,
    }


def outcome_from_wire(told: dict[str, Any]) -> Outcome:
    """Read what `outcome_to_wire` gave."""
    return Outcome(
        answer=Answer(told["answer"]),
        message=told["message"],
        error=told["error"],
        sighting=wire.from_wire(told["sighting"]) if told["sighting"] else None,
        names=tuple(told["names"]),
        looks=tuple(
            Look(
                Answer(look["answer"]),
                look["error"],
                wire.from_wire(look["sighting"]) if look["sighting"] else None,
                look["first"],
                look["last"],
                look["count"],
            )
            for look in told["looks"]
        ),
        total=told["total"],
        exit_code=told["exit_code"],
        child=told["child"],
        signs=tuple(Sign(directory, name, What(what)) for directory, name, what in told["signs"]),
        picks=tuple(
            Pick(name, by, Answer(answer), error, wire.from_wire(sighting) if sighting else None)
            for name, by, answer, error, sighting in told["picks"]
        ),
        gaps=told["gaps"],
    )
