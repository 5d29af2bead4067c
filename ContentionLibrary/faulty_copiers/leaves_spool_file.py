"""The one fault: it collects the file beside the source before it sends it, and a copy that fails leaves that spool file."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102, PTH108

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import BLOCK, Copier, run


class LeavesSpoolFile(Copier):
    reading: int

    def transfer(self) -> None:
        spool = os.open(self.spool, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        while block := os.read(self.reading, BLOCK):
            os.write(spool, block)
        os.lseek(spool, 0, os.SEEK_SET)
        self.reading, original = spool, self.reading
        super().transfer()
        self.reading = original

    def sync_folder(self) -> None:
        super().sync_folder()
        os.unlink(self.spool)

    @property
    def spool(self) -> str:
        folder, name = os.path.split(self.source)
        return f"{folder}/.{name}.spool"


if __name__ == "__main__":
    run(LeavesSpoolFile)
