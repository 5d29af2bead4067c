"""The one fault: one lock for all copies on the machine, and whoever finds it taken sleeps for a while."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102, PTH120

import fcntl
import os
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run

NAP = 0.25  # seconds; many times as long as a copy of the size that is timed


class SleepsForLock(Copier):
    def transfer(self) -> None:
        everybody = os.open(os.path.dirname(os.path.dirname(self.parent)), os.O_RDONLY | os.O_DIRECTORY)
        while True:
            try:
                fcntl.flock(everybody, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(NAP)
            else:
                break
        super().transfer()


if __name__ == "__main__":
    run(SleepsForLock)
