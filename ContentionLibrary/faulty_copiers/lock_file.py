"""A lock file with its owner's number, as many copiers have one: the ground for the faults that need it."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D102

import os

from careful import BUSY, Copier, RefusedError


class WithLockFile(Copier):
    """Holds `.NAME.lock` while it works. A lock file whose owner is dead is `left_by_the_dead`."""

    locked = False

    def take_temporary(self) -> None:
        self.lock = f".{self.name}.lock"
        while not self.locked:
            if not self.take_lock():
                owner = self.owner()
                if owner and self.lives(owner):
                    raise RefusedError(f"{self.destination}: another copy (process {owner}) is running", BUSY)
                self.left_by_the_dead()
        super().take_temporary()

    def take_lock(self) -> bool:
        try:
            descriptor = os.open(self.lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=self.folder)
        except FileExistsError:
            return False
        os.write(descriptor, str(os.getpid()).encode())
        os.close(descriptor)
        self.locked = True
        return True

    def owner(self) -> int:
        """Return the number that stands in the lock file; 0 when it is gone or empty."""
        try:
            descriptor = os.open(self.lock, os.O_RDONLY, dir_fd=self.folder)
        except FileNotFoundError:
            return 0
        text = os.read(descriptor, 32)
        os.close(descriptor)
        return int(text or b"0")

    def lives(self, owner: int) -> bool:
        try:
            os.kill(owner, 0)
        except ProcessLookupError:
            return False
        return True

    def left_by_the_dead(self) -> None:
        """Remove the lock file, whoever's it may be by now."""
        try:
            os.unlink(self.lock, dir_fd=self.folder)
        except FileNotFoundError:
            pass

    def commit(self) -> None:
        super().commit()
        self.unlock()

    def clean_up(self) -> None:
        super().clean_up()
        self.unlock()

    def unlock(self) -> None:
        if self.locked:
            os.unlink(self.lock, dir_fd=self.folder)
            self.locked = False
