"""The one fault: it closes its half-written file and opens it again; who waits for a closed file picks up a half."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import InPlace, run


class ClosesHalfWay(InPlace):
    def write(self, block: bytes) -> None:
        if self.count == self.before.st_size // 2 // len(block) * len(block):
            os.close(self.writing)
            self.writing: int = os.open(self.name, os.O_WRONLY, dir_fd=self.folder)
            os.lseek(self.writing, self.count, os.SEEK_SET)
        super().write(block)


if __name__ == "__main__":
    run(ClosesHalfWay)
