"""The one fault: it does not mind when the data cannot be flushed to disk."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import sys
from contextlib import suppress

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class SwallowsFailedFlush(Copier):
    def sync(self) -> None:
        with suppress(OSError):
            super().sync()


if __name__ == "__main__":
    run(SwallowsFailedFlush)
