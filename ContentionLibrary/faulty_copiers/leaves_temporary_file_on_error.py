"""The one fault: it does not remove its temporary file when the copy fails."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class LeavesTemporaryFileOnError(Copier):
    def clean_up(self) -> None:
        pass


if __name__ == "__main__":
    run(LeavesTemporaryFileOnError)
