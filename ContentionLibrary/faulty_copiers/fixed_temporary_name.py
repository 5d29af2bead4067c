"""The one fault: its temporary name is visible and shared by rivals, each of which empties it and writes into it."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class FixedTemporaryName(Copier):
    def take_temporary(self) -> None:
        self.temporary = f"{self.name}.tmp"
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        self.writing = os.open(self.temporary, flags, 0o666, dir_fd=self.folder)
        self.mine = True

    def commit(self) -> None:
        self.place()


if __name__ == "__main__":
    run(FixedTemporaryName)
