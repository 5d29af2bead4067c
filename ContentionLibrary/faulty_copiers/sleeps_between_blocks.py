"""The one fault: it sleeps after each block."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run

NAP = 0.002  # seconds


class SleepsBetweenBlocks(Copier):
    def write(self, block: bytes) -> None:
        super().write(block)
        time.sleep(NAP)


if __name__ == "__main__":
    run(SleepsBetweenBlocks)
