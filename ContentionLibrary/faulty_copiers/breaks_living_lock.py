"""The one fault: it removes a lock file that it has found stale without looking whether it still is."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import BUSY, Copier, RefusedError, run


class BreaksLivingLock(Copier):
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
        # By now another run may have removed it, and have made its own.
        try:  # noqa: SIM105 - contextlib takes too long to import
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


if __name__ == "__main__":
    run(BreaksLivingLock)
