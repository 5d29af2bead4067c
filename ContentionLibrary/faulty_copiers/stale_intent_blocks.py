"""The one fault: what it means to do stands in a file that a kill leaves, and the next run takes it for a rival's."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102, PTH108

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import BUSY, RefusedError
from careful_several import Several, run_several


class StaleIntentBlocks(Several):
    def copy(self) -> None:
        first = self.parts[0]
        intent = f"{first.parent}/.{first.name}.intent"
        try:
            os.close(os.open(intent, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            raise RefusedError(f"{first.destination}: another copy to it is running", BUSY) from None
        try:
            super().copy()
        finally:
            os.unlink(intent)


if __name__ == "__main__":
    run_several(StaleIntentBlocks)
