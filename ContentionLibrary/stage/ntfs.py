"""An NTFS of our own: a file with that file system in it, and the real driver ntfs-3g, which serves it through FUSE.

It shows named streams as Windows does, by `file:stream`, and refuses the names that Windows forbids. Root can have it, and an ordinary
user where ntfs-3g is installed set-user-id and FUSE lets it. Source: ntfs-3g(8), mkntfs(8).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

from ContentionLibrary.errors import HarnessError, NotPossibleHere
from ContentionLibrary.processes.ledger import FILE, MOUNT, Ledger
from ContentionLibrary.processes.mounts import mounts_below
from ContentionLibrary.stage.mounted import Mounted
from ContentionLibrary.stage.mounting import flush
from ContentionLibrary.stage.stage import Reality

_OPTIONS = "streams_interface=windows,windows_names"
_OWN = 12 << 20  # bytes that it needs for its own books
_MOUNTED_WITHIN = 10.0  # seconds
_ENDED_WITHIN = 15.0
_NAP = 0.002
_PATH = "/usr/sbin:/sbin"


def why_no_ntfs() -> str:
    """Say which program is missing, with the remedy; empty when none is. Whether a mount is allowed must be tried."""
    missing = [name for name in ("mkntfs", "ntfs-3g") if _program(name) is None]
    return f"there is no {missing[0]}: install the package ntfs-3g" if missing else ""


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:{_PATH}")


class Ntfs(Mounted):
    """An NTFS of our own.

    Args:
        directory: where image and mount point lie; inside a marked directory.
        ledger: what must not be left behind.
        room: bytes that the runs need.

    Raises:
        NotPossibleHere: it cannot be made or mounted here.
    """

    def __init__(self, directory: Path, ledger: Ledger, room: int) -> None:
        if reason := why_no_ntfs():
            raise NotPossibleHere(reason)
        super().__init__(directory / "ntfs", ledger)
        directory.mkdir(parents=True, exist_ok=True)
        self._image, self._errors = directory / "ntfs.img", directory / "ntfs.err"
        self._mount_point.mkdir()
        self._written = [ledger.write(FILE, path=str(self._image)), ledger.write(MOUNT, path=str(self._mount_point))]
        with self._image.open("xb") as file:
            file.truncate(room + _OWN)
        self._make()
        self._driver = self._mount()
        self.root.mkdir()

    @property
    def name(self) -> str:
        """How a verdict calls it."""
        return "a real NTFS by ntfs-3g"

    @property
    def reality(self) -> Reality:
        """It is a driver that people use; Microsoft's own is another one."""
        return Reality.NATIVE

    def _make(self) -> None:
        made = subprocess.run(
            [_program("mkntfs") or "", "-q", "-F", "-f", str(self._image)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if made.returncode:
            raise NotPossibleHere(f"mkntfs does not make it: {made.stderr.decode(errors='replace').strip()[-300:]}")

    def _mount(self) -> subprocess.Popen[bytes]:
        command = [_program("ntfs-3g") or "", "-o", f"no_detach,{_OPTIONS}", str(self._image), str(self._mount_point)]
        with self._errors.open("wb") as errors:
            driver = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env=self._ledger.environment(),
                start_new_session=True,  # what ends our terminal must not end it before its users
            )
        deadline = time.monotonic() + _MOUNTED_WITHIN
        while not mounts_below(self._mount_point):
            if driver.poll() is not None or time.monotonic() > deadline:
                driver.kill()
                driver.wait()
                said = self._errors.read_text(encoding="utf-8", errors="replace").strip().splitlines()
                raise NotPossibleHere(
                    f"ntfs-3g does not mount it ({said[0] if said else 'without a word'}): run as root, where there is FUSE"
                )
            time.sleep(_NAP)
        return driver

    def flush(self) -> None:
        """Bring everything to the image, as far as FUSE passes that on; what matters here is that nobody waits."""
        flush(self._mount_point)

    def end(self) -> None:
        """Let the driver unmount and end.

        Raises:
            HarnessError: it does not.
        """
        self._driver.terminate()
        try:
            self._driver.wait(_ENDED_WITHIN)
        except subprocess.TimeoutExpired:
            raise HarnessError(f"the driver of {self.name} does not end within {_ENDED_WITHIN:g} s") from None
        if mounts_below(self._mount_point):
            raise HarnessError(f"{self.name} at '{self._mount_point}' is mounted still, although its driver has ended")
        self._ledger.strike(self._written.pop())
        self._mount_point.rmdir()
        self._image.unlink()
        self._errors.unlink()
        self._ledger.strike(self._written.pop())
