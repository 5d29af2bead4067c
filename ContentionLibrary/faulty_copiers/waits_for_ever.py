"""The one fault: it waits without bound for an exclusive lock on the destination."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import fcntl
import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class WaitsForEver(Copier):
    def open_temporary(self) -> None:
        try:
            old = os.open(self.name, os.O_RDONLY, dir_fd=self.folder)
            fcntl.flock(old, fcntl.LOCK_EX)
            os.close(old)
        except FileNotFoundError:
            pass
        super().open_temporary()


if __name__ == "__main__":
    run(WaitsForEver)
