"""The one fault: it stages its file in the folder above and publishes by path, even through a link that has come there."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class FollowsSwappedLink(Copier):
    def take_temporary(self) -> None:
        self.folder: int = os.open(f"{self.parent}/..", os.O_RDONLY | os.O_DIRECTORY)
        super().take_temporary()

    def commit(self) -> None:
        os.rename(self.temporary, f"{self.parent}/{self.name}", src_dir_fd=self.folder)


if __name__ == "__main__":
    run(FollowsSwappedLink)
