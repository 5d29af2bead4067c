"""The one fault: it never asks whether the path still leads to its folder, and reports success for a file that has gone."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class PublishesIntoMovedDirectory(Copier):
    def check_folder(self) -> None:
        pass


if __name__ == "__main__":
    run(PublishesIntoMovedDirectory)
