"""The one fault: when the disk is full it leaves its temporary file."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import errno
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class LeavesPartOnFullDisk(Copier):
    def clean_up(self) -> None:
        if getattr(sys.exc_info()[1], "errno", None) != errno.ENOSPC:
            super().clean_up()


if __name__ == "__main__":
    run(LeavesPartOnFullDisk)
