"""The one fault: its finished file has a visible name for a moment before it gets the final one, too short for most lists."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class FlashesVisibleName(Copier):
    def place(self) -> None:
        os.rename(self.temporary, f"{self.name}.done", src_dir_fd=self.folder, dst_dir_fd=self.folder)
        os.rename(f"{self.name}.done", self.name, src_dir_fd=self.folder, dst_dir_fd=self.folder)


if __name__ == "__main__":
    run(FlashesVisibleName)
