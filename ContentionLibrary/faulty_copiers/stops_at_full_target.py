"""The one fault: each of several destinations gets its new file at once, and keeps it when a later one is full."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import contextlib
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful_several import Several, run_several


class StopsAtFullTarget(Several):
    def make_all(self) -> None:
        for part in self.parts:
            part.open_source()
            part.open_folder()
            part.fill()
            part.commit()
            part.sync_folder()

    def take_back(self) -> None:
        for part in self.parts:
            with contextlib.suppress(OSError):
                part.forget_old()
            with contextlib.suppress(OSError):
                part.clean_up()


if __name__ == "__main__":
    run_several(StopsAtFullTarget)
