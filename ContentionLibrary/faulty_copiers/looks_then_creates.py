"""The one fault: it looks whether the destination is there, and then renames over it all the same: two can pass between."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, RefusedError, run


class LooksThenCreates(Copier):
    def open_temporary(self) -> None:
        self.refuse_if_there()
        self.temporary = f".{self.name}.{os.getpid()}.part"
        super().open_temporary()

    def place(self) -> None:
        self.refuse_if_there()
        super().place()

    def refuse_if_there(self) -> None:
        if os.path.lexists(self.destination):
            raise RefusedError(f"{self.destination}: is there already")


if __name__ == "__main__":
    run(LooksThenCreates)
