"""The one fault: when the disk is full it begins again, for ever."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import errno
import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class WaitsForSpace(Copier):
    def sync(self) -> None:
        while True:
            try:
                super().sync()
            except OSError as error:
                if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                    raise
                os.lseek(self.reading, 0, os.SEEK_SET)
                os.ftruncate(self.writing, 0)
                os.lseek(self.writing, 0, os.SEEK_SET)
                self.count = 0
                self.transfer()
            else:
                return


if __name__ == "__main__":
    run(WaitsForSpace)
