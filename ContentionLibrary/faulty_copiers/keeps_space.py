"""The one fault: when the disk is full, a process of it stays that keeps the deleted temporary file open, for a second."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import errno
import os
import select
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run

LIFETIME = 1_000  # milliseconds


class KeepsSpace(Copier):
    def clean_up(self) -> None:
        full = getattr(sys.exc_info()[1], "errno", None) == errno.ENOSPC
        super().clean_up()
        if full and not os.fork():
            nowhere = os.open(os.devnull, os.O_RDWR)
            for descriptor in range(3):
                os.dup2(nowhere, descriptor)
            select.poll().poll(LIFETIME)
            os._exit(0)


if __name__ == "__main__":
    run(KeepsSpace)
