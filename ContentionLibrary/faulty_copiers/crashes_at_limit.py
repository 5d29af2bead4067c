"""The one fault: it aborts when the system refuses it a file."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class CrashesAtLimit(Copier):
    def copy(self) -> None:
        try:
            super().copy()
        except OSError:
            os.abort()


if __name__ == "__main__":
    run(CrashesAtLimit)
