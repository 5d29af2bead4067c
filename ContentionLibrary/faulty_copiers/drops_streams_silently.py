"""The one fault: it copies the content alone, and does not say what else the file had."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class DropsStreamsSilently(Copier):
    def tell_losses(self) -> None:
        pass


if __name__ == "__main__":
    run(DropsStreamsSilently)
