"""The one fault: a helper writes, and takes the end of its input for the end of the file, also when its parent was killed."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import BLOCK, Copier, RefusedError, run


class PublishesAfterDeath(Copier):
    def commit(self) -> None:
        pass  # the helper has done it

    def transfer(self) -> None:
        blocks, sending = os.pipe()
        helper = os.fork()
        if not helper:
            os.close(sending)
            self.reading = blocks
            self.write_and_publish()
        os.close(blocks)
        while block := os.read(self.reading, BLOCK):
            self.count += len(block)
            while block:
                block = block[os.write(sending, block) :]
        self.check_source()
        os.close(sending)
        if os.waitstatus_to_exitcode(os.waitpid(helper, 0)[1]):
            raise RefusedError(f"{self.destination}: cannot be written")

    def write_and_publish(self) -> None:
        try:
            super().transfer()
            self.sync()
            super().commit()
            os._exit(0)
        finally:
            os._exit(1)


if __name__ == "__main__":
    run(PublishesAfterDeath)
