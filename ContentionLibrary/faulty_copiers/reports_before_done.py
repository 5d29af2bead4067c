"""The one fault: it exits with success at once, and a process that it has left behind makes the copy."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class ReportsBeforeDone(Copier):
    def copy(self) -> None:
        until_parent_is_gone, held_by_parent = os.pipe()
        if os.fork():
            os._exit(0)
        os.close(held_by_parent)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(nowhere, descriptor)
        os.read(until_parent_is_gone, 1)
        super().copy()


if __name__ == "__main__":
    run(ReportsBeforeDone)
