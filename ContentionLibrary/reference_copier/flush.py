"""Making names durable: a new name is on the disk only when its directory is."""

from __future__ import annotations

import errno
import os

TYPE_CHECKING = False  # importing typing only for this would cost each copy some milliseconds
if TYPE_CHECKING:
    from collections.abc import Iterable

_NOT_FOR_DIRECTORIES = {errno.EINVAL, errno.EBADF, errno.ENOSYS, errno.EOPNOTSUPP}


def flush(directories: Iterable[int]) -> None:
    """Wait until the disk has the present names of open directories.

    Some network file systems have no such call for directories and write names at once; there is nothing more to ask of them.

    Raises:
        OSError: the disk failed.
    """
    for directory in dict.fromkeys(directories):
        try:
            os.fsync(directory)
        except OSError as error:
            if error.errno not in _NOT_FOR_DIRECTORIES:
                raise
