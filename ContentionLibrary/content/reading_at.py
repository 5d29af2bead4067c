"""Reading a part of an open file without moving its offset, which its owner may need."""

from __future__ import annotations

import os
import sys

if sys.platform == "win32":

    def read_at(descriptor: int, target: memoryview, position: int) -> int:
        """Read into `target` what stands at a position; returns how many bytes came, 0 at the end of the file.

        This system cannot read without moving the offset, so it is put back; no other thread may use it meanwhile.
        """
        offset = os.lseek(descriptor, 0, os.SEEK_CUR)
        os.lseek(descriptor, position, os.SEEK_SET)
        try:
            block = os.read(descriptor, len(target))
        finally:
            os.lseek(descriptor, offset, os.SEEK_SET)
        target[: len(block)] = block
        return len(block)

else:

    def read_at(descriptor: int, target: memoryview, position: int) -> int:
        """Read into `target` what stands at a position; returns how many bytes came, 0 at the end of the file."""
        return os.preadv(descriptor, [target], position)
