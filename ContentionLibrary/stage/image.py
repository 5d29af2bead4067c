"""A real file system in a file: made, mounted, its power cut, and brought up again.

Method: the ioctl FS_IOC_SHUTDOWN (EXT4_IOC_SHUTDOWN, XFS_IOC_GOINGDOWN) with the flag "no log flush". From then on
nothing more reaches the disk, not even what waits in the journal's memory; unmounting throws the rest away, and mounting
again replays the journal, as after a power loss. It is what the file systems' own crash tests (xfstests) use. What it
cannot show is what the cache of a drive loses.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import struct
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from ContentionLibrary.errors import HarnessError, NotPossibleHere, SystemTrouble
from ContentionLibrary.processes.ledger import LOOP, MOUNT, Ledger, Resource
from ContentionLibrary.stage.loop_device import LoopDevice, why_not
from ContentionLibrary.stage.mounted import Mounted
from ContentionLibrary.stage.mounting import flush, mount, unmount

_SHUTDOWN, _NO_LOG_FLUSH = 0x8004587D, 2
_MIB = 1 << 20


@dataclass(frozen=True)
class Make:
    """How a kind of file system is made.

    Args:
        program: what makes it, with its arguments before the device.
        package: what brings the program.
        options: for mounting it: nothing but what lets us choose the moment of a flush.
        least: bytes of the smallest image that it takes.
    """

    program: tuple[str, ...]
    package: str
    least: int
    options: str = ""


KINDS = {
    "ext4": Make(("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=1,nodiscard"), "e2fsprogs", 64 * _MIB, "commit=60"),
    "xfs": Make(("mkfs.xfs", "-q", "-f", "-K"), "xfsprogs", 304 * _MIB, "nouuid"),
}
"""The file systems whose power can be cut, each as its maker makes it by default. ext4 would flush its journal every 5 s,
and xfs would not be mounted while another keeps the same image; see `Image.restart`."""
_OTHERS = {"btrfs": Make(("mkfs.btrfs", "-q", "-f", "-K"), "btrfs-progs", 256 * _MIB)}
"""Those that know no such ioctl."""
_ALL = KINDS | _OTHERS


def why_no_image(kind: str) -> str:
    """Say why this file system cannot be made here, with the remedy; empty when it can."""
    make = _ALL[kind]
    if reason := why_not():
        return f"{reason}: run as root, where there are loop devices"
    if _program(make) is None:
        return f"there is no {make.program[0]}: install the package {make.package}"
    return ""


def _program(make: Make) -> str | None:
    return shutil.which(make.program[0], path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


class Image(Mounted):
    """A file system in a file. A `Stage` whose power can be cut.

    Args:
        kind: `ext4`, `xfs`, or `btrfs` (whose power cannot be cut).
        directory: where image and mount point lie; inside a marked directory.
        ledger: what must not be left behind.
        room: bytes that the runs need.

    Raises:
        NotPossibleHere: it cannot be made or mounted here.
    """

    def __init__(self, kind: str, directory: Path, ledger: Ledger, room: int) -> None:
        if reason := why_no_image(kind):
            raise NotPossibleHere(reason)
        super().__init__(directory / kind, ledger)
        self.kind = kind
        self._turn = threading.Lock()
        self._let_go = False
        directory.mkdir(parents=True, exist_ok=True)
        self._image = directory / f"{kind}.img"
        self._mount_point.mkdir()
        with self._image.open("xb") as file:
            file.truncate(max(_ALL[kind].least, room + 64 * _MIB))
        self._make()
        self._written: list[Resource] = [ledger.write(LOOP, path=str(self._image))]
        self._device = LoopDevice(self._image)
        self._written.append(ledger.write(MOUNT, path=str(self._mount_point)))
        try:
            self._mount()
            self.root.mkdir()
            self.flush()
        except BaseException:
            self._device.close()
            raise

    @property
    def name(self) -> str:
        """How a verdict calls it."""
        return f"a real {self.kind}"

    def _make(self) -> None:
        make = _ALL[self.kind]
        program = _program(make)
        assert program is not None
        made = subprocess.run(
            [program, *make.program[1:], str(self._image)], stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        if made.returncode:
            raise NotPossibleHere(f"{program} does not make it: {made.stderr.decode(errors='replace').strip()[:300]}")

    def _mount(self) -> None:
        mount(self._device.path, self._mount_point, self.kind, _ALL[self.kind].options)

    def flush(self) -> None:
        """Bring everything to the disk: what is on the file system now is safe."""
        if number := flush(self._mount_point):
            raise SystemTrouble(f"{self.name} cannot be flushed: {os.strerror(number)}")

    def flush_neighbour(self) -> None:
        """Flush a small file of our own; the journal takes along what it holds of everybody.

        That is what a file system does by itself every few seconds (ext4: 5, xfs: 30), at a moment that we choose.
        """
        descriptor = os.open(self._mount_point / "neighbour", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(descriptor, struct.pack("d", time.monotonic()))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def cut_power(self) -> None:
        """From now on nothing more reaches the disk, and every call on the file system fails."""
        descriptor = os.open(self._mount_point, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(descriptor, _SHUTDOWN, struct.pack("I", _NO_LOG_FLUSH))
        finally:
            os.close(descriptor)

    def restart(self) -> None:
        """Unmount what is left and mount it again; the journal is replayed. Nobody may have a file open there any more.

        A mount namespace that another program has made meanwhile (a browser's sandbox, a container) has a copy of our
        mount and keeps the file system without power alive: the kernel would give us that one again. So the image is
        then taken through a device of its own, for which the kernel reads it anew.

        Raises:
            HarnessError: somebody still has, or the scenario was broken off.
        """
        with self._turn:
            if self._let_go:
                raise HarnessError(f"{self.name} is not ours any more: its scenario was broken off")
            unmount(self._mount_point, self.name)
            self._mount()
            if not self._has_power():
                unmount(self._mount_point, self.name)
                self._device.flush()
                self._device.close()
                self._device = LoopDevice(self._image)
                self._mount()

    def _has_power(self) -> bool:
        try:
            return flush(self._mount_point) != errno.EIO  # so ext4, which still lists what it has in memory
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            return False  # so xfs, which opens nothing any more

    def let_go(self) -> None:
        """Keep nothing open: what the ledger names can be ended by whoever empties it."""
        with self._turn:  # a lane that is still at work must not mount it again behind the clean-up
            self._let_go = True
            self._device.close()

    def end(self) -> None:
        """Unmount, detach, and remove the image."""
        mount = self._written.pop()
        unmount(self._mount_point, self.name)
        self._ledger.strike(mount)
        self._device.close()
        self._image.unlink()
        self._mount_point.rmdir()
        self._ledger.strike(self._written.pop())
