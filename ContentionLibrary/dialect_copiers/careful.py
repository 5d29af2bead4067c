r"""A careful client: it writes beside the destination, under a hidden name that it shares with nobody, and then renames.

    python -I careful.py SOURCE \\host\share\folder\file

Exit code 75 means that somebody else has the destination, or is copying to it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import types
from pathlib import Path
from typing import Any

import smbclient
from smbprotocol.exceptions import SMBException, SMBOSError
from smbprotocol.header import NtStatus

BLOCK = 64 << 10  # bytes: as much as one request of the protocol carries
BUSY = 75  # EX_TEMPFAIL of sysexits.h
USAGE = 64  # EX_USAGE
_TAKEN = (NtStatus.STATUS_SHARING_VIOLATION, NtStatus.STATUS_ACCESS_DENIED, NtStatus.STATUS_DELETE_PENDING)


class ChangedError(Exception):
    """The source is not what it was."""


class Copier:
    """One copy; faulty ones replace a method.

    Args:
        source: a file of this machine.
        destination: a file of a share.
    """

    def __init__(self, source: str, destination: str) -> None:
        self.source, self.destination = source, destination
        folder, _, name = destination.rpartition("\\")
        self.target = f"{folder}\\.{name}.part"
        self.server = {
            "port": int(os.environ["SHARE_PORT"]),
            "username": os.environ["SHARE_USER"],
            "password": os.environ["SHARE_PASSWORD"],
        }
        self.mine = False

    def copy(self) -> None:
        """Make the copy, or leave everything as it was."""
        with Path(self.source).open("rb", buffering=0) as reading:
            before = os.fstat(reading.fileno())
            try:
                with self.open_target() as writing:
                    self.mine = True
                    copied = 0
                    while block := reading.read(BLOCK):
                        writing.write(block)
                        copied += len(block)
                    now = os.fstat(reading.fileno())
                    if (copied, before.st_mtime_ns) != (now.st_size, now.st_mtime_ns):
                        raise ChangedError(f"{self.source}: has changed while it was copied")
                    writing.flush()
                self.publish()
            except BaseException:
                self.clean_up()
                raise

    def open_target(self) -> Any:  # noqa: ANN401 - the package has no type hints
        """Open the file to write into, shared with nobody; what a killed copy has left of it is taken over."""
        return smbclient.open_file(self.target, mode="wb", buffering=0, share_access=None, **self.server)

    def publish(self) -> None:
        """Give the new file its final name."""
        smbclient.replace(self.target, self.destination, **self.server)

    def clean_up(self) -> None:
        """Remove what is not finished."""
        if self.mine:
            with contextlib.suppress(SMBException, OSError):  # the reason why the copy failed is told, not this one
                smbclient.remove(self.target, **self.server)


def run(copier: type[Copier]) -> None:
    """Run one as a program: arguments in, exit code and message out."""
    program = Path(sys.argv[0]).name
    if len(sys.argv) != 3:
        print(f"usage: {program} SOURCE UNC", file=sys.stderr)
        sys.exit(USAGE)
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    source, destination = sys.argv[1:]
    try:
        copier(source, destination).copy()
    except SMBOSError as error:
        print(f"{program}: cannot copy {source} to {destination}: {error.strerror}", file=sys.stderr)
        sys.exit(BUSY if error.ntstatus in _TAKEN else 1)
    except (SMBException, OSError, ChangedError) as error:
        print(f"{program}: cannot copy {source} to {destination}: {error}", file=sys.stderr)
        sys.exit(1)


def _end(number: int, _frame: types.FrameType | None) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    run(Copier)
