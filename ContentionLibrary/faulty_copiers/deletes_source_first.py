"""The one fault: it moves, and deletes the source just before the new file gets its name; killed there, the file is lost."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102, PTH108

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class DeletesSourceFirst(Copier):
    def place(self) -> None:
        os.unlink(self.source)
        super().place()


if __name__ == "__main__":
    run(DeletesSourceFirst)
