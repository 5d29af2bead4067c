"""The one fault: it opens the source again in the middle; if there is no descriptor left, a part stays under the final name."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import InPlace, run


class PartialAtLimit(InPlace):
    again = -1

    def write(self, block: bytes) -> None:
        if self.again < 0 and self.count * 2 >= self.before.st_size:
            self.again = os.open(self.source, os.O_RDONLY)
        super().write(block)

    def clean_up(self) -> None:
        pass


if __name__ == "__main__":
    run(PartialAtLimit)
