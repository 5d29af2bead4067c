"""No fault: a careful copier that only makes new files, and refuses when the destination is there already.

The final name is given by link, which never replaces: of any number of rivals one wins.
"""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, RefusedError, run


class CarefulCreateNew(Copier):
    writing: int

    def open_temporary(self) -> None:
        self.refuse_if_there()
        super().open_temporary()

    def place(self) -> None:
        try:
            os.link(self.temporary, self.name, src_dir_fd=self.folder, dst_dir_fd=self.folder)
        except FileExistsError:
            self.refuse_if_there()
            raise
        os.unlink(self.temporary, dir_fd=self.folder)
        if not self.is_ours(self.name):
            self.follow()

    def follow(self) -> None:
        """Know the file by its final name: some file systems of a network give each name an inode of its own."""
        published = os.open(self.name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=self.folder)
        shown, written = os.fstat(published), os.fstat(self.writing)
        if (shown.st_size, shown.st_mtime_ns) != (written.st_size, written.st_mtime_ns):
            raise RefusedError(f"{self.destination}: somebody has replaced it")
        os.close(self.writing)
        self.writing = published

    def refuse_if_there(self) -> None:
        if os.path.lexists(self.destination):
            raise RefusedError(f"{self.destination}: is there already")


if __name__ == "__main__":
    run(CarefulCreateNew)
