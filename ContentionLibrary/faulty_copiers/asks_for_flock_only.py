"""The one fault: of the locks that others hold it asks for flock alone, which clients of a file server never hold."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import fcntl
import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import BUSY, Copier, RefusedError, run


class AsksForFlockOnly(Copier):
    def place(self) -> None:
        try:
            there = os.open(self.name, os.O_RDONLY, dir_fd=self.folder)
        except FileNotFoundError:
            there = None
        try:
            if there is not None:
                fcntl.flock(there, fcntl.LOCK_EX | fcntl.LOCK_NB)
            super().place()
        except BlockingIOError:
            raise RefusedError(f"{self.destination}: somebody holds a lock on it", BUSY) from None
        finally:
            if there is not None:
                os.close(there)


if __name__ == "__main__":
    run(AsksForFlockOnly)
