"""The one fault: it copies what it can read and does not look whether that was all, nor whether the source changed."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class ShortCopySuccess(Copier):
    def check_source(self) -> None:
        pass


if __name__ == "__main__":
    run(ShortCopySuccess)
