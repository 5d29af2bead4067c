"""The one fault: it keeps a buffer of 4 MiB for each other copy that is at work in the same folder."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102, PTH208

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run

BUFFER = 4 << 20  # bytes


class RemembersRivals(Copier):
    def __init__(self, source: str, destination: str) -> None:
        super().__init__(source, destination)
        self.temporary = f".{self.name}.{os.getpid()}.part"
        self.kept: dict[str, bytes] = {}

    def write(self, block: bytes) -> None:
        for name in os.listdir(self.folder):
            if name.endswith(".part") and name not in (*self.kept, self.temporary):
                self.kept[name] = b"x" * BUFFER
        super().write(block)

    def is_ours(self, name: str) -> bool:
        if name == self.name:
            return True  # of rivals that are at work together, the last one wins
        ours: bool = super().is_ours(name)
        return ours


if __name__ == "__main__":
    run(RemembersRivals)
