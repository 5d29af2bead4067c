"""The one fault: each copy has a temporary name of its own, so that nobody removes what a kill has left."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class OwnTemporaryName(Copier):
    def __init__(self, source: str, destination: str) -> None:
        super().__init__(source, destination)
        self.temporary = f".{self.name}.{os.getpid()}.part"


if __name__ == "__main__":
    run(OwnTemporaryName)
