"""The one fault: before its copy it removes whatever in the folder looks like the leftover of an earlier run."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102, PTH208

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class SweepsNeighbours(Copier):
    def open_temporary(self) -> None:
        for name in os.listdir(self.folder):
            if name.endswith(".part") and name != self.temporary:
                os.unlink(name, dir_fd=self.folder)
        super().open_temporary()


if __name__ == "__main__":
    run(SweepsNeighbours)
