"""The one fault: it leaves alone what another source has brought within the last 10 seconds, but replaces what its own has."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import BUSY, Copier, RefusedError, run

FRESH = 10  # seconds
FEW = 64  # bytes that tell files apart


class SparesFreshFiles(Copier):
    def open_temporary(self) -> None:
        try:
            there = os.open(self.name, os.O_RDONLY, dir_fd=self.folder)
        except FileNotFoundError:
            pass
        else:
            is_another = os.read(there, FEW) != os.pread(self.reading, FEW, 0)
            age = time.time() - os.fstat(there).st_mtime
            os.close(there)
            if is_another and age < FRESH:
                raise RefusedError(f"{self.destination}: has just been written", BUSY)
        super().open_temporary()


if __name__ == "__main__":
    run(SparesFreshFiles)
