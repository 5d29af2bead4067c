"""The one fault: a second signal ends its cleaning up after the first one."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

import _signal

from careful import ENDING, Copier, run


class SecondSignalLeavesFile(Copier):
    def copy(self) -> None:
        for number in ENDING:
            _signal.signal(number, self.end)
        super().copy()

    def end(self, number: int, _frame: object) -> None:
        for other in ENDING:
            _signal.signal(other, _signal.SIG_DFL)
        sys.exit(128 + number)


if __name__ == "__main__":
    run(SecondSignalLeavesFile)
