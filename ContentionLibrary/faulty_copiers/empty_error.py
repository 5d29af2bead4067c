"""The one fault: when it fails it says nothing; there is only the exit code."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, RefusedError, run


class EmptyError(Copier):
    def copy(self) -> None:
        try:
            super().copy()
        except OSError:
            sys.exit(1)
        except RefusedError as error:
            sys.exit(error.code)


if __name__ == "__main__":
    run(EmptyError)
