"""The one fault: a process of it stays when it has ended, and keeps the lock on the new file."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import select
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run

LIFETIME = 30_000  # milliseconds


class LeavesLock(Copier):
    def sync_folder(self) -> None:
        super().sync_folder()
        if os.fork():
            return
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(nowhere, descriptor)
        select.poll().poll(LIFETIME)
        os._exit(0)


if __name__ == "__main__":
    run(LeavesLock)
