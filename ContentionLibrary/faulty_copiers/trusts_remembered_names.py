"""The one fault: whether its hidden file is still there it asks its own machine, which remembers what a server showed before."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class TrustsRememberedNames(Copier):
    def is_there(self) -> bool:
        there: bool = self.is_ours(self.temporary)
        return there


if __name__ == "__main__":
    run(TrustsRememberedNames)
