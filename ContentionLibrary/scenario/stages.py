"""Where a scenario is played besides its own workspace: each stage made when it is first asked for, and ended with it."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from ContentionLibrary.competitors import dialect
from ContentionLibrary.copiers.addresses import Address, ShareAddress, SshAddress
from ContentionLibrary.copiers.profile import Profile, SourceOn
from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.processes.ledger import Ledger
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.processes.workspace import Workspace, open_annex
from ContentionLibrary.scenario.file_systems import another_file_system
from ContentionLibrary.scenario.ground import let_pass, open_ground
from ContentionLibrary.scenario.local_stages import LocalStages
from ContentionLibrary.stage.making import (
    make_image,
    make_samba,
    make_served,
    make_server,
    make_share,
    make_small_disk,
    plain_annex,
)

if TYPE_CHECKING:
    from ContentionLibrary.scenario.place import Place
    from ContentionLibrary.stage.guest import Guest
    from ContentionLibrary.stage.image import Image
    from ContentionLibrary.stage.samba import Samba
    from ContentionLibrary.stage.served import Served
    from ContentionLibrary.stage.sftp_server import SftpServer
    from ContentionLibrary.stage.share import Share
    from ContentionLibrary.stage.small import SmallDisk


class Stages:
    """The stages of one scenario. Whatever becomes of it, the ledger has them all.

    Args:
        name: the scenario's id; names what has to lie outside its workspace.
        workspace: the scenario's.
        ledger: the scenario's.
        starter: starts the processes that keep stages.
    """

    def __init__(self, name: str, workspace: Workspace, ledger: Ledger, starter: Starter) -> None:
        self._name = name
        self._workspace = workspace
        self._ledger = ledger
        self._starter = starter
        self._elsewhere: Workspace | None = None
        self._ground: Path | None = None
        self._images: dict[tuple[str, int], Image] = {}
        self._small_disks: list[SmallDisk] = []
        self._server: SftpServer | None = None
        self._shares: dict[int, Share] = {}
        self._served: dict[int, Served] = {}
        self._making_shares = threading.Lock()
        self._samba: Samba | None = None
        self._guest: Guest | None = None
        self.local = LocalStages(workspace, ledger)

    def source_root(self, profile: Profile, place: Path) -> Path:
        """Return where a run's source is: in its place, or on another file system if the copier is made for that.

        Raises:
            NotPossibleHere: there is no other file system.
        """
        if profile.source_on is SourceOn.SAME:
            return place
        if self._elsewhere is None:
            self._elsewhere = open_annex(
                f"{self._name}-source", another_file_system(self._workspace.stage), self._ledger
            )
        if self._ground is not None:
            let_pass(self._elsewhere)
        return self._elsewhere.stage / place.name

    def common_ground(self) -> Path:
        """Return a directory for places that other accounts of this machine can reach; nobody else can list the way to it.

        Raises:
            NotPossibleHere: a closed directory is on every way.
        """
        if self._ground is None:
            self._ground = open_ground(self._workspace, self._ledger)
        return self._ground

    def make_image(self, kind: str, lane: int, room: int) -> None:
        """Make a file system of our own for one lane of a play; it ends with the play.

        Raises:
            NotPossibleHere: it cannot be made here.
        """
        self._images[kind, lane] = make_image(kind, self._workspace.path / "disks" / str(lane), self._ledger, room)

    def image(self, kind: str, lane: int) -> Image:
        """Return what `make_image` has made."""
        return self._images[kind, lane]

    def make_small_disk(self, kind: str, room: int) -> SmallDisk:
        """Make a file system of our own that runs full when a play wants it; it ends with the play.

        Args:
            kind: `tmpfs`, `ext4`, `xfs` or `ntfs`.
            room: bytes that the runs need at once.

        Raises:
            NotPossibleHere: it cannot be made here.
        """
        disk = make_small_disk(
            kind, self._workspace.path / "disks" / f"small {kind}", self._ledger, self._starter, room
        )
        self._small_disks.append(disk)
        return disk

    def share(self, lane: int) -> Share:
        """Return a lane's own directory on a server, behind a link that can fail; it ends with the scenario.

        Raises:
            NotPossibleHere: there can be none here.
        """
        with self._making_shares:
            if lane not in self._shares:
                place = self._workspace.path / "shares" / str(lane)
                self._shares[lane] = make_share(place, self._sftp_server(), self._starter, self._ledger)
            return self._shares[lane]

    def served(self, lane: int) -> Served:
        """Return a lane's own directory on a server for clients of it, behind a link that can fail; it ends with the scenario.

        Raises:
            NotPossibleHere: there can be none here, or nobody is let in.
        """
        with self._making_shares:
            if lane not in self._served:
                place = self._workspace.path / "served" / str(lane)
                self._served[lane] = make_served(place, self._sftp_server(), self._starter)
            return self._served[lane]

    def _sftp_server(self) -> SftpServer:
        if self._server is None:
            self._server = make_server(self._workspace.path / "server", self._ledger)
        return self._server

    def samba(self) -> Samba:
        """Return the server whose share the runs lie on; made when it is first asked for, and ended with the scenario.

        Raises:
            NotPossibleHere: there is no server here, or no client that speaks to it.
        """
        if self._samba is None:
            if reason := dialect.why_no_client():
                raise NotPossibleHere(reason)
            self._samba = make_samba(
                self._workspace.stage / "share" / "stage", f"{self._name}-server", self._ledger, self._starter
            )
            self._starter.prepare(dialect.CLIENT)
        return self._samba

    def expect_guest(self) -> None:
        """Begin to bring up a Linux of its own, if there can be one: that takes seconds, in which something else can be played."""
        with suppress(NotPossibleHere):  # which whoever asks for it is told
            self._begin_guest()

    def guest(self) -> Guest:
        """Return a Linux of its own, in which plays can be done; it ends with the scenario.

        Raises:
            NotPossibleHere: there can be none.
        """
        guest = self._begin_guest()
        try:
            guest.wait_until_up()
        except NotPossibleHere:
            self._guest = None
            raise
        return guest

    def _begin_guest(self) -> Guest:
        from ContentionLibrary.scenario.guests import open_guest  # noqa: PLC0415 - few scenarios have one

        if self._guest is None:
            self._guest = open_guest(plain_annex(f"{self._name}-guest", self._ledger).path / "guest", self._starter)
        return self._guest

    def address(self, place: Place) -> Address | None:
        """Return how clients of a server reach the destination of a run; None if it lies on none."""
        path = place.destination
        for served in list(self._served.values()):
            if path.is_relative_to(served.root):
                return SshAddress(str(path), **vars(served.login))
        samba = self._samba
        if samba is None or not place.root.is_relative_to(samba.root):
            return None
        return ShareAddress(samba.unc(path), **asdict(samba.account))

    def end_with_the_play(self) -> None:
        """Give back what was made for one play alone."""
        for key in list(self._images):
            self._images.pop(key).end()
        while self._small_disks:
            self._small_disks.pop().end()

    def let_go(self) -> None:
        """Keep nothing open: the scenario is over, and the emptying of the ledger ends what is left."""
        for image in self._images.values():  # a play was broken off
            image.let_go()
        for disk in self._small_disks:
            disk.let_go()
        for share in self._shares.values():
            share.end()
        for served in self._served.values():
            served.end()
        self.local.let_go()
        if self._samba is not None:
            self._samba.end()
