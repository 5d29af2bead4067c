"""A loop device: a file as a disk.

Source: loop(4), linux/loop.h. It is attached with LO_FLAGS_AUTOCLEAR: the kernel detaches it when nobody has it open or
mounted any more, also when we were killed. Needs root, because it makes a block device.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
from pathlib import Path

from ContentionLibrary.errors import NotPossibleHere, SystemTrouble

_CONTROL = "/dev/loop-control"
_GET_FREE = 0x4C82
_CONFIGURE = 0x4C0A  # kernel 5.8
_AUTOCLEAR = 4
_FLUSH = 0x1261  # BLKFLSBUF, linux/fs.h
_FLAGS_AT, _NAME_AT, _NAME_SIZE = 52, 56, 64  # in struct loop_info64
_CONFIGURATION = 304  # bytes of struct loop_config: descriptor, block size, loop_info64, eight reserved words
_INFORMATION_AT = 8
_ATTEMPTS = 50
"""Another process may take the free number that we were told of."""


def why_not() -> str:
    """Say why there can be no loop device here; empty when there can."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "only root can attach a file as a disk"
    if not Path(_CONTROL).exists():
        return f"there is no {_CONTROL} (a container without loop devices?)"
    return ""


class LoopDevice:
    """A file attached as a disk, for as long as it is open here or mounted.

    Args:
        image: the file.

    Raises:
        NotPossibleHere: the system gives us no loop device.
        SystemTrouble: others take every free one before us.
    """

    def __init__(self, image: Path) -> None:
        self.path = ""
        self._descriptor = -1
        file = os.open(image, os.O_RDWR | os.O_CLOEXEC)
        try:
            self._attach(file)
        except PermissionError as error:
            raise NotPossibleHere(
                f"the system gives no loop device ({error.strerror}): run with CAP_SYS_ADMIN"
            ) from error
        finally:
            os.close(file)

    def _attach(self, file: int) -> None:
        information = bytearray(_CONFIGURATION - _INFORMATION_AT)
        struct.pack_into("I", information, _FLAGS_AT, _AUTOCLEAR)
        configuration = struct.pack("II", file, 0) + bytes(information)
        control = os.open(_CONTROL, os.O_RDWR | os.O_CLOEXEC)
        try:
            for _ in range(_ATTEMPTS):
                path = f"/dev/loop{fcntl.ioctl(control, _GET_FREE)}"
                try:
                    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
                except FileNotFoundError as error:
                    raise NotPossibleHere(f"there is no {path}: give this container its loop devices") from error
                try:
                    fcntl.ioctl(descriptor, _CONFIGURE, configuration)
                except OSError as error:
                    os.close(descriptor)
                    if error.errno in (errno.EINVAL, errno.ENOTTY):
                        raise NotPossibleHere(f"this kernel is older than 5.8 ({path}: {error.strerror})") from error
                    if error.errno != errno.EBUSY:
                        raise
                    continue
                self.path, self._descriptor = path, descriptor
                return
        finally:
            os.close(control)
        raise SystemTrouble(
            f"no loop device stays free long enough ({_ATTEMPTS} attempts): wait for the other programs"
        )

    def flush(self) -> None:
        """Bring to the file what is still to be written to the disk, and forget what was read from it."""
        fcntl.ioctl(self._descriptor, _FLUSH)

    def close(self) -> None:
        """Let it go; the kernel detaches it as soon as it is not mounted either."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
