"""What Windows offers beyond Python's own calls: a rename that has reached the disk, and a lock that ends with its owner."""

from __future__ import annotations

import ctypes
import os
import sys
from ctypes import wintypes

assert sys.platform == "win32"

_REPLACE_EXISTING, _WRITE_THROUGH = 0x1, 0x8  # of MoveFileExW
_GENERIC_WRITE, _DELETE = 0x40000000, 0x10000
_SHARE_ALL = 0x7
_OPEN_EXISTING, _OPEN_ALWAYS = 3, 4
_HIDDEN, _DELETE_ON_CLOSE = 0x2, 0x04000000
_INVALID_HANDLE = wintypes.HANDLE(-1).value
_EXTENDED = "\\\\?\\"
_SERVER = "\\\\"

_kernel = ctypes.WinDLL("kernel32", use_last_error=True)
_kernel.MoveFileExW.argtypes = (wintypes.LPCWSTR, wintypes.LPCWSTR, wintypes.DWORD)
_kernel.CreateFileW.argtypes = (
    *(wintypes.LPCWSTR, wintypes.DWORD, wintypes.DWORD, ctypes.c_void_p),
    *(wintypes.DWORD, wintypes.DWORD, wintypes.HANDLE),
)
_kernel.CreateFileW.restype = wintypes.HANDLE
_kernel.CloseHandle.argtypes = (wintypes.HANDLE,)


def extended(path: str) -> str:
    r"""Return an absolute path in the form that may be longer than 260 characters (`\\?\C:\...`)."""
    if path.startswith(_EXTENDED):
        return path
    return f"{_EXTENDED}UNC\\{path[2:]}" if path.startswith(_SERVER) else _EXTENDED + path


def move(source: str, target: str, *, over: bool, durable: bool) -> None:
    """Rename a file within its directory.

    Args:
        source: absolute path.
        target: absolute path.
        over: replace a file that is there.
        durable: return only when the disk has the new name.

    Raises:
        FileExistsError: there is a file, and it is not to be replaced.
        PermissionError: somebody has one of both open in a way that forbids it, or it is read-only.
        OSError: the system failed.
    """
    flags = (_REPLACE_EXISTING if over else 0) | (_WRITE_THROUGH if durable else 0)
    if not _kernel.MoveFileExW(source, target, flags):
        raise _error(source, target)


def demand_not_held(path: str) -> None:
    """See that nobody has a file open in a way that forbids to rename or remove it.

    Raises:
        PermissionError: somebody has.
        OSError: the system failed.
    """
    handle = _kernel.CreateFileW(path, _DELETE, _SHARE_ALL, None, _OPEN_EXISTING, 0, None)
    if handle == _INVALID_HANDLE:
        raise _error(path, None)
    _kernel.CloseHandle(handle)


class Lock:
    """A file that nobody else can open while we have it; the system removes it with its owner, however that ends.

    Args:
        path: absolute path of the file.

    Raises:
        PermissionError: somebody else has it (`winerror` is SHARING_VIOLATION), or it cannot be made.
        OSError: the system failed.
    """

    SHARING_VIOLATION = 32

    def __init__(self, path: str) -> None:
        flags = _HIDDEN | _DELETE_ON_CLOSE
        self._handle = _kernel.CreateFileW(path, _GENERIC_WRITE, 0, None, _OPEN_ALWAYS, flags, None)
        if self._handle == _INVALID_HANDLE:
            raise _error(path, None)

    def release(self) -> None:
        """Give it back."""
        _kernel.CloseHandle(self._handle)


def _error(path: str, second: str | None) -> OSError:
    number = ctypes.get_last_error()
    return OSError(0, ctypes.FormatError(number).strip(), path, number, second)


def is_read_only(status: os.stat_result) -> bool:
    """Tell whether a file has the attribute by which this system refuses to delete or replace it."""
    return bool(status.st_file_attributes & 0x1)
