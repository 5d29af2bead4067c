"""The one fault: a copy that fails does not remove its hidden journal; later runs do not mind it."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, run


class LeavesJournalOnError(Copier):
    def open_temporary(self) -> None:
        super().open_temporary()
        os.close(os.open(self.journal, os.O_WRONLY | os.O_CREAT, 0o600, dir_fd=self.folder))

    def commit(self) -> None:
        super().commit()
        os.unlink(self.journal, dir_fd=self.folder)

    @property
    def journal(self) -> str:
        return f".{self.name}.journal"


if __name__ == "__main__":
    run(LeavesJournalOnError)
