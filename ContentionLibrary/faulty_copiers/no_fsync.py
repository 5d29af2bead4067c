"""The one fault: it never syncs, so that a power loss can take a file whose copy was reported as a success."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class NoFsync(Copier):
    def sync(self) -> None:
        pass

    def sync_folder(self) -> None:
        pass


if __name__ == "__main__":
    run(NoFsync)
