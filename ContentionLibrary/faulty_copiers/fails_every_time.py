"""The one fault: it refuses every copy, with a clear message, also the next one."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, RefusedError, run


class FailsEveryTime(Copier):
    def commit(self) -> None:
        raise RefusedError(f"{self.destination}: is never published")


if __name__ == "__main__":
    run(FailsEveryTime)
