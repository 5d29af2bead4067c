"""A client of an NFS export that lies on a disk of its own, which can be made to fail everything that is written to it.

For use inside a guest, as its root. The disk is a file in memory. Between it and its ext4 is the kernel's device-mapper, which hands
everything on until it is told to fail what is written (dm-flakey).

* The export is one that answers when a disk has what was sent (sync). The guest's other one answers before, so that nobody
  would be told.
* A failed write ends the journal: the server answers EIO, then EROFS. What it has not brought to the disk it goes on showing
  from its memory, even a file that was renamed meanwhile; so what is there is known when the disk is mounted again.
* The server keeps files open for a while, so that a disk that has failed cannot be unmounted at once. It is taken out of sight, with a device
  that fails for good, and the same file gets a new device.
"""

from __future__ import annotations

import itertools
import os
from pathlib import Path

from ContentionLibrary.errors import HarnessError, NotPossibleHere
from ContentionLibrary.stage.nfs_client import NfsClient
from ContentionLibrary.stage.patience import Patience
from ContentionLibrary.stage.samba import program
from ContentionLibrary.stage.wire import run

_SIZE = 64 << 20  # bytes; only what is written takes room
_SECTORS = _SIZE // 512
_HOME = Path("/run/disks")
_ROOTS = Path("/srv/disks")
_EXPORTED = "rw,sync,no_subtree_check,no_root_squash,insecure"
_numbers = itertools.count(1)
_NEEDED = {"dmsetup": "dmsetup", "losetup": "mount", "mkfs.ext4": "e2fsprogs"}
"""What is run, and the package that brings it."""
_CONSOLE = Path("/proc/sys/kernel/printk")


def why_no_failing_disk() -> str:
    """Say why no disk of a guest can be made to fail, with the one command that helps; empty when one can."""
    missing = sorted({package for name, package in _NEEDED.items() if program(name) is None})
    return f"a guest whose disk fails needs more programs: sudo apt-get install {' '.join(missing)}" if missing else ""


class _Disk:
    """Such a disk, exported at `root`."""

    def __init__(self) -> None:
        if reason := why_no_failing_disk():
            raise NotPossibleHere(reason)
        run("modprobe", "-a", "dm-flakey", "loop")
        self._number = next(_numbers)
        self.root = _ROOTS / str(self._number)
        self._file = _HOME / str(self._number)
        for directory in (self.root, _HOME):
            directory.mkdir(parents=True, exist_ok=True)
        with self._file.open("xb") as file:
            file.truncate(_SIZE)
        run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=1,nodiscard", str(self._file))
        self._device = ""
        self._mount()

    def _mount(self) -> None:
        """Put a new device before the file, one that need only be told that its second table is the one; and export it."""
        below = run("losetup", "-f", "--show", str(self._file)).strip()
        self._device = f"disk{self._number}-{next(_numbers)}"
        _map("create", self._device, "--table", f"0 {_SECTORS} linear {below} 0")
        _map("load", self._device, "--table", f"0 {_SECTORS} flakey {below} 0 0 60 1 error_writes")
        run("mount", f"/dev/mapper/{self._device}", str(self.root))
        run("exportfs", "-o", f"{_EXPORTED},fsid={self._number}", f"*:{self.root}")

    def fail_writes(self) -> None:
        """Fail all that is written from now on. Nothing that waits to be written is brought out before."""
        # What ext4 says of it would drown everything else on the console, from which others read.
        _CONSOLE.write_text("1", encoding="ascii")
        _map("resume", "--noflush", "--nolockfs", self._device)

    def mount_again(self) -> None:
        """Show what the disk has, and let it be written to again.

        Raises:
            HarnessError: it has taken what was written, so that nothing has failed.
        """
        self._see_that_it_fails()
        run("exportfs", "-u", f"*:{self.root}")
        run("umount", "-l", str(self.root))
        self._mount()

    def _see_that_it_fails(self) -> None:
        """Write something to it, here where the server has it."""
        try:
            with (self.root / ".written-when-it-had-failed").open("wb") as file:
                file.write(b"x")
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            return
        raise HarnessError(f"the disk {self._device} was told to fail all that is written, and takes it")


def _map(*words: str) -> None:
    # Nobody in the guest hears of new devices (udev): dmsetup makes their names itself.
    run("env", "DM_DISABLE_UDEV=1", "dmsetup", *words)


class DiskClient(NfsClient):
    """A client that gives up; `root` is where the server has the disk.

    Args:
        name: of its mount point.

    Raises:
        NotPossibleHere: a program is missing.
    """

    def __init__(self, name: str) -> None:
        self._disk = _Disk()
        super().__init__(name, Patience.GIVES_UP, self._disk.root)

    def flush(self) -> None:
        """Bring to the disk what was put there on the server's side."""
        run("sync", "-f", str(self.root))

    def fail_writes(self) -> None:
        """Let the server's disk fail all that is written from now on."""
        self._disk.fail_writes()

    def start_anew(self) -> None:
        """Mount the disk again, which is good then, on the server and on a machine that nobody has seen before.

        Raises:
            HarnessError: it has not failed, or cannot be unmounted.
        """
        self.unmount()
        self._disk.mount_again()
        self.mount_anew()
