"""The one fault: it flushes the file after it got its final name, so that the name may be on the disk before the data."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class SyncsAfterRename(Copier):
    def sync(self) -> None:
        pass

    def sync_folder(self) -> None:
        os.fsync(self.writing)
        os.fsync(self.folder)


if __name__ == "__main__":
    run(SyncsAfterRename)
