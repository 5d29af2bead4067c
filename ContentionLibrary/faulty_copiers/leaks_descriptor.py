"""The one fault: it opens the source once more for each block, and closes it never."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class LeaksDescriptor(Copier):
    def write(self, block: bytes) -> None:
        os.open(self.source, os.O_RDONLY)
        super().write(block)


if __name__ == "__main__":
    run(LeaksDescriptor)
