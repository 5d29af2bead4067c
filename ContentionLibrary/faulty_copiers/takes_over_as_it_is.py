"""The one fault: a part that a killed run has left is taken over as it is, with the owner and the permissions that it has."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import fcntl
import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import BUSY, Copier, RefusedError, run


class TakesOverAsItIs(Copier):
    def take_temporary(self) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW
        self.writing = os.open(self.temporary, flags, 0o666, dir_fd=self.folder)
        try:
            fcntl.flock(self.writing, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefusedError(f"{self.destination}: another copy to it is running", BUSY) from None
        if not self.is_ours(self.temporary):
            raise RefusedError(f"{self.destination}: another copy to it has just ended", BUSY)
        self.mine = True
        os.ftruncate(self.writing, 0)

    def check_source(self) -> None:
        now = os.fstat(self.reading)
        if (self.count, now.st_mtime_ns) != (now.st_size, self.before.st_mtime_ns):
            raise RefusedError(f"{self.source}: has changed while it was copied")


if __name__ == "__main__":
    run(TakesOverAsItIs)
