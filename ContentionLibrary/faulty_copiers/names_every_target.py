"""The one fault: when one of several destinations is full, its message names all of them."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful_several import Part, Several, run_several


class Unnamed(Part):
    def fill(self) -> None:
        self.make_file()


class NamesEveryTarget(Several):
    part = Unnamed


if __name__ == "__main__":
    run_several(NamesEveryTarget)
