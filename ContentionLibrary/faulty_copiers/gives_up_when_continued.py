"""The one fault: it takes a call that was interrupted for one that has failed."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

import _signal

from careful import Copier, RefusedError, run


class GivesUpWhenContinued(Copier):
    def copy(self) -> None:
        _signal.signal(_signal.SIGCONT, self.give_up)
        super().copy()

    def give_up(self, _number: int, _frame: object) -> None:
        raise RefusedError(f"{self.destination}: interrupted system call")


if __name__ == "__main__":
    run(GivesUpWhenContinued)
