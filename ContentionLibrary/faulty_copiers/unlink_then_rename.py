"""The one fault: it removes the old destination before it renames, so that the name is absent in between."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class UnlinkThenRename(Copier):
    def place(self) -> None:
        if os.path.lexists(self.destination):
            os.unlink(self.name, dir_fd=self.folder)
        super().place()


if __name__ == "__main__":
    run(UnlinkThenRename)
