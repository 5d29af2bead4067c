"""Which file an argument means: path arguments are resolved as the kernel would for that very program.

Own working directory, directory descriptor, root, `/proc/self` and symbolic links are all taken into account. The last
component is not followed: a step is about the name that the program used.
"""

from __future__ import annotations

import ctypes
import os
import re
from pathlib import Path

from ContentionLibrary.stepping.linux.memory import read_path

_AT_FDCWD = -100
_OWN = re.compile(r"^/proc/(?:self|thread-self)(?=/)|^/dev(?=/fd/)")
_DESCRIPTOR = re.compile(r"^/proc/(\d+)/fd/(\d+)$")
_STANDARD = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}
_DELETED = " (deleted)"


def descriptor_path(thread: int, descriptor: int) -> str:
    """Return the path of an open file as the kernel tells it; empty when it has none (a pipe, a socket) or is closed.

    A file without a name keeps the kernel's mark ` (deleted)`.

    Raises:
        PermissionError: the program does not let itself be looked into.
    """
    try:
        target = os.readlink(f"/proc/{thread}/fd/{descriptor}")  # noqa: PTH115 - hot: Path costs three times as much
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return target if target.startswith("/") else ""


def is_open_for_writing(thread: int, descriptor: int) -> bool:
    """Tell whether a descriptor was opened for writing."""
    try:
        with Path(f"/proc/{thread}/fdinfo/{descriptor}").open() as lines:
            for line in lines:
                if line.startswith("flags:"):
                    return bool(int(line.split()[1], 8) & 0o3)
    except OSError:
        pass  # closed or ended meanwhile: then it is not open for writing either
    return False


def without_deleted_mark(path: str) -> str:
    """Return the name a file had, where the kernel says that the name is gone."""
    return path.removesuffix(_DELETED)


def is_unnamed(path: str) -> bool:
    """Tell whether a descriptor's path stands for a file that never had a name (`O_TMPFILE`)."""
    return path.endswith(_DELETED) and re.fullmatch(r"#\d+", without_deleted_mark(path).rpartition("/")[2]) is not None


def link_target(path: str) -> str:
    """Return where a path leads in the end if its last component is a symbolic link, else an empty text."""
    return os.path.realpath(path) if os.path.islink(path) else ""  # noqa: PTH114 - hot


def path_argument(thread: int, directory: int | None, address: int) -> str:
    """Resolve a path argument to an absolute path without symbolic links before its last component.

    Args:
        thread: the caller.
        directory: raw value of the directory argument, None for calls that have none.
        address: where the path's bytes are; an empty path means the directory argument itself.
    """
    path = read_path(thread, address)
    base = _AT_FDCWD if directory is None else ctypes.c_int(directory & 0xFFFFFFFF).value
    path = _OWN.sub(f"/proc/{thread}", path)
    own = _DESCRIPTOR.match(path)
    if own:
        return descriptor_path(int(own[1]), int(own[2]))
    if path in _STANDARD:
        return descriptor_path(thread, _STANDARD[path])
    if not path:
        return descriptor_path(thread, base)
    if not path.startswith("/"):
        start = f"/proc/{thread}/cwd" if base == _AT_FDCWD else f"/proc/{thread}/fd/{base}"
        path = f"{os.readlink(start)}/{path}"  # noqa: PTH115
    else:
        root = os.readlink(f"/proc/{thread}/root")  # noqa: PTH115
        path = path if root == "/" else root + path
    parent, _, name = path.rstrip("/").rpartition("/")
    if name in ("", ".", ".."):
        return os.path.realpath(path)
    return f"{os.path.realpath(parent or '/')}/{name}".replace("//", "/")
