"""The one fault: when there are no descriptors left it says nothing; there is only the exit code."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import errno
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class SilentAtLimit(Copier):
    def copy(self) -> None:
        try:
            super().copy()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                sys.exit(1)
            raise


if __name__ == "__main__":
    run(SilentAtLimit)
