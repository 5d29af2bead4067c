"""The one fault: it writes in place, never flushes, and does not look at what closing the file says."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys
from contextlib import suppress

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import InPlace, run


class IgnoresFailedClose(InPlace):
    flags = InPlace.flags | os.O_TRUNC

    def sync(self) -> None:
        with suppress(OSError):
            os.close(self.writing)

    def commit(self) -> None:
        pass

    def sync_folder(self) -> None:
        pass


if __name__ == "__main__":
    run(IgnoresFailedClose)
