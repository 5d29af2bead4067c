"""The one fault: each run has its own temporary file, so that of two rivals both claim success and the last wins."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class IgnoresRival(Copier):
    def open_temporary(self) -> None:
        self.temporary = f".{self.name}.{os.getpid()}.part"
        super().open_temporary()

    def commit(self) -> None:
        self.check_folder()
        self.place()
        self.check_folder()


if __name__ == "__main__":
    run(IgnoresRival)
