"""The one fault: it fails, without a word, when somebody has the destination open or locked for reading.

A write lease is only granted while nobody else has the file open.
"""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import fcntl
import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class FailsWhenRead(Copier):
    def open_temporary(self) -> None:
        try:
            old = os.open(self.name, os.O_RDONLY, dir_fd=self.folder)
            fcntl.fcntl(old, fcntl.F_SETLEASE, fcntl.F_WRLCK)
            fcntl.fcntl(old, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        except FileNotFoundError:
            pass
        except BlockingIOError:
            sys.exit(1)
        super().open_temporary()


if __name__ == "__main__":
    run(FailsWhenRead)
