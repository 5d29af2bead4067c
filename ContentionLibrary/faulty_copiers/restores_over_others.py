"""The one fault: it exchanges old and new in two steps, and when it fails between them it puts the old one back over whatever is there."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, RefusedError, run


class RestoresOverOthers(Copier):
    def place(self) -> None:
        aside = f".{self.name}.old.part"
        try:
            os.rename(self.name, aside, src_dir_fd=self.folder, dst_dir_fd=self.folder)
        except FileNotFoundError:
            super().place()
            return
        try:
            os.link(self.temporary, self.name, src_dir_fd=self.folder, dst_dir_fd=self.folder)
        except FileExistsError:
            os.replace(aside, self.name, src_dir_fd=self.folder, dst_dir_fd=self.folder)
            raise RefusedError(f"{self.destination}: somebody has made it meanwhile") from None
        os.unlink(self.temporary, dir_fd=self.folder)
        os.unlink(aside, dir_fd=self.folder)


if __name__ == "__main__":
    run(RestoresOverOthers)
