"""The one fault: it reads 1 MiB of the source again and again on its way, the more so the more copies are at work in the folder."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102, PTH208

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import BLOCK, Copier, run

EVERY = 3  # blocks


class ReadsAgainForRivals(Copier):
    def __init__(self, source: str, destination: str) -> None:
        super().__init__(source, destination)
        self.temporary = f".{self.name}.{os.getpid()}.part"

    def write(self, block: bytes) -> None:
        others = sum(name.endswith(".part") for name in os.listdir(self.folder)) - 1
        for _ in range(others**3 if self.count // BLOCK % EVERY == 0 else 0):
            with open(self.source, "rb") as again:  # noqa: PTH123 - a path costs an import
                again.read(1 << 20)
        super().write(block)

    def is_ours(self, name: str) -> bool:
        if name == self.name:
            return True  # of rivals that are at work together, the last one wins
        ours: bool = super().is_ours(name)
        return ours


if __name__ == "__main__":
    run(ReadsAgainForRivals)
