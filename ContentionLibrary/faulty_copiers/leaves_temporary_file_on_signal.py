"""The one fault: a signal ends it at once, and its temporary file stays."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

import _signal

from careful import ENDING, Copier, run


class LeavesTemporaryFileOnSignal(Copier):
    def open_source(self) -> None:
        for number in ENDING:
            _signal.signal(number, _signal.SIG_DFL)
        super().open_source()


if __name__ == "__main__":
    run(LeavesTemporaryFileOnSignal)
