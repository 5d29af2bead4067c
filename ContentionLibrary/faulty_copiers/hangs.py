"""The one fault: it never ends, and waits for something that does not come."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

import _signal

from careful import Copier, run


class Hangs(Copier):
    def commit(self) -> None:
        while True:
            _signal.pause()


if __name__ == "__main__":
    run(Hangs)
