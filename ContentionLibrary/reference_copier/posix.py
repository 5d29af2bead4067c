"""What `linux` does, as far as any POSIX system can do it: no file without a name, no exchange of names."""

from __future__ import annotations

import errno
import os

from ContentionLibrary.reference_copier.identity import Identity

TYPE_CHECKING = False  # importing typing only for this would cost each copy some milliseconds
if TYPE_CHECKING:
    from ContentionLibrary.reference_copier.draft import Location


def open_unnamed(directory: int) -> int | None:
    """Tell that there are no files without a name."""
    del directory
    return None


def reopen_unnamed(descriptor: int) -> int:
    """Refuse: there are no such files here.

    Raises:
        OSError: always.
    """
    raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP), str(descriptor))


def give_name(descriptor: int, to: Location) -> None:
    """Refuse: there are no files without a name here.

    Raises:
        OSError: always.
    """
    raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP), f"{descriptor} {to.name}")


def exchange(one: Location, other: Location) -> bool:
    """Tell that names cannot be exchanged."""
    del one, other
    return False


def rename_to_free_name(one: Location, other: Location) -> bool:
    """Tell that a rename cannot be made to spare an existing file."""
    del one, other
    return False


def is_same_mount(one: int, other: int) -> bool:
    """Tell whether two open directories are on one device, which is all that can be known here."""
    return os.fstat(one).st_dev == os.fstat(other).st_dev


def is_range_locked(descriptor: int) -> bool:
    """Tell that no range lock can be seen without a structure that differs from system to system."""
    del descriptor
    return False


def lock_holders(identity: Identity) -> list[int]:
    """Tell that holders of locks are not known here."""
    del identity
    return []
