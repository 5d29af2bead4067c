"""A service of Windows with one task: it runs the command in its start arguments, and tells how that ended.

`python service.py NAME FOLDER` is what the service manager starts, and nobody else can. Whoever starts the service gives the name of a report in
FOLDER and a command; told to stop, it ends the command. `Service` makes, starts, stops and removes such a service.
"""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import time
import traceback
from ctypes import wintypes
from pathlib import Path

_CHECKOUT = Path(__file__).parents[2]
_WITHIN = 30.0  # seconds
_ALL_OF_MANAGER, _ALL_OF_SERVICE, _OWN_PROCESS, _ON_DEMAND = 0xF003F, 0xF01FF, 0x10, 3
_STOPPED, _STOPPING, _RUNNING = 1, 3, 4
_STOP, _DATABASE_LOCKED = 1, 1055

_MAIN = ctypes.WINFUNCTYPE(None, wintypes.DWORD, ctypes.POINTER(wintypes.LPWSTR))
_CONTROL = ctypes.WINFUNCTYPE(wintypes.DWORD, wintypes.DWORD, wintypes.DWORD, wintypes.LPVOID, wintypes.LPVOID)


class _Status(ctypes.Structure):
    _fields_ = [
        (name, wintypes.DWORD) for name in ("kind", "state", "accepted", "code", "own_code", "checkpoint", "wait_hint")
    ]


class _TableEntry(ctypes.Structure):
    _fields_ = [("name", wintypes.LPWSTR), ("main", _MAIN)]


_api = ctypes.WinDLL("advapi32", use_last_error=True)
for _name in ("OpenSCManagerW", "CreateServiceW", "RegisterServiceCtrlHandlerExW"):
    getattr(_api, _name).restype = wintypes.HANDLE
_api.CreateServiceW.argtypes = (
    *(wintypes.HANDLE, wintypes.LPCWSTR, wintypes.LPCWSTR, *[wintypes.DWORD] * 4, wintypes.LPCWSTR),
    *(wintypes.LPCWSTR, wintypes.LPVOID, *[wintypes.LPCWSTR] * 3),
)
_api.StartServiceW.argtypes = (wintypes.HANDLE, wintypes.DWORD, ctypes.POINTER(wintypes.LPCWSTR))
_api.QueryServiceStatus.argtypes = (wintypes.HANDLE, ctypes.POINTER(_Status))
_api.ControlService.argtypes = (wintypes.HANDLE, wintypes.DWORD, ctypes.POINTER(_Status))
_api.SetServiceStatus.argtypes = (wintypes.HANDLE, ctypes.POINTER(_Status))
_api.RegisterServiceCtrlHandlerExW.argtypes = (wintypes.LPCWSTR, _CONTROL, wintypes.LPVOID)
_api.DeleteService.argtypes = _api.CloseServiceHandle.argtypes = (wintypes.HANDLE,)


def _sure(answer: int) -> int:
    if not answer:
        raise ctypes.WinError(ctypes.get_last_error())
    return answer


class Service:
    """One service, as an administrator sees it. Used as a context: leaving stops and removes it.

    Args:
        name: unlike that of any other service.
        folder: gets its reports.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self._name, self._folder = name, folder
        self._reports = 0

    def __enter__(self) -> Service:
        self._manager = _sure(_api.OpenSCManagerW(None, None, _ALL_OF_MANAGER))
        program = subprocess.list2cmdline([sys.executable, __file__, self._name, str(self._folder)])
        how = (_ALL_OF_SERVICE, _OWN_PROCESS, _ON_DEMAND, 0)
        self._handle = _sure(
            _api.CreateServiceW(self._manager, self._name, self._name, *how, program, None, None, None, None, None)
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        _sure(_api.DeleteService(self._handle))
        for handle in (self._handle, self._manager):
            _sure(_api.CloseServiceHandle(handle))

    def start(self, *command: str | Path) -> Path:
        """Let it run a command; return where its report will be."""
        self._reports += 1
        report = self._folder / f"report {self._reports}.json"
        words = [report.name, *map(str, command)]
        deadline = time.monotonic() + _WITHIN
        while not _api.StartServiceW(self._handle, len(words), (wintypes.LPCWSTR * len(words))(*words)):
            # While the manager starts services of its own, as after a boot, it takes no orders.
            if ctypes.get_last_error() != _DATABASE_LOCKED or time.monotonic() > deadline:
                raise ctypes.WinError(ctypes.get_last_error())
            time.sleep(0.02)
        return report

    def stop(self) -> None:
        """Tell it to stop, if it runs, and wait until it has."""
        if self._state() != _STOPPED:
            _api.ControlService(self._handle, _STOP, ctypes.byref(_Status()))  # it may end by itself just now
        self.wait()

    def wait(self) -> None:
        """Wait until it has stopped."""
        deadline = time.monotonic() + _WITHIN
        while self._state() != _STOPPED:
            assert time.monotonic() < deadline, f"the service {self._name} does not stop"
            time.sleep(0.02)

    def run(self, *command: str | Path) -> dict[str, object]:
        """Let it run a command to its end; return its report."""
        report = self.start(*command)
        self.wait()
        return json.loads(report.read_text(encoding="utf-8"))

    def _state(self) -> int:
        status = _Status()
        _sure(_api.QueryServiceStatus(self._handle, ctypes.byref(status)))
        return status.state


class _Host:
    """The service's own side."""

    def __init__(self, name: str, folder: Path) -> None:
        self._name, self._folder = ctypes.create_unicode_buffer(name), folder
        self._command: subprocess.Popen[str] | None = None
        self._main, self._control = _MAIN(self._serve), _CONTROL(self._obey)

    def dispatch(self) -> None:
        table = (_TableEntry * 2)()
        table[0].name, table[0].main = ctypes.cast(self._name, wintypes.LPWSTR), self._main
        _sure(_api.StartServiceCtrlDispatcherW(table))

    def _serve(self, count: int, words: ctypes.Array[wintypes.LPWSTR]) -> None:
        report, *command = [words[number] for number in range(1, count)]
        self._handle = _sure(_api.RegisterServiceCtrlHandlerExW(self._name.value, self._control, None))
        try:
            told = self._run(command)
        except Exception:  # noqa: BLE001 - nobody would hear of it else: a service has no terminal
            told = {"trouble": traceback.format_exc()}
        (self._folder / report).write_text(json.dumps(told), encoding="utf-8")
        self._tell(_STOPPED)

    def _run(self, command: list[str]) -> dict[str, object]:
        pipe = subprocess.PIPE
        self._command = subprocess.Popen(
            command,
            env={**os.environ, "PYTHONPATH": str(_CHECKOUT)},
            stdin=subprocess.DEVNULL,
            stdout=pipe,
            stderr=pipe,
            text=True,
        )
        self._tell(_RUNNING)
        output, errors = self._command.communicate()
        return {"code": self._command.returncode, "output": output, "errors": errors}

    def _obey(self, order: int, *_: object) -> int:
        if order == _STOP and self._command is not None:
            self._tell(_STOPPING)
            self._command.kill()
        return 0

    def _tell(self, state: int) -> None:
        status = _Status(_OWN_PROCESS, state, _STOP if state == _RUNNING else 0, 0, 0, 0, int(_WITHIN * 1000))
        _api.SetServiceStatus(self._handle, ctypes.byref(status))


if __name__ == "__main__":
    _Host(sys.argv[1], Path(sys.argv[2])).dispatch()
