"""The one fault: told to end, it cleans up and ends as if the copy had failed."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

import _signal

from careful import ENDING, Copier, RefusedError, run


class HidesItsSignal(Copier):
    def copy(self) -> None:
        for number in ENDING:
            _signal.signal(number, self.give_up)
        super().copy()

    def give_up(self, _number: int, _frame: object) -> None:
        for number in ENDING:
            _signal.signal(number, _signal.SIG_IGN)
        raise RefusedError(f"{self.destination}: the copy has failed")


if __name__ == "__main__":
    run(HidesItsSignal)
