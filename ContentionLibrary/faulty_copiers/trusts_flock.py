"""The one fault: it locks the destination (flock) and writes in place, as if nobody could write without that lock."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import fcntl
import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import BUSY, InPlace, RefusedError, run


class TrustsFlock(InPlace):
    def take_temporary(self) -> None:
        super().take_temporary()
        try:
            fcntl.flock(self.writing, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.mine = False
            raise RefusedError(f"{self.destination}: somebody holds a lock on it", BUSY) from None
        os.ftruncate(self.writing, 0)


if __name__ == "__main__":
    run(TrustsFlock)
