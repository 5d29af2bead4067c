"""The one fault: it reads the whole file before it writes the first byte."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class ReadsWholeFile(Copier):
    def transfer(self) -> None:
        with open(self.reading, "rb", closefd=False) as file:
            self.write(file.read())


if __name__ == "__main__":
    run(ReadsWholeFile)
