"""Making finished files appear under their names: one rival at a time, all destinations or none, and never the half of a file."""

# pathlib would cost a tenth of the start-up.
# ruff: noqa: PTH116

from __future__ import annotations

import errno
import os
import sys

from ContentionLibrary.reference_copier import journal, staging
from ContentionLibrary.reference_copier.draft import Location
from ContentionLibrary.reference_copier.failures import (
    NOTHING_CHANGED,
    ExitCode,
    Refusal,
    Stopped,
    Warn,
    blaming,
    close_quietly,
    reason,
)
from ContentionLibrary.reference_copier.flush import flush
from ContentionLibrary.reference_copier.identity import Destination, Identity
from ContentionLibrary.reference_copier.locks import keep_readers_out, lock_directories, wait_for_readers
from ContentionLibrary.reference_copier.rules import Rules
from ContentionLibrary.reference_copier.taking_back import take_back_all
from ContentionLibrary.reference_copier.transfer import Outlet, Source
from ContentionLibrary.reference_copier.waiting import Check, Patience
from ContentionLibrary.reference_copier.workplace import Workplace

TYPE_CHECKING = False  # importing typing only for this would cost each copy some milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

assert sys.platform != "win32"


class Delivery:
    """Brings one source to its destinations on POSIX systems; `windows` has the other one.

    Args:
        destinations: as they were noted at the beginning, each one different.
        rules: the manner.
        check: obeys signals, wherever everything can still be taken back.
        warn: is told what a user should know although it changes nothing about the outcome.
    """

    def __init__(self, destinations: Sequence[Destination], rules: Rules, check: Check, warn: Warn) -> None:
        self._destinations = destinations
        self._rules = rules
        self._check = check
        self._warn = warn
        self._workplaces: list[Workplace] = []
        self._journals: list[Location] = []
        self._journal_locks: list[int] = []

    @property
    def _several(self) -> bool:
        return len(self._workplaces) > 1

    def open(self) -> list[Outlet]:
        """Open a new file for each destination.

        Raises:
            Refusal: a directory cannot be worked in.
            Stopped: a signal has come.
        """
        outlets = []
        for destination in self._destinations:
            if destination.found is not None and self._rules.create_new:
                raise exists(destination)
            place = Workplace(destination)
            self._workplaces.append(place)
            with blaming(destination.given):
                place.enter()
                place.begin()
            outlets.append(Outlet(destination.given, place.new.descriptor, place.new.hold_alone))
        return outlets

    def seal(self, source: Source) -> None:
        """Finish the new files; from here on they only need their names.

        Raises:
            Refusal: the disk is full or broken.
        """
        times = (source.status.st_atime_ns, source.status.st_mtime_ns)
        for place in self._workplaces:
            with blaming(place.destination.given):
                place.new.seal(source.mode, times, self._rules.durable)

    def publish(self) -> None:
        """Let all destinations show their new versions, or none.

        Raises:
            Refusal: a rival or reader was in the way, or the system failed; everything is as before, or the message says what is not.
            Stopped: a signal has come; everything is as before.
        """
        patience = Patience(self._rules.wait, self._check)
        for place in self._workplaces:
            with blaming(place.destination.given):
                place.open_old()
            wait_for_readers(place, patience)
        lock_directories(self._workplaces, patience)
        for place in self._workplaces:
            with blaming(place.destination.given):
                self._confirm(place)
            keep_readers_out(place, patience)
        try:
            self._prepare()
            for place in self._workplaces:
                self._check()
                with blaming(place.destination.given):
                    place.put(must_keep_old=self._several)
            self._make_durable()
            for place in self._workplaces:
                with blaming(place.destination.given):
                    _demand_published(place)
        except (Refusal, Stopped) as cause:
            self._take_back(cause)
            raise
        self._tidy()
        self._look_again()

    def _confirm(self, place: Workplace) -> None:
        place.confirm()
        if place.replaced is not None and self._rules.create_new:
            raise exists(place.destination)
        if staging.JOURNAL in {name.rpartition(".")[2] for name in staging.peek(place.destination, place.directory)}:
            raise staging.taken(place.destination)

    def _prepare(self) -> None:
        """Give new versions their second names where they are needed, and write the intent down if there are several."""
        for place in self._workplaces:
            with blaming(place.destination.given):
                if self._several or place.replaced is not None:
                    place.choose_place()
        if self._several:
            self._write_journals()
        for place in self._workplaces:
            self._check()
            with blaming(place.destination.given):
                if place.place is not None:
                    place.stand(may_choose=not self._several)
        if self._several:
            self._flush_places()

    def _write_journals(self) -> None:
        intent = journal.intent_of(self._workplaces)
        for place in self._workplaces:
            self._check()
            assert place.place is not None
            with blaming(place.destination.given):
                lock = journal.write(intent, place.destination, place.place, self._rules.durable)
                self._journal_locks.append(lock)
                self._journals.append(place.place.location(staging.JOURNAL))
        self._flush_places()

    def _flush_places(self) -> None:
        if self._rules.durable:
            for place in self._workplaces:
                assert place.place is not None
                with blaming(place.destination.given):
                    flush([place.place.directory])

    def _make_durable(self) -> None:
        if not self._rules.durable:
            return
        for place in self._workplaces:
            with blaming(place.destination.given):
                flush([place.directory, *([place.place.directory] if place.place else [])])

    def _take_back(self, cause: Refusal | Stopped) -> None:
        """Bring everything back to where it was. What fails now is left to the next run, and told.

        Raises:
            Refusal: not everything could be taken back.
        """
        try:
            take_back_all(self._workplaces, self._journals, self._several and self._rules.durable)
        except OSError as error:
            for place in self._workplaces:
                place.keep_second_names()
            told = cause if isinstance(cause, Refusal) else None
            raise Refusal(
                ExitCode.FAILED,
                told.file if told else self._workplaces[0].destination.given,
                told.what if told else "stopped by a signal",
                f"taking it back failed too ({reason(error)}): run contention-copy --recover for every destination",
            ) from cause

    def _tidy(self) -> None:
        """Remove what was only needed to be able to take everything back. All destinations are new: nothing is an error now."""
        removals: list[Callable[[], None]] = [location.remove for location in self._journals]
        removals += [place.forget_second_names for place in self._workplaces]
        trouble: OSError | None = None
        for remove in removals:
            try:
                remove()
            except OSError as error:
                trouble = error
        if trouble is not None:
            for place in self._workplaces:
                place.keep_second_names()
            self._warn(
                f"{self._workplaces[0].destination.given}: the copy is complete, yet a hidden file of it could not be removed "
                f"({reason(trouble)}); the next copy to the same place removes it"
            )

    def _look_again(self) -> None:
        """Tell it when somebody has removed or replaced the file in the time that cleaning up has taken.

        Raises:
            Refusal: the only destination is not there any more.
        """
        for place in self._workplaces:
            try:
                _demand_published(place)
            except Refusal as lost:
                if not self._several:
                    raise
                self._warn(str(lost))
            except OSError as error:
                self._warn(f"{place.destination.given}: {reason(error)}; it was complete a moment ago")

    def close(self) -> None:
        """Close everything; what was not published vanishes. The locks end last: whoever gets them finds us finished."""
        for place in self._workplaces:
            try:
                place.leave()
            except OSError as error:
                self._warn(
                    f"{place.destination.given}: a hidden file of it could not be removed ({reason(error)}); "
                    "the next copy to the same place removes it"
                )
        for lock in self._journal_locks:
            close_quietly(lock)
        for place in self._workplaces:
            place.unlock()


def _demand_published(place: Workplace) -> None:
    """Make sure that the path which the user has named leads to the new version.

    Raises:
        Refusal: it does not.
    """
    destination = place.destination
    if not place.is_published:
        what = "was removed or replaced by another process after it had been written"
        raise Refusal(ExitCode.FAILED, destination.given, what, "the file there now, if any, is theirs")
    try:
        shown = Identity.of(os.stat(destination.given))
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            raise
        shown = None
    if shown is None or not destination.leads_home() or not place.new.identity.is_same_file(shown):
        raise place.moved()
    if shown.size != place.new.identity.size:
        what = "another process changed its size after it had been written"
        raise Refusal(ExitCode.FAILED, destination.given, what, "look at what that process has done to it")


def exists(destination: Destination) -> Refusal:
    """Make the refusal for a destination that exists although it was to be created."""
    return Refusal(ExitCode.BUSY, destination.given, "exists already (--create-new)", NOTHING_CHANGED)
