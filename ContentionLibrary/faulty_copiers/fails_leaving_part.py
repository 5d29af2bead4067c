"""The one fault: it gives up in the middle of the file, says so, and leaves the part under the final name."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import InPlace, RefusedError, run


class FailsLeavingPart(InPlace):
    def write(self, block: bytes) -> None:
        if self.count * 2 >= self.before.st_size:
            raise RefusedError(f"{self.destination}: gives up half-way")
        super().write(block)

    def clean_up(self) -> None:
        pass


if __name__ == "__main__":
    run(FailsLeavingPart)
