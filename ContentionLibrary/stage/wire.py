"""A network of a client's own inside a guest, joined to the server by one wire that can be cut, or be bad for packets.

For use inside a guest, as its root. Nothing here is in a ledger: the guest ends as a whole.

A virtual wire hands on whole segments of up to 64 KiB as one packet, so that a lossy one would seldom lose any. Both ends are
told to send packets as large as those of a network.
"""

from __future__ import annotations

import itertools
import json
import subprocess
from dataclasses import dataclass
from enum import StrEnum

from ContentionLibrary.errors import HarnessError

LARGEST_PACKET = 1500  # bytes
_NUMBERS = itertools.count(11)  # the third part of an address; 0 is that of the second client


class BadLine(StrEnum):
    """What a wire does to the packets of each direction: words for the kernel's netem (tc-netem(8))."""

    LOSES = "loss 5%"
    MIXES = "delay 8ms 6ms duplicate 2%"  # who is less late overtakes others


@dataclass(frozen=True)
class Packets:
    """How many packets have come to a bad wire, in both directions, and how many of them it has lost."""

    sent: int
    lost: int


class Wire:
    """One such network.

    Attributes:
        network: its name, for `nsenter --net`.
        server: the address that the server has in it.
    """

    def __init__(self) -> None:
        number = next(_NUMBERS)
        self.network = f"client{number}"
        self.server = f"10.9.{number}.1"
        self._link = f"link{number}"
        run("ip", "netns", "add", self.network)
        run(
            *("ip", "-batch", "-"),
            told=f"link add {self._link} type veth peer name eth0 netns {self.network}\n"
            f"addr add {self.server}/24 dev {self._link}\nlink set {self._link} gso_max_segs 1 up\n",
        )
        run(
            *("ip", "-n", self.network, "-batch", "-"),
            told=f"addr add 10.9.{number}.2/24 dev eth0\nlink set eth0 gso_max_segs 1 up\nlink set lo up\n",
        )

    def cut(self) -> None:
        """Let nothing through any more, in either direction, and tell nobody."""
        run("ip", "link", "set", self._link, "down")

    def come_back(self) -> None:
        """Let everything through again."""
        run("ip", "link", "set", self._link, "up")

    def spoil(self, line: BadLine) -> None:
        """Be bad from now on, in both directions."""
        for place, device in self._ends:
            run("tc", *place, "qdisc", "replace", "dev", device, "root", "netem", "limit", "10000", *line.split())

    def mend(self) -> Packets:
        """Be good again, and tell what was done."""
        sent = lost = 0
        for place, device in self._ends:
            (told,) = json.loads(run("tc", *place, "-s", "-j", "qdisc", "show", "dev", device))
            sent, lost = sent + told["packets"] + told["drops"], lost + told["drops"]
            run("tc", *place, "qdisc", "delete", "dev", device, "root")
        return Packets(sent, lost)

    @property
    def _ends(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        return ((), self._link), (("-n", self.network), "eth0")

    def remove(self) -> None:
        """Take the network away."""
        run("ip", "link", "delete", self._link)
        run("ip", "netns", "delete", self.network)


def run(*words: str, told: str = "") -> str:
    """Run a program of the guest, and return what it prints.

    Raises:
        HarnessError: it fails.
    """
    done = subprocess.run(words, input=told, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = " ".join((done.stdout + done.stderr).split())
        raise HarnessError(f"in the guest `{' '.join(words)}` has failed: {said}")
    return done.stdout
