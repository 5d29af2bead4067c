"""The one fault: it refuses to publish its copy and does not say why."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class FailsWithoutAWord(Copier):
    def commit(self) -> None:
        sys.exit(1)


if __name__ == "__main__":
    run(FailsWithoutAWord)
