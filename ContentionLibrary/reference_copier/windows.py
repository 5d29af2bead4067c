"""Delivering files on Windows: a hidden temporary file beside the destination, and one rename when it is complete.

What is weaker than on POSIX: a rival that comes between the last look and the rename is not noticed, and after a kill the
destinations of one copy are each old or new, not all alike. An open file cannot be deleted here, so a temporary file that
can be is one that a killed run has left.
"""

# pathlib would cost a tenth of the start-up.
# ruff: noqa: PTH101,PTH104,PTH105,PTH108,PTH118,PTH208

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

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

_PAUSE = 0.05  # seconds between two attempts while another process has the file open
_TEMPORARY, _BACKUP = ".tmp", ".old"


class _Target:
    """One destination while it is worked on."""

    def __init__(self, destination: Destination) -> None:
        self.destination = destination
        stem = f"{_prefix(destination)}{os.urandom(4).hex()}"
        self.temporary = os.path.join(destination.directory, stem + _TEMPORARY)
        self.backup = os.path.join(destination.directory, stem + _BACKUP)
        self.descriptor = -1
        self.new: Identity | None = None
        self.replaced: Identity | None = None

    @property
    def is_published(self) -> bool:
        return self.new is not None and self.new.is_same_file(identity_at(self.destination.path))

    def take_back(self) -> None:
        if not self.is_published:
            return
        if self.replaced is None:
            os.unlink(self.destination.path)
        else:
            os.replace(self.backup, self.destination.path)

    def leave(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1
        for path in (self.temporary, self.backup):
            if os.path.lexists(path):
                os.unlink(path)


def _prefix(destination: Destination) -> str:
    return f".{destination.name}.contention-copy-"


def _sweep(destination: Destination) -> list[str]:
    prefix = _prefix(destination)
    removed = []
    for name in os.listdir(destination.directory):
        if name.startswith(prefix) and name.endswith((_TEMPORARY, _BACKUP)):
            try:
                os.unlink(os.path.join(destination.directory, name))
            except PermissionError:  # its owner lives
                continue
            removed.append(name)
    return removed


def recover(
    destinations: Sequence[Destination], patience: Patience, durable: bool, *, thorough: bool = False
) -> Recovered:
    """Remove the temporary files that killed runs have left; the arguments are those of the POSIX side.

    Raises:
        Refusal: a directory cannot be listed.
    """
    del patience, durable, thorough
    actions = []
    for destination in destinations:
        with blaming(destination.given):
            removed = _sweep(destination)
        if removed:
            actions.append(f"removed what a killed copy to {destination.path} had left: {', '.join(removed)}")
    return Recovered(tuple(destinations), tuple(actions))


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
            Refusal: a directory cannot be worked in.
        """
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
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
            for target in self._targets:
                with blaming(target.destination.given, "taking the copy back failed: the new version is still there"):
                    target.take_back()
            raise

    def _confirm(self, target: _Target) -> None:
        destination = target.destination
        if not destination.leads_home():
            what = "its directory was moved, removed or replaced by another process"
            raise Refusal(ExitCode.FAILED, destination.given, what)
        now = identity_at(destination.path)
        if now is not None and (now != destination.found or self._rules.create_new):
            what = "another process changed it meanwhile, or it exists already"
            raise Refusal(ExitCode.BUSY, destination.given, what, f"the file there is theirs, {NOTHING_CHANGED}")
        target.replaced = now

    def _put(self, target: _Target, patience: Patience) -> None:
        path = target.destination.path
        if target.replaced is None:
            try:
                os.rename(target.temporary, path)  # on Windows never over an existing file
            except FileExistsError:
                what = "another process created it meanwhile"
                raise Refusal(ExitCode.BUSY, target.destination.given, what) from None
            return
        if len(self._targets) > 1:
            os.link(path, target.backup)
        _patiently(lambda: os.replace(target.temporary, path), target.destination, patience)

    def close(self) -> None:
        """Remove every temporary file."""
        for target in self._targets:
            try:
                target.leave()
            except OSError as error:
                self._warn(
                    f"{target.destination.given}: a hidden file of it could not be removed ({reason(error)}); "
                    "the next copy to the same place removes it"
                )


def _patiently(replace: Callable[[], None], destination: Destination, patience: Patience) -> None:
    """Replace a file as soon as nobody has it open in a way that forbids it."""
    while True:
        try:
            replace()
        except PermissionError:
            if patience.pause(_PAUSE):
                continue
            what = "is open in another process, or read-only"
            state = f"waited {patience.seconds:g} s, {NOTHING_CHANGED}; try again or raise --wait"
            raise Refusal(ExitCode.BUSY, destination.given, what, state) from None
        return
