"""The one fault: it can only clone, and fails where the file system cannot."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import fcntl
import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run

FICLONE = 0x40049409


class ClonesOrFails(Copier):
    def transfer(self) -> None:
        fcntl.ioctl(self.writing, FICLONE, self.reading)
        self.count = os.fstat(self.writing).st_size


if __name__ == "__main__":
    run(ClonesOrFails)
