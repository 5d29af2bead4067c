"""The locks that this system has."""

from __future__ import annotations

import sys

from ContentionLibrary.competitors.operations.locks.lock import Lock

if sys.platform == "win32":
    from ContentionLibrary.competitors.operations.locks.windows import acquire, release
else:
    from ContentionLibrary.competitors.operations.locks.posix import acquire, release

__all__ = ["Lock", "acquire", "release"]
