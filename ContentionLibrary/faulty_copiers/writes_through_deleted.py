"""The one fault: it writes its content also into a deleted file of the same name that a reader still has open.

No ordinary copier does that; one that keeps its destinations open from run to run, as a service may, does. The deleted file is
found by way of the descriptors of the user's other processes.
"""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102, PTH115, PTH208

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import BLOCK, Copier, run


class WritesThroughDeleted(Copier):
    def transfer(self) -> None:
        for path in self.deleted_namesakes():
            writing = os.open(path, os.O_WRONLY)
            offset = 0
            while block := os.pread(self.reading, BLOCK, offset):
                offset += os.pwrite(writing, block, offset)
            os.close(writing)
        super().transfer()

    def deleted_namesakes(self) -> list[str]:
        wanted = f"{self.parent}/{self.name} (deleted)"
        found = []
        for process in filter(str.isdigit, os.listdir("/proc")):
            try:
                opened = [f"/proc/{process}/fd/{number}" for number in os.listdir(f"/proc/{process}/fd")]
                found += [path for path in opened if os.readlink(path) == wanted]
            except OSError:
                continue  # another user's process, or one that has ended meanwhile
        return found


if __name__ == "__main__":
    run(WritesThroughDeleted)
