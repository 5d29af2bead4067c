"""The one fault: when one of several destinations fails, those before it keep the new version."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import contextlib
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful_several import Several, run_several


class PublishesOneByOne(Several):
    def take_back(self) -> None:
        for part in self.parts:
            with contextlib.suppress(OSError):
                part.forget_old()
            with contextlib.suppress(OSError):
                part.clean_up()


if __name__ == "__main__":
    run_several(PublishesOneByOne)
