"""The one fault: it waits four seconds for the owner of a lock file without asking whether that one still lives."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import select
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import run
from lock_file import WithLockFile

WAIT = 4_000  # milliseconds


class WaitsForDeadOwner(WithLockFile):
    def left_by_the_dead(self) -> None:
        select.poll().poll(WAIT)
        super().left_by_the_dead()


if __name__ == "__main__":
    run(WaitsForDeadOwner)
