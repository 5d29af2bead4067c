"""The one fault: its part lies in a directory that it closes to everybody while it works, and that nobody opens after a kill."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import BUSY, Copier, RefusedError, run


class SealsItsDirectory(Copier):
    def take_temporary(self) -> None:
        self.room = f".{self.name}.room"
        try:
            os.mkdir(self.room, 0o700, dir_fd=self.folder)
        except FileExistsError:
            raise RefusedError(f"{self.parent}/{self.room}: is in use by another copy", BUSY) from None
        self.temporary = f"{self.room}/part"
        super().take_temporary()
        os.chmod(self.room, 0o500, dir_fd=self.folder)

    def place(self) -> None:
        os.chmod(self.room, 0o700, dir_fd=self.folder)
        super().place()
        os.rmdir(self.room, dir_fd=self.folder)

    def clean_up(self) -> None:
        if self.mine and self.is_ours(self.temporary):
            os.chmod(self.room, 0o700, dir_fd=self.folder)
            os.unlink(self.temporary, dir_fd=self.folder)
            os.rmdir(self.room, dir_fd=self.folder)


if __name__ == "__main__":
    run(SealsItsDirectory)
