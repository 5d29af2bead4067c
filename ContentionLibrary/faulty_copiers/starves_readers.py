"""The one fault: it keeps readers that respect locks out of the old destination during the whole copy."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import fcntl
import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import BUSY, Copier, RefusedError, run


class StarvesReaders(Copier):
    def open_temporary(self) -> None:
        try:
            old = os.open(self.name, os.O_RDONLY, dir_fd=self.folder)
            fcntl.flock(old, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            pass
        except BlockingIOError:
            raise RefusedError(f"{self.destination}: is locked by a reader", BUSY) from None
        super().open_temporary()


if __name__ == "__main__":
    run(StarvesReaders)
