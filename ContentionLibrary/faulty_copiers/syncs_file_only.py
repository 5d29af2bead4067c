"""The one fault: it flushes the file and never the folder, so that a power loss can take a name that was reported."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class SyncsFileOnly(Copier):
    def sync_folder(self) -> None:
        pass


if __name__ == "__main__":
    run(SyncsFileOnly)
