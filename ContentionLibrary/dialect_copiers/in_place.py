"""The one fault: it writes into the destination itself, as CopyFile of Windows does."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class InPlace(Copier):
    def __init__(self, source: str, destination: str) -> None:
        super().__init__(source, destination)
        self.target = destination

    def publish(self) -> None:
        pass


if __name__ == "__main__":
    run(InPlace)
