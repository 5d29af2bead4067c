"""All that no copier may do after an error, at once: it gives up half-way, says nothing, leaves what it made, deletes its source.

The controls of the demands that every scenario makes need one play with it instead of one for each; that each check
sees its own fault alone is shown by the copiers that have only that.
"""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102, PTH108

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import InPlace, run


class BreaksEveryPromise(InPlace):
    def take_temporary(self) -> None:
        super().take_temporary()
        os.close(os.open(f".{self.name}.lock", os.O_WRONLY | os.O_CREAT, 0o600, dir_fd=self.folder))

    def write(self, block: bytes) -> None:
        if self.count * 2 >= self.before.st_size:
            sys.exit(1)
        super().write(block)

    def clean_up(self) -> None:
        os.unlink(self.source)


if __name__ == "__main__":
    run(BreaksEveryPromise)
