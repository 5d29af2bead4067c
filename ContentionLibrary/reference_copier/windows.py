"""Delivering files on Windows: a hidden temporary file beside the destination, and one rename when it is complete.

Copiers of this kind work at a destination one after the other: whoever has its lock, a file that ends with its owner, may
have temporary files there, so that all others there were left by a killed run. What is weaker than on POSIX: a program of
another kind that changes the destination between our last look and the rename is not noticed, and after a kill the
destinations of one copy are each old or new, not all alike.
"""

# pathlib would cost a tenth of the start-up.
# ruff: noqa: PTH101, PTH108, PTH116, PTH118, PTH208

from __future__ import annotations

import os
import stat
import sys

from ContentionLibrary.reference_copier import win32
from ContentionLibrary.reference_copier.failures import (
    NOTHING_CHANGED,
    ExitCode,
    Refusal,
    Stopped,
    Warn,
    blaming,
    reason,
)
from ContentionLibrary.reference_copier.identity import Destination, Identity, identity_at
from ContentionLibrary.reference_copier.rules import Recovered, Rules
from ContentionLibrary.reference_copier.transfer import Outlet, Source
from ContentionLibrary.reference_copier.waiting import Check, Patience

TYPE_CHECKING = False  # importing typing only for this would cost each copy some milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

assert sys.platform == "win32"

_PAUSE = 0.05  # seconds between two attempts while another process has a file open
_DELETION = 1.0  # seconds that a file which is being deleted gets to be gone
_TEMPORARY, _BACKUP, _LOCK = "tmp", "old", "lock"
_NAME_ROOM = 200  # characters of the destination's name that go into a hidden name of at most 255


