"""The one fault: after a kill its lock file stays, and every later run is refused because of it."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import BUSY, Copier, RefusedError, run


class StaleLockBlocks(Copier):
    locked = False

    def take_temporary(self) -> None:
        self.lock = f".{self.name}.lock"
        try:
            os.close(os.open(self.lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=self.folder))
        except FileExistsError:
            raise RefusedError(f"{self.destination}: {self.lock} says that another copy is running", BUSY) from None
        self.locked = True
        super().take_temporary()

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
    run(StaleLockBlocks)
