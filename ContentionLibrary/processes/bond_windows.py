"""What stands on Windows for a guard: a job object, with which all that a process starts ends when that process does.

Children are born into the job, so nothing can escape, neither by a new console or process group nor by losing its parent or
its environment. The system closes the job's only handle with its owner, however that ends, and then kills whoever is in it.
"""

from __future__ import annotations

import ctypes
import os
import sys
from ctypes import wintypes

from ContentionLibrary.errors import SystemTrouble

assert sys.platform == "win32"

_KILL_ON_JOB_CLOSE = 0x2000
_PROCESS_LIST, _EXTENDED_LIMITS = 3, 9  # of JOBOBJECTINFOCLASS
_MOST = 4096  # processes of one job that can be listed


class _BasicLimits(ctypes.Structure):
    _fields_ = [
        ("process_time", wintypes.LARGE_INTEGER),
        ("job_time", wintypes.LARGE_INTEGER),
        ("flags", wintypes.DWORD),
        ("least_memory", ctypes.c_size_t),
        ("most_memory", ctypes.c_size_t),
        ("processes", wintypes.DWORD),
        ("affinity", ctypes.c_size_t),
        ("priority", wintypes.DWORD),
        ("scheduling", wintypes.DWORD),
    ]


class _ExtendedLimits(ctypes.Structure):
    _fields_ = [
        ("basic", _BasicLimits),
        ("transfers", ctypes.c_uint64 * 6),
        ("memory", ctypes.c_size_t * 4),
    ]


class _ProcessList(ctypes.Structure):
    _fields_ = [
        ("assigned", wintypes.DWORD),
        ("listed", wintypes.DWORD),
        ("numbers", ctypes.c_size_t * _MOST),
    ]


class Bond:
    """Binds everything that this process starts from now on to its own life.

    Raises:
        SystemTrouble: the system refuses it.
    """

    def __init__(self) -> None:
        self._kernel = kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = wintypes.HANDLE
        kernel.GetCurrentProcess.restype = wintypes.HANDLE
        kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
        kernel.SetInformationJobObject.argtypes = (wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD)
        kernel.QueryInformationJobObject.argtypes = (
            *(wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p),
            *(wintypes.DWORD, ctypes.c_void_p),
        )
        limits = _ExtendedLimits()
        limits.basic.flags = _KILL_ON_JOB_CLOSE
        self._job = kernel.CreateJobObjectW(None, None)  # its handle is never closed: that would be our own end
        if not (
            self._job
            and kernel.SetInformationJobObject(self._job, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits))
            and kernel.AssignProcessToJobObject(self._job, kernel.GetCurrentProcess())
        ):
            reason = ctypes.FormatError(ctypes.get_last_error()).strip()
            raise SystemTrouble(f"Cannot make sure that our programs end with us: {reason}.")

    def others(self) -> list[int]:
        """Return the numbers of all living processes that are bound to this one."""
        listed = _ProcessList()
        self._kernel.QueryInformationJobObject(
            self._job, _PROCESS_LIST, ctypes.byref(listed), ctypes.sizeof(listed), None
        )
        return [number for number in listed.numbers[: listed.listed] if number != os.getpid()]
