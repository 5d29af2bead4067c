"""The one fault: it gives the final name also to a part, when the copy fails in the middle; the error is told."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class LeavesPartialOnError(Copier):
    def clean_up(self) -> None:
        if self.mine and self.is_ours(self.temporary):
            self.place()


if __name__ == "__main__":
    run(LeavesPartialOnError)
