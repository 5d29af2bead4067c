"""The one fault: after an error it opens its file again and goes on behind the last block that it has sent."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import select
import sys
from contextlib import suppress

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run

ATTEMPTS = 50


class ResumesBlindly(Copier):
    writing: int

    def write(self, block: bytes) -> None:
        self.count += len(block)
        position = self.count - len(block)
        self.insist(lambda: os.pwrite(self.writing, block, position))

    def check_source(self) -> None:
        self.insist(super().check_source)

    def sync(self) -> None:
        self.insist(super().sync)

    def insist(self, act: object) -> None:
        for _ in range(ATTEMPTS):
            try:
                act()  # type: ignore[operator]
            except OSError:
                select.poll().poll(20)
                self.open_again()
            else:
                return
        act()  # type: ignore[operator]

    def open_again(self) -> None:
        with suppress(OSError):
            writing = os.open(self.temporary, os.O_WRONLY, dir_fd=self.folder)
            writing, self.writing = self.writing, writing
            os.close(writing)


if __name__ == "__main__":
    run(ResumesBlindly)
