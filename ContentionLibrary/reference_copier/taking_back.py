"""Bringing several destinations back to where they were: shared by a run that fails and a run that finds a killed one."""

from __future__ import annotations

from ContentionLibrary.reference_copier import journal
from ContentionLibrary.reference_copier.draft import Location
from ContentionLibrary.reference_copier.flush import flush
from ContentionLibrary.reference_copier.workplace import Workplace

TYPE_CHECKING = False  # importing typing only for this would cost each copy some milliseconds
if TYPE_CHECKING:
    from collections.abc import Sequence


def take_back_all(workplaces: Sequence[Workplace], journals: Sequence[Location], durable: bool) -> None:
    """Bring all destinations back to where they were, as far as one can, before anything is forgotten.

    Raises:
        OSError: one could not be brought back; journals and second names are still there.
    """
    trouble: OSError | None = None
    for place in workplaces:
        try:
            place.take_back()
        except OSError as error:
            trouble = error
    if trouble is not None:
        raise trouble
    if durable:  # a journal may be missing only when everything is decided
        flush(place.directory for place in workplaces)
    journal.remove(journals)
    if durable:
        flush(location.directory for location in journals)
    for place in workplaces:
        place.forget_second_names()
