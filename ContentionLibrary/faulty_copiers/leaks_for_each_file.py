"""The one fault: told to copy a folder, it closes none of the files before it has copied all of them."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, Folder, run


class LeaksForEachFile(Folder):
    def let_go(self, one: Copier) -> None:
        pass


if __name__ == "__main__":
    run(Copier, LeaksForEachFile)
