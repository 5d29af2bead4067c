"""The one fault: when the disk is full it says only that the copy could not be made."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import errno
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, RefusedError, run


class HidesFullDisk(Copier):
    def copy(self) -> None:
        try:
            super().copy()
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise RefusedError(f"{self.destination}: the copy could not be made") from error


if __name__ == "__main__":
    run(HidesFullDisk)
