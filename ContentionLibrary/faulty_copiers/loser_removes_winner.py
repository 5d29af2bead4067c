"""The one fault: a copy that finds its destination made by a rival meanwhile refuses, and cleans up the rival's file too."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, RefusedError, run


class LoserRemovesWinner(Copier):
    def open_temporary(self) -> None:
        self.temporary = f".{self.name}.{os.getpid()}.part"
        super().open_temporary()

    def place(self) -> None:
        try:
            os.link(self.temporary, self.name, src_dir_fd=self.folder, dst_dir_fd=self.folder)
        except FileExistsError:
            os.unlink(self.name, dir_fd=self.folder)
            raise RefusedError(f"{self.destination}: was made by somebody else meanwhile") from None
        os.unlink(self.temporary, dir_fd=self.folder)


if __name__ == "__main__":
    run(LoserRemovesWinner)
