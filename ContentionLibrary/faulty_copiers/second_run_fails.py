"""The one fault: it leaves a lock file that makes the next copy fail."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import BUSY, Copier, RefusedError, run


class SecondRunFails(Copier):
    def open_temporary(self) -> None:
        self.lock = f".{self.name}.lock"
        try:
            os.close(os.open(self.lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=self.folder))
        except FileExistsError:
            raise RefusedError(f"{self.destination}: {self.lock} says that another copy is running", BUSY) from None
        super().open_temporary()


if __name__ == "__main__":
    run(SecondRunFails)
