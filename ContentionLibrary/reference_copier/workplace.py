"""One destination while it is worked on: its open directory, the old version, the new one, and how one becomes the other."""

from __future__ import annotations

import errno
import os
import sys

from ContentionLibrary.reference_copier import kernel, staging
from ContentionLibrary.reference_copier.draft import Draft, Location, begin
from ContentionLibrary.reference_copier.failures import NOTHING_CHANGED, ExitCode, Refusal, close_quietly
from ContentionLibrary.reference_copier.identity import Destination, Identity
from ContentionLibrary.reference_copier.staging import NEW, OLD, Place

assert sys.platform != "win32"

_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
_THEIRS = f"the file there is theirs, {NOTHING_CHANGED}"
_MOVED = "its directory was moved, removed or replaced by another process"


class Workplace:
    """Everything that is open for one destination; methods raise OSError unless they say otherwise.

    Args:
        destination: as it was noted at the beginning.
    """

    def __init__(self, destination: Destination) -> None:
        self.destination = destination
        self.directory = -1
        self.old = -1  # the version that is to be replaced, open for reading; -1: none, or not ours to read
        self.draft: Draft | None = None
        self.is_old_locked = False
        self.replaced: Identity | None = None  # what stood there when nobody could change it any more
        self.place: Place | None = None  # where the second names are

    @property
    def name(self) -> Location:
        """The destination's name."""
        return Location(self.directory, self.destination.name)

    @property
    def new(self) -> Draft:
        """The new version, which must have been begun."""
        assert self.draft is not None
        return self.draft

    def enter(self) -> None:
        """Open the directory that was noted, and no other.

        Raises:
            Refusal: the path leads elsewhere now.
        """
        self.directory = os.open(self.destination.directory, os.O_RDONLY | os.O_DIRECTORY)
        if not self.destination.home.is_same_file(Identity.of(os.fstat(self.directory))):
            raise self.moved()

    def begin(self) -> None:
        """Open the file that is to become the new version."""
        self.draft = begin(self.directory, self.destination.name)
        if self.draft.location is None or not staging.sweep_hidden(self.directory, self.destination.name):
            return
        now = self.name.look()
        if now is not None and now.is_same_version(self.destination.found):
            # A killed run can have left a hidden second name of what it had just published: removing it has changed the ctime.
            self.destination = self.destination._replace(found=now)

    def open_old(self) -> None:
        """Open the version that is to be replaced, for reading only."""
        found = self.destination.found
        if found is None or not found.is_same_file(self.name.look()):
            return  # `confirm` is going to tell
        try:
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
            self.old = os.open(self.destination.name, flags, dir_fd=self.directory)
        except (FileNotFoundError, PermissionError):
            pass

    def reopen_old(self) -> bool:
        """Open the version that is to be replaced for writing: NFS locks it for nobody else. False if it is not ours to write."""
        flags = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK
        try:
            writable = os.open(self.destination.name, flags, dir_fd=self.directory)
        except OSError:
            return False
        if not Identity.of(os.fstat(writable)).is_same_file(Identity.of(os.fstat(self.old))):
            close_quietly(writable)
            return False
        close_quietly(self.old)
        self.old = writable
        return True

    def confirm(self) -> None:
        """Make sure, with the directory locked, that nobody has changed anything since the beginning.

        A destination that was deleted meanwhile is made anew: that is what was asked for.

        Raises:
            Refusal: a rival was here, or the path leads elsewhere.
        """
        if not self.destination.leads_home():
            raise self.moved()
        # A client of a server remembers names for some seconds; opening their directory by its path makes it ask again.
        close_quietly(os.open(self.destination.directory, os.O_RDONLY | os.O_DIRECTORY))
        now = self.name.look()
        if now is not None and now != self.destination.found:
            raise self._rival()
        self.replaced = now

    def choose_place(self) -> None:
        """Find the directory for second names: the one above, else the destination's own."""
        self.place = staging.open_above(self.destination, self.directory) or self.beside()

    def beside(self) -> Place:
        """Return the destination's own directory as a place for second names."""
        return Place(self.directory, self.destination.directory, staging.mark_beside(self.destination))

    def stand(self, *, may_choose: bool) -> None:
        """Give the new version a second name.

        Args:
            may_choose: stand in the destination's own directory if it is impossible in the chosen place.

        Raises:
            Refusal: the second name belongs to a rival who lives.
        """
        assert self.place is not None
        try:
            self._stand_at(self.place.location(NEW), must=not may_choose)
        except OSError as error:
            if not may_choose or self.place.directory == self.directory or not staging.is_impossible_there(error):
                raise
            close_quietly(self.place.directory)
            self.place = self.beside()
            self._stand_at(self.place.location(NEW), must=False)

    def _stand_at(self, location: Location, *, must: bool) -> None:
        self.new.hold()
        if not staging.remove_if_dead(location):
            raise staging.taken(self.destination)
        if self.new.location is None:
            kernel.give_name(self.new.descriptor, location)
        elif not self._link_or_rename(self.new.location, location, must=must):
            return
        self.new.location = location

    def _link_or_rename(self, draft: Location, location: Location, *, must: bool) -> bool:
        """Give a named draft its second name, never over one that a rival on another machine has just made.

        Returns:
            False if it keeps its first one, on an SMB server, which leaves a file hidden that was renamed from one hidden name to
            another. It does not if it `must` be found under the second name.

        Raises:
            Refusal: there is such a rival.
        """
        try:
            draft.link(location)
        except FileExistsError:
            raise staging.taken(self.destination) from None
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
        else:
            if self._follow(location):
                return True
            if not must:
                return False
        draft.rename(location)
        return True

    def _follow(self, location: Location) -> bool:
        """Go on with the draft's second name; returns False, and takes the name back, where that cannot be opened.

        The client of an SMB server has a lease on the file that is open, by its first name: no other one opens it meanwhile.

        Raises:
            Refusal: it is somebody else's by now.
        """
        try:
            is_ours = self.new.follow(location)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            location.remove()
            return False
        if not is_ours:
            raise staging.taken(self.destination)
        return True

    def put(self, *, must_keep_old: bool) -> None:
        """Publish: let the destination's name show the new version, in one step.

        Args:
            must_keep_old: fail rather than lose the means to take it back.

        Raises:
            Refusal: a rival was faster.
        """
        if self.replaced is None:
            self._create()
            return
        location = self.new.location
        assert location is not None
        try:
            exchanged = kernel.exchange(location, self.name)
        except FileNotFoundError:
            if self.name.look() is not None:
                raise
            self.replaced = None  # deleted in the last moment
            self._create()
            return
        if not exchanged:
            self._rename_over(location, must_keep_old)
        elif not self.replaced.is_same_version(location.look()) or not self.is_published:
            self._give_back(location)  # somebody has put another file under one of the two names
            raise self._rival()

    def _give_back(self, location: Location) -> None:
        """Put back what another program had put under the destination's name in the last moment."""
        try:
            kernel.exchange(location, self.name)
        except FileNotFoundError:  # and it has removed our version since
            kernel.rename_to_free_name(location, self.name)
            self.new.location = None

    def _create(self) -> None:
        location = self.new.location
        try:
            if location is None:
                kernel.give_name(self.new.descriptor, self.name)
            elif kernel.rename_to_free_name(location, self.name):
                self.new.location = None
            else:
                location.link(self.name)
                if not self.new.follow(self.name):
                    raise self._rival()
        except FileExistsError:
            raise self._rival() from None

    def _rename_over(self, location: Location, must_keep_old: bool) -> None:
        """Replace where names cannot be exchanged; the old version keeps a second name so that it can come back."""
        assert self.place is not None and self.replaced is not None
        aside = self.place.location(OLD)
        try:
            if not self.replaced.is_same_file(aside.look()):  # a killed run may have come so far
                staging.remove_if_dead(aside)
                self.name.link(aside)
        except OSError as error:
            if must_keep_old or error.errno not in _NO_LINKS:
                raise
        else:
            shown = aside.look()
            if not self.replaced.is_same_version(shown):
                is_rival = not self.replaced.looks_like(shown) or aside.shows_links(self.replaced)
                aside.remove()
                if is_rival:
                    raise self._rival()
                if must_keep_old:  # each name has a number of its own, so nobody could tell the old version later
                    raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP), aside.name)
        self._close_old()
        location.rename(self.name)
        self.new.location = None

    def _close_old(self) -> None:
        """Close the version that is about to be replaced.

        Where a file that is open is replaced, NFS and FUSE first rename it to a hidden name: for a moment there is no
        file, and if the server is lost then, there stays none.
        """
        old, self.old = self.old, -1
        if old >= 0:
            close_quietly(old)

    @property
    def is_published(self) -> bool:
        """Whether the destination's name shows the new version at this moment."""
        return self.new.identity.is_same_file(self.name.look())

    def take_back(self) -> None:
        """Put the old version back, or remove the file if there was none; what is somebody else's stays.

        Raises:
            FileNotFoundError: the old version is nowhere to be found.
        """
        if not self.new.identity.is_same_version(
            self.name.look()
        ):  # never published, or somebody has written to it since
            return
        if self.replaced is None:
            self.name.remove()
            return
        self._second_name_of_old().rename(self.name)

    def _second_name_of_old(self) -> Location:
        assert self.place is not None and self.replaced is not None
        for kind in (NEW, OLD):
            location = self.place.location(kind)
            if self.replaced.is_same_file(location.look()):
                return location
        raise FileNotFoundError(errno.ENOENT, "the older version is nowhere to be found", self.destination.path)

    def keep_second_names(self) -> None:
        """Leave the second names where they are, for a later run to put things right."""
        self.new.location = None

    def forget_second_names(self) -> None:
        """Remove the second names: whatever is behind them is not wanted any more."""
        if self.place is not None:
            self.place.location(NEW).remove()
            self.place.location(OLD).remove()
            if self.new.location == self.place.location(NEW):
                self.new.location = None

    def leave(self) -> None:
        """Close everything but the directory; a draft that was not published vanishes."""
        opened = {self.old, self.place.directory if self.place is not None else -1} - {-1, self.directory}
        try:
            if self.draft is not None:
                self.draft.discard()
        finally:
            self.old = -1
            self.place = None
            for descriptor in opened:
                close_quietly(descriptor)

    def unlock(self) -> None:
        """Close the directory, and with it end the lock on it."""
        directory, self.directory = self.directory, -1
        if directory >= 0:
            close_quietly(directory)

    def moved(self) -> Refusal:
        """Make the refusal for a path that leads elsewhere now."""
        return Refusal(ExitCode.FAILED, self.destination.given, _MOVED)

    def _rival(self) -> Refusal:
        verb = "created" if self.destination.found is None else "changed"
        return Refusal(ExitCode.BUSY, self.destination.given, f"another process {verb} it meanwhile", _THEIRS)