class _Target:
    """One destination while it is worked on."""

    def __init__(self, destination: Destination) -> None:
        self.destination = destination
        self.path = win32.extended(destination.path)
        unique = os.urandom(4).hex()
        self.temporary = _hidden(destination, f"-{unique}.{_TEMPORARY}")
        self.backup = _hidden(destination, f"-{unique}.{_BACKUP}")
        self.lock: win32.Lock | None = None
        self.descriptor = -1
        self.new: Identity | None = None
        self.replaced: Identity | None = None

    @property
    def is_published(self) -> bool:
        return self.new is not None and self.new.is_same_file(identity_at(self.path))

    def is_as_noted(self) -> bool:
        return identity_at(self.path) == self.replaced

    def keep_old(self) -> None:
        """Give the old version a second name, unless somebody holds it, who would hold the second name as well."""
        win32.demand_not_held(self.path)
        if not os.path.lexists(self.backup):
            os.link(self.path, self.backup)

    def take_back(self) -> None:
        if not self.is_published:
            return
        if self.replaced is None:
            _remove(self.path)
        else:
            win32.move(self.backup, self.path, over=True, durable=True)

    def leave(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1
        for path in (self.temporary, self.backup):
            _remove(path)


def _hidden(destination: Destination, ending: str) -> str:
    name = f".{destination.name[:_NAME_ROOM]}.contention-copy{ending}"
    return win32.extended(os.path.join(destination.directory, name))


def _remove(path: str) -> None:
    """Remove a file if it is there, also a read-only one, as the copy of a read-only source is."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
    except PermissionError:
        if not win32.is_read_only(os.stat(path)):
            raise
        os.chmod(path, stat.S_IWRITE)
        os.unlink(path)


def _lock(destination: Destination, patience: Patience) -> win32.Lock | None:
    """Take the lock of a destination; None if another copier still has it when the time is over.

    Raises:
        OSError: the directory cannot be worked in.
    """
    while True:
        try:
            return win32.Lock(_hidden(destination, f".{_LOCK}"))
        except PermissionError as error:
            if not patience.pause(_PAUSE):
                if error.winerror != win32.Lock.SHARING_VIOLATION:
                    raise
                return None


def recover(
    destinations: Sequence[Destination], patience: Patience, durable: bool, *, thorough: bool = False
) -> Recovered:
    """Remove the temporary files that killed runs have left; the arguments are those of the POSIX side.

    Raises:
        Refusal: a directory cannot be listed.
        Stopped: a signal has come.
    """
    del patience, durable, thorough
    actions = []
    for destination in destinations:
        with blaming(destination.given):
            left = _left_behind(destination)
            lock = _lock(destination, Patience(0, _go_on)) if left else None
            if lock is None:  # nothing to do, or those who work there do it when they begin
                continue
            try:
                removed = [name for name in _left_behind(destination) if _sweep(destination, name)]
            finally:
                lock.release()
        if removed:
            actions.append(f"removed what a killed copy to {destination.path} had left: {', '.join(removed)}")
    return Recovered(tuple(destinations), tuple(actions))


def _left_behind(destination: Destination) -> list[str]:
    prefix = os.path.basename(_hidden(destination, "-"))  # noqa: PTH119
    names = os.listdir(win32.extended(destination.directory))
    return [name for name in names if name.startswith(prefix) and name.endswith((f".{_TEMPORARY}", f".{_BACKUP}"))]


def _sweep(destination: Destination, name: str) -> bool:
    try:
        _remove(win32.extended(os.path.join(destination.directory, name)))
    except PermissionError:  # a virus scanner, or a backup, looks into it: the next run removes it
        return False
    return True


class Delivery:
    """Brings one source to its destinations on Windows; the interface is that of `publish.Delivery`.

    Args:
        destinations: as they were noted at the beginning, each one different.
        rules: the manner.
        check: obeys signals, wherever everything can still be taken back.
        warn: is told what a user should know although it changes nothing about the outcome.
    """

    def __init__(self, destinations: Sequence[Destination], rules: Rules, check: Check, warn: Warn) -> None:
        self._targets = [_Target(destination) for destination in destinations]
        self._rules = rules
        self._check = check
        self._warn = warn

    def open(self) -> list[Outlet]:
        """Open a new file for each destination.

        Raises:
            Refusal: another copier works there, it exists and must not, or a directory cannot be worked in.
            Stopped: a signal has come.
        """
        patience = Patience(self._rules.wait, self._check)
        for target in self._targets:
            if target.destination.found is not None and self._rules.create_new:
                raise _rival(target, "it exists already")
        for target in sorted(self._targets, key=lambda target: os.path.normcase(target.path)):  # one order for all
            with blaming(target.destination.given):
                target.lock = _lock(target.destination, patience)
            if target.lock is None:
                raise _busy(target, "another copy to it is under way", patience)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_BINARY | os.O_NOINHERIT
        for target in self._targets:
            with blaming(target.destination.given):
                target.descriptor = os.open(target.temporary, flags, 0o600)
        return [Outlet(target.destination.given, target.descriptor) for target in self._targets]

    def seal(self, source: Source) -> None:
        """Finish the new files.

        Raises:
            Refusal: the disk is full or broken.
        """
        for target in self._targets:
            with blaming(target.destination.given):
                if self._rules.durable:
                    os.fsync(target.descriptor)
                descriptor, target.descriptor = target.descriptor, -1
                os.close(descriptor)  # an open file cannot be renamed
                os.utime(target.temporary, ns=(source.status.st_atime_ns, source.status.st_mtime_ns))
                os.chmod(target.temporary, source.mode)
                target.new = identity_at(target.temporary)

    def publish(self) -> None:
        """Let all destinations show their new versions, or none.

        Raises:
            Refusal: a rival was faster, somebody has the file open, or the system failed.
            Stopped: a signal has come.
        """
        patience = Patience(self._rules.wait, self._check)
        for target in self._targets:
            with blaming(target.destination.given):
                self._confirm(target)
        try:
            for target in self._targets:
                self._check()
                with blaming(target.destination.given):
                    self._put(target, patience)
            for target in self._targets:
                if not target.is_published:
                    what = "was removed or replaced by another process after it had been written"
                    raise Refusal(ExitCode.FAILED, target.destination.given, what, "the file there now is theirs")
        except (Refusal, Stopped):
            self._take_back()
            raise

    def _confirm(self, target: _Target) -> None:
        destination = target.destination
        if not destination.leads_home():
            what = "its directory was moved, removed or replaced by another process"
            raise Refusal(ExitCode.FAILED, destination.given, what)
        target.replaced = destination.found
        if not target.is_as_noted():
            raise _rival(target, "another process changed it meanwhile")
        if destination.found is not None and win32.is_read_only(os.stat(target.path)):
            raise Refusal(
                ExitCode.FAILED, destination.given, "is read-only", f"take that from it first, {NOTHING_CHANGED}"
            )

    def _put(self, target: _Target, patience: Patience) -> None:
        while True:
            _demand_no_rival(target)  # whoever had it open may have changed it while we waited
            try:
                if target.replaced is not None and len(self._targets) > 1:
                    target.keep_old()
                win32.move(target.temporary, target.path, over=target.replaced is not None, durable=self._rules.durable)
                return
            except (PermissionError, FileExistsError):
                if not patience.pause(_PAUSE):
                    _demand_no_rival(target)
                    raise _busy(target, "is open in another process", patience) from None

    def _take_back(self) -> None:
        """Bring every destination back, as far as one can, before the trouble of one is told."""
        trouble: Refusal | None = None
        for target in self._targets:
            try:
                _insist(target.take_back)
            except OSError as error:
                state = "taking the copy back failed: the new version is still there"
                trouble = Refusal(ExitCode.FAILED, target.destination.given, reason(error), state)
        if trouble is not None:
            raise trouble

    def close(self) -> None:
        """Remove every temporary file, and let others work."""
        for target in self._targets:
            try:
                _insist(target.leave)
            except OSError as error:
                self._warn(
                    f"{target.destination.given}: a hidden file of it could not be removed ({reason(error)}); "
                    "the next copy to the same place removes it"
                )
            if target.lock is not None:
                target.lock.release()
                target.lock = None


def _insist(deed: Callable[[], None]) -> None:
    """Do something again while a virus scanner, or whoever else looks at each new file, has it open.

    Raises:
        OSError: it fails still.
    """
    patience = Patience(_DELETION, _go_on)
    while True:
        try:
            deed()
        except PermissionError:
            if patience.pause(_PAUSE):
                continue
            raise
        return


def _demand_no_rival(target: _Target) -> None:
    if not target.is_as_noted() and not (target.replaced is None and _may_be_going(target.path)):
        raise _rival(target, "another process changed it meanwhile")


def _may_be_going(path: str) -> bool:
    """Tell whether a file may soon be gone: one that is being deleted has a name, and cannot be opened."""
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_BINARY | os.O_NOINHERIT))
    except (FileNotFoundError, PermissionError):
        return True
    return False


def _go_on() -> None:
    """Obey no signal: what has been begun must be ended."""


def _busy(target: _Target, what: str, patience: Patience) -> Refusal:
    state = f"waited {patience.seconds:g} s, {NOTHING_CHANGED}; try again or raise --wait"
    return Refusal(ExitCode.BUSY, target.destination.given, what, state)


def _rival(target: _Target, what: str) -> Refusal:
    return Refusal(ExitCode.BUSY, target.destination.given, what, f"the file there is theirs, {NOTHING_CHANGED}")
