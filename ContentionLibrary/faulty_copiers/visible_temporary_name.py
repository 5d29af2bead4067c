"""The one fault: its temporary name is not hidden, so that a consumer of the folder picks up the incomplete file."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class VisibleTemporaryName(Copier):
    def open_temporary(self) -> None:
        self.temporary = f"{self.name}.part"
        super().open_temporary()


if __name__ == "__main__":
    run(VisibleTemporaryName)
