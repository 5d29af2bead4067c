"""The one fault: it opens the source anew for every block and never looks whether it is still the same."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import BLOCK, Copier, run


class FollowsChangingSource(Copier):
    def transfer(self) -> None:
        block = b"first"
        while block:
            reading = os.open(self.source, os.O_RDONLY)
            block = os.pread(reading, BLOCK, self.count)
            os.close(reading)
            self.write(block)

    def check_source(self) -> None:
        pass


if __name__ == "__main__":
    run(FollowsChangingSource)
