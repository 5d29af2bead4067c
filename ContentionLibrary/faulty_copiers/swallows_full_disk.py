"""The one fault: what does not fit on the disk is left out, and the rest is called a success."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import errno
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class SwallowsFullDisk(Copier):
    def write(self, block: bytes) -> None:
        try:
            super().write(block)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise


if __name__ == "__main__":
    run(SwallowsFullDisk)
