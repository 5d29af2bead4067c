"""The program of `conftest.Neighbour`: one order a line, one answer a line."""

import ctypes
import json
import sys
from ctypes import wintypes

kernel = ctypes.WinDLL("kernel32", use_last_error=True)
kernel.CreateFileW.restype = wintypes.HANDLE
kernel.CreateFileW.argtypes = (
    *(wintypes.LPCWSTR, wintypes.DWORD, wintypes.DWORD, ctypes.c_void_p),
    *(wintypes.DWORD, wintypes.DWORD, wintypes.HANDLE),
)
kernel.WriteFile.argtypes = (wintypes.HANDLE, ctypes.c_char_p, wintypes.DWORD, wintypes.LPDWORD, ctypes.c_void_p)
kernel.SetFilePointer.argtypes = (wintypes.HANDLE, wintypes.LONG, ctypes.c_void_p, wintypes.DWORD)
kernel.SetEndOfFile.argtypes = (wintypes.HANDLE,)
kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
kernel.DeleteFileW.argtypes = (wintypes.LPCWSTR,)
ACCESS = {"r": 0x80000000, "w": 0x40000000, "d": 0x10000}
SHARE = {"r": 1, "w": 2, "d": 4}
OPEN_EXISTING, CREATE_NEW = 3, 1
INVALID = wintypes.HANDLE(-1).value


def obtain(path, access, share, how):
    rights = sum(ACCESS[letter] for letter in access)
    return kernel.CreateFileW(path, rights, sum(SHARE[letter] for letter in share), None, how, 0x80, None)


def rewrite(handle, text):
    count = wintypes.DWORD()
    kernel.SetFilePointer(handle, 0, None, 0)
    return kernel.WriteFile(handle, text.encode(), len(text), ctypes.byref(count), None) and kernel.SetEndOfFile(handle)


def obey(deed, *words):
    """Return a handle or whether it worked."""
    match deed:
        case "open":
            return obtain(*words, OPEN_EXISTING)
        case "create":
            return obtain(*words, CREATE_NEW)
        case "write":
            return rewrite(int(words[0]), words[1])
        case "close":
            return kernel.CloseHandle(int(words[0]))
        case "delete":
            return kernel.DeleteFileW(*words)
    raise ValueError(deed)


for line in sys.stdin:
    answer = obey(*json.loads(line))
    failed = answer in (0, None, INVALID)
    print(json.dumps([0 if failed else answer, ctypes.get_last_error() if failed else 0]), flush=True)
