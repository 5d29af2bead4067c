"""A Linux of its own, as an ordinary process: with servers and clients of its kernel, and whatever the host has installed.

Method: User-Mode Linux, started by a starter as everything else is. Its root is the host's, which it can only read; what it
writes there stays in its memory. One directory it shares with the host, read and written with the rights of the host's user. It
needs no root and no virtualisation. What is said is one line each: to the guest through its console, from it with `@@` before.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import shutil
import signal
import subprocess
import time
from pathlib import Path

from ContentionLibrary.errors import HarnessError, NotPossibleHere, SystemTrouble
from ContentionLibrary.processes.channel import Channel, ChannelClosed, Message
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.stage.guest_scripts import SAYS, init_script

KERNEL = "linux.uml"
_MODULES = "/usr/lib/uml/modules"
_NEEDED = {
    KERNEL: "user-mode-linux",
    "insmod": "kmod",
    "busybox": "busybox-static",
    "ip": "iproute2",
    "nsenter": "util-linux",
    "mkfs.ext4": "e2fsprogs",
    "rpc.nfsd": "nfs-kernel-server",
    "mount.nfs": "nfs-common",
    "rpcbind": "rpcbind",
}
"""What is run, and the package that brings it."""
_NEWEST = (6, 10)
"""Later ones mount a host's directory by another option, and do not bring lost clients back as the plays expect (6.12)."""
_MEMORY = "384M"
_DISK = 256 << 20  # bytes; only what is written takes room
_UP_WITHIN = 120.0
_ENDED_WITHIN = 10.0
_LAST_LINES = 15


def why_no_guest() -> str:
    """Say why there can be no guest here, with the one command that helps; empty when there can."""
    missing = sorted({package for program, package in _NEEDED.items() if _program(program) is None})
    if missing:
        return f"a Linux guest with NFS needs more programs: sudo apt-get install {' '.join(missing)}"
    version = subprocess.run([str(_program(KERNEL)), "--version"], capture_output=True, text=True, check=False).stdout
    if tuple(int(part) for part in re.findall(r"\d+", version)[:2]) > _NEWEST:
        return (
            f"the kernel of the package user-mode-linux, {version.strip()}, is newer than those whose servers and clients "
            f"are known ({'.'.join(map(str, _NEWEST))}): install an older one, as Debian 12 has"
        )
    return ""


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin:/usr/bin:/bin")


class Guest:
    """One guest. It is coming up when it is made, which takes seconds; nothing can be said to it before `wait_until_up`.

    Args:
        directory: which it shares with us; made here, inside a marked directory.
        starter: starts it, and ends it whatever happens to us.
        job: the command that it runs; the directory follows as last argument. It says `ready` when it is.
        environment: of the job.

    Raises:
        NotPossibleHere: a program is missing.
    """

    def __init__(self, directory: Path, starter: Starter, job: tuple[str, ...], environment: dict[str, str]) -> None:
        if reason := why_no_guest():
            raise NotPossibleHere(reason)
        self.directory = directory
        self._starter = starter
        self._said: list[str] = []
        directory.mkdir(parents=True)
        disk = directory / "disk.img"
        with disk.open("xb") as file:
            file.truncate(_DISK)
        init = directory / "init"
        init.write_text(init_script(directory, (*job, str(directory)), environment, _MODULES), encoding="utf-8")
        init.chmod(0o755)
        command = [
            str(_program(KERNEL)),
            *(f"mem={_MEMORY}", "rootfstype=hostfs", "rootflags=/", "ro", f"init={init}"),
            *("con=null", "con0=fd:0,fd:1", "quiet", "panic=-1"),
            *(f"uml_dir={directory}", "umid=guest", f"ubda={disk}"),
        ]
        self._child = starter.start(__name__, {"command": command, "temporary": _memory_directory(directory)})
        told = self._child.receive(_UP_WITHIN)
        self.process: int = told["process"] if told else 0  # also the number of its process group
        self._up = False

    def wait_until_up(self) -> None:
        """Wait until its job says that it is ready, unless it has done so.

        Raises:
            NotPossibleHere: it does not come up.
        """
        if self._up:
            return
        said = self.hear(_UP_WITHIN)
        if said != "ready":
            self.end()
            raise NotPossibleHere(f"the Linux guest does not come up: {said}{self.last_words()}")
        self._up = True

    def say(self, line: str) -> None:
        """Say a short line to the job.

        Raises:
            SystemTrouble: the guest is gone.
        """
        try:
            self._child.channel.send({"say": line})
        except ChannelClosed as error:
            raise SystemTrouble(f"the Linux guest is gone: {error}{self.last_words()}") from error

    def hear(self, within: float) -> str:
        """Wait for the next line of the job.

        Raises:
            HarnessError: it says nothing in time.
            SystemTrouble: the guest is gone.
        """
        deadline = time.monotonic() + within
        while (left := deadline - time.monotonic()) > 0:
            try:
                told = self._child.receive(left)
            except ChannelClosed as error:
                raise SystemTrouble(f"the Linux guest is gone: {error}{self.last_words()}") from error
            if told is None:
                break
            line = told.get("said")
            if line is None:
                raise SystemTrouble(f"the Linux guest has ended: {told['ended']}{self.last_words()}")
            if line.startswith(SAYS):
                return str(line).removeprefix(SAYS).strip()
            self._said.append(line)
        raise HarnessError(f"the Linux guest says nothing within {within:g} s{self.last_words()}")

    def last_words(self) -> str:
        """Return what its console has shown last, for a message."""
        lines = "\n".join(self._said[-_LAST_LINES:])
        return f"; its last lines:\n{lines}" if lines else ""

    def end(self) -> None:
        """End it at once: nothing in it is needed any more."""
        self._starter.release(self._child)
        deadline = time.monotonic() + _ENDED_WITHIN
        while self._starter.ending(self._child, 1.0) is None and time.monotonic() < deadline:
            pass
        shutil.rmtree(self.directory)


def _memory_directory(otherwise: Path) -> str:
    """Return where the guest's memory lies as a file: where it need not be written to a disk."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK | os.X_OK) else str(otherwise)


def main(channel: Channel, request: Message) -> None:
    """Run a guest, and pass on what is said; the role that a starter's child plays.

    The guest, which is many processes, leads a group of its own and ends as a whole. If this role is lost the starter finds them all.
    """
    guest = subprocess.Popen(
        request["command"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "TMPDIR": request["temporary"]},
        start_new_session=True,
    )
    try:
        channel.send({"process": guest.pid})
        _pass_on(channel, guest)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(guest.pid, signal.SIGKILL)
        guest.wait()


def _pass_on(channel: Channel, guest: subprocess.Popen[bytes]) -> None:
    assert guest.stdin is not None and guest.stdout is not None
    begun = b""
    poller = select.poll()
    for descriptor in (channel.fileno(), guest.stdout.fileno()):
        poller.register(descriptor, select.POLLIN)
    while True:
        ready = {descriptor for descriptor, _ in poller.poll()}
        if guest.stdout.fileno() in ready:
            said = os.read(guest.stdout.fileno(), 1 << 16)
            if not said:
                channel.send({"ended": f"exit code {guest.wait()}"})
                return
            *lines, begun = (begun + said).split(b"\n")
            for line in lines:
                channel.send({"said": line.decode(errors="replace").rstrip("\r")})
        if channel.fileno() in ready:
            message = channel.receive(0)
            while message is not None:
                with contextlib.suppress(BrokenPipeError):  # it has ended, which its output tells next
                    os.write(guest.stdin.fileno(), f"{message['say']}\n".encode())
                message = channel.receive(0) if channel.pending else None
