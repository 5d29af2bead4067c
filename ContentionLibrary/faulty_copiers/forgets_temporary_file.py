"""The one fault: each run has a temporary name of its own, so that what a kill leaves is never found again."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import fcntl
import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import BUSY, Copier, RefusedError, run


class ForgetsTemporaryFile(Copier):
    def open_temporary(self) -> None:
        try:
            fcntl.flock(self.folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefusedError(f"{self.parent}: another copy into it is running", BUSY) from None
        self.temporary = f".{self.name}.{os.getpid()}.part"
        super().open_temporary()


if __name__ == "__main__":
    run(ForgetsTemporaryFile)
