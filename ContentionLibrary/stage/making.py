"""Makes the stages that this system has; what another system lacks is said there, with the reason."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.processes import places
from ContentionLibrary.processes.ledger import Ledger
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.processes.workspace import Workspace, open_annex

if TYPE_CHECKING:
    from ContentionLibrary.stage.features import Feature
    from ContentionLibrary.stage.image import Image
    from ContentionLibrary.stage.samba import Samba
    from ContentionLibrary.stage.served import Served
    from ContentionLibrary.stage.sftp_server import SftpServer
    from ContentionLibrary.stage.share import Share
    from ContentionLibrary.stage.small import SmallDisk
    from ContentionLibrary.stage.stage import Flushable

_GRAIN = {"tmpfs": 0, "ext4": 16 << 10, "xfs": 64 << 10, "ntfs": 64 << 10}
"""Bytes that each kind of file system may keep for its own books; see `small.SmallDisk`."""


def make_image(kind: str, directory: Path, ledger: Ledger, room: int) -> Image:
    """Make a file system in a file, whose power can be cut; see `image.Image`.

    Raises:
        NotPossibleHere: this system, or this user, cannot.
    """
    if sys.platform != "linux":
        raise NotPossibleHere("only Linux has file systems whose power can be cut: run there, as root")
    from ContentionLibrary.stage.image import Image  # noqa: PLC0415 - calls of the kernel that others have not

    return Image(kind, directory, ledger, room)


LOCAL = ("tmpfs", "ext4", "xfs", "btrfs", "overlay")
"""The file systems of Linux that copiers meet on one machine; a tmpfs is nearly everywhere."""
NTFS = "ntfs"
_NAMES = 4096


def make_local(kind: str, directory: Path, ledger: Ledger, room: int) -> Flushable:
    """Make a file system of our own.

    Args:
        kind: one of `LOCAL`, or `NTFS`.
        directory: where it lies; inside a marked directory.
        ledger: what must not be left behind.
        room: bytes that the runs need at once.

    Raises:
        NotPossibleHere: this system, or this user, cannot.
    """
    if sys.platform != "linux":
        raise NotPossibleHere("only Linux has these file systems: run there, as root")
    from ContentionLibrary.stage.memory import Memory  # noqa: PLC0415 - calls of the kernel that others have not
    from ContentionLibrary.stage.ntfs import Ntfs  # noqa: PLC0415 - likewise
    from ContentionLibrary.stage.overlay import Overlay  # noqa: PLC0415 - likewise

    if kind == NTFS:
        return Ntfs(directory, ledger, room)
    if kind == "tmpfs":
        return Memory(directory, ledger, room, _NAMES)
    if kind == "overlay":
        return Overlay(directory, ledger, room)
    return make_image(kind, directory, ledger, room)


def features_of(directory: Path) -> tuple[Feature, ...]:
    """Try what the file system of an empty directory can do; see `features`.

    Raises:
        NotPossibleHere: this system has not the calls to try it.
    """
    if sys.platform != "linux":
        raise NotPossibleHere("what a file system can do is tried by calls of Linux: run there")
    from ContentionLibrary.stage import features  # noqa: PLC0415 - calls of the kernel that others have not

    return features.features_of(directory)


def make_small_disk(kind: str, directory: Path, ledger: Ledger, starter: Starter, room: int) -> SmallDisk:
    """Make a file system that can be filled up; see `small.SmallDisk`.

    Args:
        kind: `tmpfs`, `ext4`, `xfs` or `ntfs`.
        directory: where it lies; inside a marked directory.
        ledger: what must not be left behind.
        starter: starts the process that keeps a tmpfs for an ordinary user.
        room: bytes that the runs need at once.

    Raises:
        NotPossibleHere: this system, or this user, cannot.
    """
    if sys.platform != "linux":
        raise NotPossibleHere("only Linux lets us mount small file systems: run there, as root")
    from ContentionLibrary.stage.memory import Memory  # noqa: PLC0415 - calls of the kernel that others have not
    from ContentionLibrary.stage.ntfs import Ntfs  # noqa: PLC0415 - likewise
    from ContentionLibrary.stage.secluded import Secluded  # noqa: PLC0415 - likewise
    from ContentionLibrary.stage.small import SmallDisk  # noqa: PLC0415 - likewise

    if kind == NTFS:
        return SmallDisk(Ntfs(directory, ledger, room), _GRAIN[kind])
    if kind != "tmpfs":
        return SmallDisk(make_image(kind, directory, ledger, room), _GRAIN[kind])
    try:
        return SmallDisk(Memory(directory, ledger, room), _GRAIN[kind])
    except NotPossibleHere as with_rights:
        try:
            secluded = Secluded(directory, starter, room)
        except NotPossibleHere as without:
            raise NotPossibleHere(f"{with_rights}; {without}") from without
        return SmallDisk(secluded, _GRAIN[kind], secluded.within)


_PLAIN = re.compile(r"[\w./+-]+", re.ASCII)
_LONGEST_PLAIN = 80
"""Characters of a path below which sockets can have names; unix(7) allows 107 in all."""


def plain_annex(name: str, ledger: Ledger) -> Workspace:
    """Make a further directory for a scenario, with a path that servers and guests can take: short, and without blanks.

    Args:
        name: part of its name.
        ledger: what must not be left behind.

    Raises:
        NotPossibleHere: every directory for temporary files has another path.
    """
    for root in (None, Path("/tmp"), Path("/var/tmp"), Path("/dev/shm")):
        path = str(places.home(root) / f"{name}-01234567" / "run")
        if len(path) <= _LONGEST_PLAIN and _PLAIN.fullmatch(path) and (root is None or os.access(root, os.W_OK)):
            return open_annex(name, root, ledger)
    raise NotPossibleHere(f"'{tempfile.gettempdir()}' is too long, or has blanks: set TMPDIR to a short and plain path")


def make_samba(root: Path, name: str, ledger: Ledger, starter: Starter) -> Samba:
    """Let a real server share a directory; see `samba.Samba`.

    Args:
        root: the directory, which is made; inside a marked one.
        name: of the further directory that the server has for itself, in the system's place for temporary files: the
            paths of its sockets must be short, and a workspace may lie anywhere.
        ledger: what must not be left behind.
        starter: starts the process that keeps the server.

    Raises:
        NotPossibleHere: this system, or this user, cannot.
    """
    from ContentionLibrary.stage.samba import Samba, why_no_samba  # noqa: PLC0415 - few scenarios have one

    if reason := why_no_samba():
        raise NotPossibleHere(reason)
    root.mkdir(parents=True)
    home = plain_annex(name, ledger).run
    return Samba(root, home, starter)


def make_server(directory: Path, ledger: Ledger) -> SftpServer:
    """Make keys and configuration of an SSH server; see `sftp_server.SftpServer`.

    Raises:
        NotPossibleHere: this system, or this user, cannot.
    """
    if sys.platform != "linux":
        raise NotPossibleHere("only on Linux is there a server of ours that can be lost: run there")
    from ContentionLibrary.stage.sftp_server import SftpServer  # noqa: PLC0415 - reads a table that others have not

    return SftpServer(directory, ledger)


def make_share(directory: Path, server: SftpServer, starter: Starter, ledger: Ledger) -> Share:
    """Make a directory on a server behind a link that can fail; see `share.Share`.

    Raises:
        NotPossibleHere: this system, or this user, cannot.
    """
    from ContentionLibrary.stage.share import Share  # noqa: PLC0415 - calls of the kernel that others have not

    return Share(directory, server, starter, ledger)


def make_served(directory: Path, server: SftpServer, starter: Starter) -> Served:
    """Make a directory on a server behind a link that can fail, for its clients; see `served.Served`.

    Raises:
        NotPossibleHere: this system, or this user, cannot.
    """
    from ContentionLibrary.stage.served import Served  # noqa: PLC0415 - calls of the kernel that others have not

    return Served(directory, server, starter)
