"""The intent to publish several destinations together, written down before the first one is touched.

Each destination gets its own copy of the journal beside its second names, so that the next run on any of them finds it. The
journals are removed only when all destinations are new, or all are as before. So if one of them is missing,
everything is decided and only cleaning is left; if all are there, `recovery` finishes or takes back.
"""

from __future__ import annotations

import os
import stat
import sys

from ContentionLibrary.reference_copier import kernel
from ContentionLibrary.reference_copier.draft import Draft, Location
from ContentionLibrary.reference_copier.failures import ExitCode, Refusal, close_quietly
from ContentionLibrary.reference_copier.identity import Destination, Identity
from ContentionLibrary.reference_copier.records import NamedTuple
from ContentionLibrary.reference_copier.staging import JOURNAL, JOURNAL_DRAFT, Place, remove_if_dead, taken
from ContentionLibrary.reference_copier.transfer import write_all
from ContentionLibrary.reference_copier.workplace import Workplace

TYPE_CHECKING = False  # importing typing only for this would cost each copy some milliseconds
if TYPE_CHECKING:
    from collections.abc import Sequence

assert sys.platform != "win32"

_FORMAT = 1
_READ_AT_MOST = 16 << 20


class Entry(NamedTuple):
    """What one destination was meant to become. The paths are absolute; `place` and `mark` lead to its second names."""

    directory: str
    name: str
    home: Identity
    place: str
    mark: str
    replaced: Identity | None
    new: Identity


class Journal(NamedTuple):
    """The intent of one run; `run` tells it from all others."""

    run: str
    entries: tuple[Entry, ...]


def intent_of(workplaces: Sequence[Workplace]) -> Journal:
    """Make the journal of a run that is about to publish."""
    entries = []
    for place in workplaces:
        assert place.place is not None
        destination = place.destination
        entries.append(
            Entry(
                destination.directory,
                destination.name,
                destination.home,
                place.place.path,
                place.place.mark,
                place.replaced,
                place.new.identity,
            )
        )
    return Journal(f"{os.getpid()}.{os.urandom(6).hex()}", tuple(entries))


def write(journal: Journal, destination: Destination, place: Place, durable: bool) -> int:
    """Write one copy of a journal, complete from its first moment on.

    Returns:
        A descriptor whose lock shows that the journal's owner lives; to be kept open until the journal is removed.

    Raises:
        Refusal: a journal of another run is there.
        OSError: it cannot be written.
    """
    import json  # noqa: PLC0415 - slow to import, and a copy to one destination needs none

    location = place.location(JOURNAL)
    if location.look() is not None:
        raise taken(destination)
    draft = _begin(destination, place)
    try:
        write_all(
            draft.descriptor, json.dumps({"format": _FORMAT, "run": journal.run, "entries": journal.entries}).encode()
        )
        if durable:
            os.fsync(draft.descriptor)
        draft.hold()
        if draft.location is None:
            kernel.give_name(draft.descriptor, location)
        else:
            draft.location.rename(location)
            draft.location = None
        descriptor, draft.descriptor = draft.descriptor, -1
        return descriptor
    finally:
        draft.discard()


def _begin(destination: Destination, place: Place) -> Draft:
    descriptor = kernel.open_unnamed(place.directory)
    if descriptor is not None:
        return Draft(descriptor, None)
    location = place.location(JOURNAL_DRAFT)
    if not remove_if_dead(location):
        raise taken(destination)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
    return Draft(os.open(location.name, flags, 0o600, dir_fd=location.directory), location)


def read(location: Location, destination: Destination) -> Journal | None:
    """Read a journal that somebody has left.

    Returns:
        The journal; None for one that says nothing, because a power cut came before it was on the disk.

    Raises:
        Refusal: it is another user's: what it asks for must not be done with our rights.
        FileNotFoundError: it is gone.
    """
    descriptor = os.open(location.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=location.directory)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o022:
            raise Refusal(
                ExitCode.FAILED,
                destination.given,
                f"an interrupted copy of user {status.st_uid} to it and others has to be finished first",
                "nothing was changed; let that user run contention-copy --recover for it",
            )
        text = os.read(descriptor, min(status.st_size, _READ_AT_MOST))
    finally:
        close_quietly(descriptor)
    try:
        return _parse(text)
    except (ValueError, TypeError, KeyError):
        return None


def _parse(text: bytes) -> Journal:
    import json  # noqa: PLC0415 - as above

    stored = json.loads(text)
    if stored["format"] != _FORMAT:
        raise ValueError(stored["format"])
    entries = []
    for directory, name, home, place, mark, replaced, new in stored["entries"]:
        if not all(isinstance(word, str) for word in (directory, name, place, mark)):
            raise TypeError(name)
        entries.append(
            Entry(
                directory,
                name,
                Identity(*home),
                place,
                mark,
                Identity(*replaced) if replaced is not None else None,
                Identity(*new),
            )
        )
    return Journal(stored["run"], tuple(entries))


def remove(journals: Sequence[Location]) -> None:
    """Remove all copies of a journal: with the first one everything is decided.

    Raises:
        OSError: one could not be removed.
    """
    for location in journals:
        location.remove()
