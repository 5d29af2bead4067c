"""The one fault: when the rename has failed it looks at the name, and takes what it sees there for what the server's disk has."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class LooksAfterFailedRename(Copier):
    def place(self) -> None:
        try:
            super().place()
        except OSError:
            # Opening it makes a client of a server ask which file has the name now.
            os.close(os.open(self.name, os.O_RDONLY, dir_fd=self.folder))


if __name__ == "__main__":
    run(LooksAfterFailedRename)
