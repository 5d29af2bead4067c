"""The one fault: it cleans up by path, so that a folder that is moved takes the temporary file with it for good."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102, PTH108, PTH110

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class LosesTemporaryFile(Copier):
    def clean_up(self) -> None:
        path = f"{self.parent}/{self.temporary}"
        if self.mine and os.path.exists(path):
            os.unlink(path)


if __name__ == "__main__":
    run(LosesTemporaryFile)
