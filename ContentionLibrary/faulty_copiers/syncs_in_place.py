"""The one fault: it empties the destination and writes into it in place; all is flushed before success is reported."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import InPlace, run


class SyncsInPlace(InPlace):
    flags = InPlace.flags | os.O_TRUNC


if __name__ == "__main__":
    run(SyncsInPlace)
