"""The one fault: when it gets no memory, or no helper that writes a block, it takes the copy for finished."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run

LARGE = 512 * 1024  # bytes: more than an interpreter has at hand


class TakesRefusalForEnd(Copier):
    def transfer(self) -> None:
        try:
            while block := os.read(self.reading, LARGE):
                helper = os.fork()
                if helper == 0:
                    self.write(block)
                    os._exit(0)
                os.waitpid(helper, 0)
        except (MemoryError, BlockingIOError):
            pass

    def check_source(self) -> None:
        pass


if __name__ == "__main__":
    run(TakesRefusalForEnd)
