"""The one place where it is chosen what names and locks can do on this system."""

from __future__ import annotations

import sys

if sys.platform == "linux":
    from ContentionLibrary.reference_copier.linux import (
        exchange,
        give_name,
        is_range_locked,
        is_same_mount,
        lock_holders,
        open_unnamed,
        rename_to_free_name,
        reopen_unnamed,
    )
else:
    from ContentionLibrary.reference_copier.posix import (
        exchange,
        give_name,
        is_range_locked,
        is_same_mount,
        lock_holders,
        open_unnamed,
        rename_to_free_name,
        reopen_unnamed,
    )

__all__ = [
    "exchange",
    "give_name",
    "is_range_locked",
    "is_same_mount",
    "lock_holders",
    "open_unnamed",
    "rename_to_free_name",
    "reopen_unnamed",
]
