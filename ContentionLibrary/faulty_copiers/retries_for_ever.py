"""The one fault: whatever the system says, it begins the same copy again, without a limit and without a word."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import select
import sys
from contextlib import suppress

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class RetriesForEver(Copier):
    def copy(self) -> None:
        while True:
            try:
                super().copy()
            except OSError:
                self.count = 0
                self.close_all()
                select.poll().poll(10)
            else:
                return

    def close_all(self) -> None:
        for name in ("reading", "writing", "folder"):
            with suppress(KeyError, OSError):
                os.close(self.__dict__.pop(name))

    def clean_up(self) -> None:
        self.mine = False


if __name__ == "__main__":
    run(RetriesForEver)
