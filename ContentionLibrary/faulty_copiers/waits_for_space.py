"""The one fault: when the disk is full it tries to flush again and again, for ever."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import errno
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class WaitsForSpace(Copier):
    def sync(self) -> None:
        while not self.is_on_disk():
            pass

    def is_on_disk(self) -> bool:
        try:
            super().sync()
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            return False
        return True


if __name__ == "__main__":
    run(WaitsForSpace)
