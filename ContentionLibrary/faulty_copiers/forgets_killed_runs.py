"""The one fault: each run has a temporary name of its own, and nobody removes that of a killed one."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import fcntl
import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import BUSY, Copier, RefusedError, run


class ForgetsKilledRuns(Copier):
    def open_temporary(self) -> None:
        self.temporary = f".{self.name}.{os.getpid()}.part"
        super().open_temporary()

    def take_temporary(self) -> None:
        self.lock_folder()
        super().take_temporary()

    def lock_folder(self) -> None:
        try:
            fcntl.flock(self.folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefusedError(f"{self.destination}: another copy to it is running", BUSY) from None


if __name__ == "__main__":
    run(ForgetsKilledRuns)
