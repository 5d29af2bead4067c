"""The one fault: it writes in place and claims success whatever has failed or vanished."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102, SIM105

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import InPlace, RefusedError, run


class ClaimsSuccessAfterLoss(InPlace):
    def copy(self) -> None:
        try:
            super().copy()
        except (OSError, RefusedError):
            pass

    def clean_up(self) -> None:
        pass


if __name__ == "__main__":
    run(ClaimsSuccessAfterLoss)
