"""Putting right what a killed run has left: second names go, and what was meant for several destinations is finished or taken back.

Everything happens with the directories locked. A run that lives has them locked for as long as it has second names, so it is
never disturbed.
"""

from __future__ import annotations

import sys

from ContentionLibrary.reference_copier import journal, staging
from ContentionLibrary.reference_copier.draft import Draft, Location
from ContentionLibrary.reference_copier.failures import Refusal, blaming
from ContentionLibrary.reference_copier.flush import flush
from ContentionLibrary.reference_copier.identity import Destination, Identity, identity_at
from ContentionLibrary.reference_copier.journal import Entry, Journal
from ContentionLibrary.reference_copier.locks import keep_readers_out, lock_directories
from ContentionLibrary.reference_copier.rules import Recovered
from ContentionLibrary.reference_copier.staging import JOURNAL, NEW
from ContentionLibrary.reference_copier.taking_back import take_back_all
from ContentionLibrary.reference_copier.waiting import Patience
from ContentionLibrary.reference_copier.workplace import Workplace

TYPE_CHECKING = False  # importing typing only for this would cost each copy some milliseconds
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

assert sys.platform != "win32"


# How far an interrupted run came with one destination.
_PUBLISHED = "new"
_READY = "as before, and the new version stands ready"
_LOST = "as before, and the new version is lost"
_FOREIGN = "somebody else's"


def recover(
    destinations: Sequence[Destination], patience: Patience, durable: bool, *, thorough: bool = False
) -> Recovered:
    """Put right what killed runs have left at some destinations.

    Args:
        destinations: as they were noted at the beginning.
        patience: the limit for waiting for others who work there.
        durable: wait until the disk has what was done.
        thorough: also look for hidden drafts, which needs a listing of the directories.

    Raises:
        Refusal: others are at work there, or the system failed.
        Stopped: a signal has come.
    """
    current = {destination.path: destination for destination in destinations}
    actions: list[str] = []
    for destination in destinations:
        with blaming(destination.given), _Opened() as opened:
            place = opened.add(Workplace(destination))
            place.enter()
            found = _Found(place, thorough, opened)
            if found.names or thorough:
                before = found.lock(patience)
                actions += found.settle(patience, durable)
                for path, identity in before.items():  # what we have changed ourselves is no rival's doing
                    noted = current.get(path)
                    if noted is not None and noted.found == identity:
                        current[path] = noted._replace(found=identity_at(path))
    return Recovered(tuple(current.values()), tuple(actions))


class _Opened:
    """Directories that are open while the block lasts; at its end all are left, and then unlocked."""

    def __init__(self) -> None:
        self._places: list[Workplace] = []

    def add(self, place: Workplace) -> Workplace:
        """Return the same one, which is going to be open."""
        self._places.append(place)
        return place

    def __enter__(self) -> _Opened:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            for place in reversed(self._places):
                place.leave()
        finally:  # whatever cannot be tidied up, no lock is kept
            for place in reversed(self._places):
                place.unlock()


class _Found:
    """What was found at one destination, and whom it concerns."""

    def __init__(self, place: Workplace, thorough: bool, opened: _Opened) -> None:
        self._place = place
        self._thorough = thorough
        self.names = staging.peek(place.destination, place.directory)
        journals = [Location(place.directory, name) for name in self.names if name.endswith(f".{JOURNAL}")]
        self._intents = {location: _read(location, place.destination) for location in journals}
        self._parties = {
            location: _parties(intent, place, opened) if intent is not None else {}
            for location, intent in self._intents.items()
        }

    def lock(self, patience: Patience) -> dict[str, Identity | None]:
        """Lock all directories concerned, and return what stands at every destination in them."""
        everybody = [self._place, *(party for those in self._parties.values() for party in those.values())]
        lock_directories(everybody, patience)
        return {place.destination.path: place.name.look() for place in everybody}

    def settle(self, patience: Patience, durable: bool) -> list[str]:
        """Put everything right; returns what was done.

        Raises:
            Refusal: somebody else is doing so, or the owner lives after all.
        """
        actions = []
        for location, intent in self._intents.items():
            if _read(location, self._place.destination) != intent or staging.has_living_owner(location):
                raise staging.taken(self._place.destination)
            if intent is not None:
                actions.append(_settle(intent, self._parties[location], patience, durable))
        return actions + _clean(self._place, self._thorough)


def _read(location: Location, destination: Destination) -> Journal | None:
    try:
        return journal.read(location, destination)
    except FileNotFoundError:
        return None


def _parties(intent: Journal, place: Workplace, opened: _Opened) -> dict[Entry, Workplace]:
    """Open what a journal is about; what cannot be reached any more is left out."""
    found = {}
    for entry in intent.entries:
        path = f"{entry.directory}/{entry.name}"
        given = place.destination.given if path == place.destination.path else path
        party = opened.add(
            Workplace(Destination(given, entry.directory, entry.name, False, entry.home, entry.replaced))
        )
        try:
            party.enter()
            party.place = staging.open_place(party.destination, party.directory, entry.place, entry.mark)
        except (FileNotFoundError, NotADirectoryError, Refusal):
            continue
        party.draft = Draft(-1, None, entry.new)
        party.replaced = entry.replaced
        found[entry] = party
    return found


def _state(entry: Entry, party: Workplace) -> str:
    if party.is_published:
        return _PUBLISHED
    now = party.name.look()
    if now is not None and not now.is_same_version(entry.replaced):
        return _FOREIGN
    assert party.place is not None
    return _READY if entry.new.is_same_version(party.place.location(NEW).look()) else _LOST


def _settle(intent: Journal, parties: dict[Entry, Workplace], patience: Patience, durable: bool) -> str:
    owners = [(party.place.location(JOURNAL), party) for party in parties.values() if party.place is not None]
    copies = [location for location, _ in owners]
    was_decided = any(_read(location, party.destination) != intent for location, party in owners)
    states = [_state(entry, party) for entry, party in parties.items()]
    all_told = ", ".join(party.destination.path for party in parties.values())
    if was_decided:
        journal.remove(copies)
        for party in parties.values():
            party.forget_second_names()
        return f"removed what an interrupted copy to {all_told} had left"
    if len(parties) == len(intent.entries) and set(states) <= {_PUBLISHED, _READY}:
        for party, state in zip(parties.values(), states, strict=True):
            if state is _READY:
                _publish(party, patience)
        if durable:
            flush(directory for p in parties.values() if p.place for directory in (p.directory, p.place.directory))
        journal.remove(copies)
        for party in parties.values():
            party.forget_second_names()
        return f"finished an interrupted copy to {all_told}"
    take_back_all(list(parties.values()), copies, durable)
    return f"took back an interrupted copy to {all_told}"


def _publish(party: Workplace, patience: Patience) -> None:
    party.replaced = party.name.look()
    party.open_old()
    keep_readers_out(party, patience)
    assert party.place is not None
    party.new.location = party.place.location(NEW)
    party.put(must_keep_old=True)
    party.keep_second_names()


def _clean(place: Workplace, thorough: bool) -> list[str]:
    """Remove what is still there: the second names of a single copy, and journals that a power cut has emptied."""
    removed = []
    for name in staging.peek(place.destination, place.directory):
        if not staging.remove_if_dead(Location(place.directory, name)):
            raise staging.taken(place.destination)
        removed.append(name)
    if thorough:
        removed += staging.sweep_hidden(place.directory, place.destination.name)
    count = len(removed)
    if not count:
        return []
    return [
        f"removed {count} hidden {'file' if count == 1 else 'files'} that a killed copy to {place.destination.path} had left"
    ]
