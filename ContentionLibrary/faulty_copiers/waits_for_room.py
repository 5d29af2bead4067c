"""The one fault: when the disk is full it tries to write the same block again and again, for ever."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import errno
import os
import select
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class WaitsForRoom(Copier):
    def write(self, block: bytes) -> None:
        self.count += len(block)
        while block:
            try:
                block = block[os.write(self.writing, block) :]
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                select.poll().poll(10)


if __name__ == "__main__":
    run(WaitsForRoom)
