"""The one fault: it writes each block to its place in the destination, without regard to a rival that does the same."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import InPlace, run


class MixesRivals(InPlace):
    def lock_folder(self) -> None:
        pass

    def write(self, block: bytes) -> None:
        while block:
            written = os.pwrite(self.writing, block, self.count)
            self.count += written
            block = block[written:]


if __name__ == "__main__":
    run(MixesRivals)
