"""More clients of a guest's NFS server, each behind a link of its own that can be cut or bad, and the server's end and return.

For use inside a guest, as its root. Nothing here is in a ledger: the guest ends as a whole.

A client *gives up*, or it *waits*. What that takes was measured with Linux 6.1:

* A mount gives up on a server that is only slow, too: with a second, none of 130,000 calls came near (0.2 s), on a busy machine.
* Giving up needs NFS 3. A soft mount of NFS 4 fails most calls too, but `open` waits for its state to be recovered, for ever.
* A call that was given up may still be done: what stands in the client's socket goes out when the link is there again. So
  a client that has lost its server is never used again: it is unmounted, its network goes, and a new one comes.
* A server that has just started lets the clients that it knew reclaim what they had open, and nobody open anything
  else meanwhile. That takes ten seconds at least, unless it is told that it is over.
* A virtual link hands on whole segments of up to 64 KiB as one packet, so that a lossy one would seldom lose any. Both ends
  are told to send packets as large as those of a network.
* No process that has a file open on a lost mount that waits may end, or start a program: closing the file waits too.
"""

from __future__ import annotations

import ctypes
import itertools
import json
import os
import subprocess
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ContentionLibrary.errors import HarnessError
from ContentionLibrary.stage.guest_scripts import EXPORT, SERVE

_NETWORKS = itertools.count(11)  # the third part of an address; 0 is that of the second client
_MOUNTS = Path("/run/clients")
_GRACE = Path("/proc/fs/nfsd/v4_end_grace")
_FORCE_DETACH = 1 | 2  # MNT_FORCE | MNT_DETACH


class Patience(StrEnum):
    """What a client does with a server that does not answer; the options of its mount."""

    GIVES_UP = "vers=3,soft,nolock,timeo=5,retrans=1"  # each call to the server fails after a second
    WAITS = "vers=4.2,hard"  # calls wait until it answers again, however long that takes


class BadLine(StrEnum):
    """What a line does to the packets of each direction: words for the kernel's netem (tc-netem(8))."""

    LOSES = "loss 5%"
    MIXES = "delay 20ms 15ms duplicate 2%"  # who is less late overtakes others


@dataclass(frozen=True)
class Packets:
    """How many packets have come to a bad line, in both directions, and how many of them it has lost."""

    sent: int
    lost: int


class NfsClient:
    """A client of the export, and the mount point at which it sees it; `root` is the same as the server sees it.

    Args:
        name: of its mount point.
        patience: what it does while the server does not answer.
    """

    root = Path(EXPORT)

    def __init__(self, name: str, patience: Patience) -> None:
        self._patience = patience
        self.mount_point = _MOUNTS / name
        self.mount_point.mkdir(parents=True)
        self._network = ""
        self._mount()

    def _mount(self) -> None:
        number = next(_NETWORKS)
        self._network = network = f"client{number}"
        link = f"link{number}"
        server = f"10.9.{number}.1"
        _run("ip", "netns", "add", network)
        _run(
            *("ip", "-batch", "-"),
            told=f"link add {link} type veth peer name eth0 netns {network}\n"
            f"addr add {server}/24 dev {link}\nlink set {link} gso_max_segs 1 up\n",
        )
        _run(
            *("ip", "-n", network, "-batch", "-"),
            told=f"addr add 10.9.{number}.2/24 dev eth0\nlink set eth0 gso_max_segs 1 up\nlink set lo up\n",
        )
        # A server tells clients apart by the names of their machines.
        export = EXPORT if self._patience is Patience.GIVES_UP else "/"
        mount = f"hostname {network}; exec mount -t nfs -o {self._patience} {server}:{export} {self.mount_point}"
        _run("nsenter", f"--net=/run/netns/{network}", "unshare", "--uts", "sh", "-c", mount)

    @property
    def _link(self) -> str:
        return self._network.replace("client", "link")

    def cut(self) -> None:
        """Let nothing through any more, in either direction, and tell nobody."""
        _run("ip", "link", "set", self._link, "down")

    def come_back(self) -> None:
        """Let everything through again."""
        _run("ip", "link", "set", self._link, "up")

    def spoil(self, line: BadLine) -> None:
        """Let the line be bad from now on, in both directions."""
        for place, device in self._ends:
            _run("tc", *place, "qdisc", "replace", "dev", device, "root", "netem", "limit", "10000", *line.split())

    def mend(self) -> Packets:
        """Let the line be good again, and tell what it has done."""
        sent = lost = 0
        for place, device in self._ends:
            (told,) = json.loads(_run("tc", *place, "-s", "-j", "qdisc", "show", "dev", device))
            sent, lost = sent + told["packets"] + told["drops"], lost + told["drops"]
            _run("tc", *place, "qdisc", "delete", "dev", device, "root")
        return Packets(sent, lost)

    @property
    def _ends(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        return ((), self._link), (("-n", self._network), "eth0")

    def reclaim(self) -> None:
        """Wait until it has got back what it had open from a server that was started again, and let others open files again.

        While it gets it back it asks for nothing else; so when it has been answered it has got everything.
        """
        os.statvfs(self.mount_point)
        _GRACE.write_text("Y", encoding="ascii")

    def start_anew(self) -> None:
        """Unmount it, whatever is still under way, and mount it as a machine that nobody has seen before.

        Raises:
            HarnessError: it cannot be unmounted.
        """
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.umount2(os.fsencode(self.mount_point), _FORCE_DETACH) != 0:
            raise HarnessError(f"{self.mount_point} cannot be unmounted: {os.strerror(ctypes.get_errno())}")
        _run("ip", "link", "delete", self._link)
        _run("ip", "netns", "delete", self._network)
        self._mount()


def stop_server() -> None:
    """End the server: connections too."""
    _run("rpc.nfsd", "0")


def start_server() -> None:
    """Start the server again."""
    _run(*SERVE)


def _run(*words: str, told: str = "") -> str:
    """Run a program of the guest, and return what it prints.

    Raises:
        HarnessError: it fails.
    """
    done = subprocess.run(words, input=told, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = " ".join((done.stdout + done.stderr).split())
        raise HarnessError(f"in the guest `{' '.join(words)}` has failed: {said}")
    return done.stdout
