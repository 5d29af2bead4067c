"""More clients of a guest's NFS server, each behind a wire of its own, and the server's end and return.

For use inside a guest, as its root. Nothing here is in a ledger: the guest ends as a whole.

A client *gives up*, or it *waits*. What that takes was measured with Linux 6.1:

* A mount gives up on a server that is only slow, too: with a second, none of 130,000 calls came near (0.2 s), on a busy machine.
* Giving up needs NFS 3. A soft mount of NFS 4 fails most calls too, but `open` waits for its state to be recovered, for ever.
* A call that was given up may still be done: what stands in the client's socket goes out when the link is there again. So
  a client that has lost its server is never used again: it is unmounted, its network goes, and a new one comes.
* A server that has just started lets the clients that it knew reclaim what they had open, and nobody open anything
  else meanwhile. That takes ten seconds at least, unless it is told that it is over.
* No process that has a file open on a lost mount that waits may end, or start a program: closing the file waits too.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

from ContentionLibrary.errors import HarnessError
from ContentionLibrary.stage.guest_scripts import CLIENTS, EXPORT, SERVE
from ContentionLibrary.stage.patience import Patience
from ContentionLibrary.stage.wire import Wire, run

_GRACE = Path("/proc/fs/nfsd/v4_end_grace")
_FORCE_DETACH = 1 | 2  # MNT_FORCE | MNT_DETACH
_OPTIONS = {
    Patience.GIVES_UP: "vers=3,soft,nolock,timeo=5,retrans=1",  # each call to the server fails after a second
    Patience.WAITS: "vers=4.2,hard",
}


class NfsClient:
    """A client of an export, and the mount point at which it sees it; `root` is the same as the server sees it.

    Args:
        name: of its mount point.
        patience: what it does while the server does not answer.
        root: the export; one that waits can have no other than the guest's own.
    """

    def __init__(self, name: str, patience: Patience, root: Path = Path(EXPORT)) -> None:
        self._patience = patience
        self.root = root
        self.mount_point = Path(CLIENTS) / name
        self.mount_point.mkdir(parents=True)
        self.wire = Wire()
        self._mount()

    def _mount(self) -> None:
        # A server tells clients apart by the names of their machines.
        network = self.wire.network
        export = self.root if self._patience is Patience.GIVES_UP else "/"
        mount = (
            f"hostname {network}; exec mount -t nfs -o {_OPTIONS[self._patience]} "
            f"{self.wire.server}:{export} {self.mount_point}"
        )
        run("nsenter", f"--net=/run/netns/{network}", "unshare", "--uts", "sh", "-c", mount)

    def lose_server(self) -> None:
        """Let it never reach the server again; others still do."""
        self.wire.cut()

    def stop_server(self) -> None:
        """End the server, unseen by this client: connections too."""
        self.wire.cut()
        run("rpc.nfsd", "0")

    def start_server(self) -> None:
        """Start the server again, and wait until this client has got back what it had open; then others may open files again.

        While it gets it back it asks for nothing else; so when it has been answered it has got everything.
        """
        run(*SERVE)
        self.wire.come_back()
        os.statvfs(self.mount_point)
        _GRACE.write_text("Y", encoding="ascii")

    def start_anew(self) -> None:
        """Unmount it, whatever is still under way, and mount it as a machine that nobody has seen before.

        Raises:
            HarnessError: it cannot be unmounted.
        """
        self.unmount()
        self.mount_anew()

    def unmount(self) -> None:
        """Unmount it, whatever is still under way.

        Raises:
            HarnessError: it cannot be unmounted.
        """
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.umount2(os.fsencode(self.mount_point), _FORCE_DETACH) != 0:
            raise HarnessError(f"{self.mount_point} cannot be unmounted: {os.strerror(ctypes.get_errno())}")

    def mount_anew(self) -> None:
        """Mount it as a machine that nobody has seen before, once it is unmounted."""
        self.wire.remove()
        self.wire = Wire()
        self._mount()
