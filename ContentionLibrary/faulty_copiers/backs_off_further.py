"""The one fault: whoever finds another copy at work waits ten times as long each time before it looks again."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys
import time

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import BUSY, Copier, RefusedError, run

FIRST, FACTOR, TIMES = 0.1, 10, 3  # seconds


class BacksOffFurther(Copier):
    def take_temporary(self) -> None:
        pause = FIRST
        for _ in range(TIMES):
            try:
                super().take_temporary()
            except RefusedError as error:
                if error.code != BUSY:
                    raise
                os.close(self.writing)
            else:
                return
            time.sleep(pause)
            pause *= FACTOR
        super().take_temporary()


if __name__ == "__main__":
    run(BacksOffFurther)
