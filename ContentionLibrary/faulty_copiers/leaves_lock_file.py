"""The one fault: it leaves a hidden lock file; later runs do not mind it."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class LeavesLockFile(Copier):
    def open_temporary(self) -> None:
        super().open_temporary()
        os.close(os.open(f".{self.name}.lock", os.O_WRONLY | os.O_CREAT, 0o600, dir_fd=self.folder))


if __name__ == "__main__":
    run(LeavesLockFile)
