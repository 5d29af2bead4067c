"""The one fault: a helper process of it goes on changing the destination through shared memory, whatever the main process does.

Such writes are no system calls, so nobody can hold them: readers of one moment see different contents.
"""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import _signal
import mmap
import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import InPlace, run


class WritesWhileHeld(InPlace):
    def transfer(self) -> None:
        os.ftruncate(self.writing, self.before.st_size)
        shared = os.open(self.name, os.O_RDWR, dir_fd=self.folder)
        self.main = os.getpid()
        begun, tell = os.pipe()
        self.helper = os.fork()
        if self.helper == 0:
            self.scribble(shared, tell)
        os.close(tell)
        os.read(begun, 1)
        os.close(begun)
        os.close(shared)
        super().transfer()

    def scribble(self, shared: int, tell: int) -> None:
        size = self.before.st_size
        whole = os.pread(self.reading, size, 0)
        words = [(at, whole[at : at + 8]) for at in range(0, size - 8, 8)]
        zero = bytes(8)
        with mmap.mmap(shared, size) as content:
            os.write(tell, b".")
            while os.getppid() == self.main:
                for at, word in words:
                    content[at : at + 8] = word
                for at, _ in words:
                    content[at : at + 8] = zero
        os._exit(0)

    def commit(self) -> None:
        os.kill(self.helper, _signal.SIGKILL)
        os.waitpid(self.helper, 0)
        self.count = 0
        os.lseek(self.reading, 0, os.SEEK_SET)
        os.lseek(self.writing, 0, os.SEEK_SET)
        super().transfer()
        super().commit()


if __name__ == "__main__":
    run(WritesWhileHeld)
