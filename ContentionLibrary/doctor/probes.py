"""The probes, by the names that suites give them in tags.

`needs:NAME` on a scenario means that it is skipped where the probe fails; `real-or-modelled:NAME` and `real-or-emulated:NAME`
mean that a model or something like it speaks for a part of it then; `real-or-left-out:NAME` that nothing does. Wherever a scenario finds out by itself what is possible, the probe calls the same function.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ContentionLibrary.competitors import dialect
from ContentionLibrary.doctor.namespaces import remedy, user_namespace
from ContentionLibrary.doctor.probe import Answer, Bench, Probe
from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.history.copies import Way
from ContentionLibrary.scenario import parties
from ContentionLibrary.scenario.file_systems import another_file_system, file_system_of
from ContentionLibrary.scenario.local_stages import LocalStages
from ContentionLibrary.stage.making import (
    LOCAL,
    NTFS,
    make_image,
    make_local,
    make_samba,
    make_server,
    make_share,
    make_small_disk,
)
from ContentionLibrary.stepping import limits
from ContentionLibrary.stepping.ways import best_way

EXACT = "exact-stepping"
SAMPLED = "sampling"
_ROOM = 1 << 20  # bytes; an empty file system is enough to see that it can be made
_CHILD = "import resource; print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
_LIMIT = 32
_WITHIN = 5.0  # seconds


def _exact(bench: Bench) -> Answer:
    way, why_not = best_way(bench.starter, bench.workspace.run)
    if way is Way.EXACT:
        return Answer(True, "held a copy at each of its steps, to the byte")
    if not sys.platform.startswith("linux"):
        return Answer(False, why_not, "run on Linux 5.0 or newer")
    remedies = {
        "a container or policy forbids it": "in a container: start it with `--security-opt seccomp=unconfined`",
        "another supervisor listens": "run outside the program that holds this one already",
        "older than": "run on a newer kernel",
    }
    return Answer(False, why_not, next((told for part, told in remedies.items() if part in why_not), ""))


def _sampled(bench: Bench) -> Answer:
    try:
        import psutil  # noqa: PLC0415 - whether it is there is the question
    except ImportError:
        return Answer(False, "the package psutil is missing", f"{sys.executable} -m pip install psutil")
    return Answer(True, f"psutil {psutil.__version__}")


def _inherited_locks(bench: Bench) -> Answer:
    if not hasattr(os, "pidfd_open"):
        return Answer(False, "this system cannot watch a process that is not its child", "run on Linux 5.3 or newer")
    os.close(os.pidfd_open(os.getpid()))
    return Answer(True, "watched a process by its descriptor")


def _own_limits(bench: Bench) -> Answer:
    if not limits.possible():
        return Answer(False, "this system cannot limit one program alone", "run on Linux or another POSIX system")
    limit = limits.Limit(limits.Resource.OPEN_FILES, _LIMIT)
    tried = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _CHILD],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_WITHIN,
        preexec_fn=partial(limits.impose, [limit]),
        env={**os.environ, **bench.ledger.environment()},
        check=False,
    )
    if tried.stdout.strip() != str(_LIMIT):
        return Answer(False, f"a limit of {_LIMIT} descriptors did not hold: {tried.stdout}{tried.stderr}".strip())
    return Answer(True, f"gave one program {_LIMIT} descriptors and no more")


def _image(kind: str, bench: Bench) -> Answer:
    try:
        image = make_image(kind, bench.workspace.path / "disks" / kind, bench.ledger, _ROOM)
    except NotPossibleHere as reason:
        return Answer(False, str(reason).partition(":")[0], _remedy_for_image(str(reason)))
    try:
        image.cut_power()
        image.restart()
    except OSError as reason:
        image.let_go()  # the ledger's emptying ends it
        return Answer(False, f"its power cannot be cut: {reason}")
    image.end()
    return Answer(True, "made one in a file, cut its power, and mounted it again")


def _small_disk(bench: Bench) -> Answer:
    directory = bench.workspace.path / "disks" / "small"
    try:
        disk = make_small_disk("tmpfs", directory, bench.ledger, bench.starter, _ROOM)
    except NotPossibleHere as reason:
        return Answer(False, str(reason), remedy())
    disk.leave(0)
    disk.give_back()
    name = disk.name
    disk.end()
    return Answer(True, f"filled {name} to the brim")


def _share(bench: Bench) -> Answer:
    places = bench.workspace.path / "shares"
    try:
        share = make_share(places / "1", make_server(places / "server", bench.ledger), bench.starter, bench.ledger)
    except NotPossibleHere as reason:
        return Answer(False, str(reason).partition(":")[0], _remedy_for_share(str(reason)))
    try:
        share.mount(reconnect=True)
        share.interrupt(share.link.restart_server)
        share.settle()
    except NotPossibleHere as reason:
        return Answer(False, str(reason))
    finally:
        share.end()
    return Answer(True, "mounted a directory of an SFTP server, and got over its restart")


def _remedy_for_share(reason: str) -> str:
    if "install the package" in reason:
        return f"apt install {reason.rpartition(' ')[2]}"
    if sys.platform != "linux":
        return "run on Linux"
    if "may not use" in reason:
        return "run as root: `sudo contention run`"
    return "modprobe fuse" if "/dev/fuse" in reason else ""


def _local(bench: Bench, *, all_of_them: bool) -> Answer:
    """Make or find each local file system, as LSS-001 does."""
    stages = LocalStages(bench.workspace, bench.ledger)
    had, wanting = [], {}
    for kind in LOCAL:
        try:
            had.append(stages.get(kind, _ROOM).name)
            if not all_of_them:
                break
        except NotPossibleHere as reason:
            wanting[kind] = str(reason)
    stages.end()
    if wanting and (all_of_them or not had):
        told = "; ".join(f"no {kind}: {reason.partition(':')[0]}" for kind, reason in wanting.items())
        return Answer(False, told, _remedy_for_image(next(iter(wanting.values()))))
    return Answer(True, f"worked on {', '.join(had)}")


def _ntfs(bench: Bench) -> Answer:
    try:
        stage = make_local(NTFS, bench.workspace.path / "disks" / NTFS, bench.ledger, _ROOM)
    except NotPossibleHere as reason:
        return Answer(False, str(reason).partition(":")[0], _remedy_for_image(str(reason)))
    Path(f"{stage.root / 'file'}:stream").write_bytes(b"x")
    stage.end()
    return Answer(True, "made one in a file, and a stream on it")


def _remedy_for_image(reason: str) -> str:
    if "install the package" in reason:
        return f"apt install {reason.rpartition(' ')[2]}"
    if sys.platform != "linux":
        return "run on Linux, as root"
    if os.geteuid() != 0:
        return "run as root: `sudo contention run`"
    return "in a container: start it with `--privileged`"


def _second_file_system(bench: Bench) -> Answer:
    try:
        other = another_file_system(bench.workspace.stage)
    except NotPossibleHere as reason:
        return Answer(False, str(reason), "mount -t tmpfs none /dev/shm")
    return Answer(True, f"{file_system_of(other)} at {other}, beside {file_system_of(bench.workspace.stage)}")


def _processors(bench: Bench) -> Answer:
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if count < 2:
        return Answer(False, "one processor: free races take turns", "give this machine a second processor")
    return Answer(True, f"{count} processors")


def _second_account(_bench: Bench) -> Answer:
    both = parties.accounts()
    if both is None:
        return Answer(False, "a second account for a program is root's to give", "run as root: `sudo contention run`")
    return Answer(True, f"users {both[0].user} and {both[1].user}")


def _samba(bench: Bench) -> Answer:
    try:
        server = make_samba(bench.workspace.stage / "share", "doctor-server", bench.ledger, bench.starter)
    except NotPossibleHere as reason:
        told, _, help_ = str(reason).partition(": ")
        return Answer(False, told, help_)
    name = server.name
    server.end()
    return Answer(True, f"started {name}, and ended it")


def _windows_dialect(_bench: Bench) -> Answer:
    if reason := dialect.why_no_client():
        told, _, help_ = reason.partition(": ")
        return Answer(False, told, help_)
    return Answer(True, "the package smbprotocol is there")


def _nfs_guest(_bench: Bench) -> Answer:
    if sys.platform != "linux":
        return Answer(False, "a Linux guest runs on Linux only", "run on Linux")
    from ContentionLibrary.stage.guest import KERNEL, why_no_guest  # noqa: PLC0415 - calls that others have not

    if reason := why_no_guest():
        told, _, command = reason.partition(": ")
        return Answer(False, told, command)
    return Answer(True, f"all programs for {KERNEL} with an NFS server and its clients are there")


def _in_guest(why_not: Callable[[], str], what: str, bench: Bench) -> Answer:
    """Answer for something that a guest can have besides; `why_not` says what that lacks."""
    guest = _nfs_guest(bench)
    if not guest.able:
        return guest
    if reason := why_not():
        told, _, command = reason.partition(": ")
        return Answer(False, told, command)
    return Answer(True, f"all programs for {what} are there")


def _why_no_smb() -> str:
    from ContentionLibrary.stage.smb_client import why_no_smb  # noqa: PLC0415 - calls that others have not

    return why_no_smb()


def _why_no_failing_disk() -> str:
    from ContentionLibrary.stage.failing_disk import why_no_failing_disk  # noqa: PLC0415 - calls that others have not

    return why_no_failing_disk()


_smb_guest = partial(_in_guest, _why_no_smb, "an SMB server and its clients in it")
_failing_disk = partial(_in_guest, _why_no_failing_disk, "a disk in it that fails")


PROBES: tuple[Probe, ...] = (
    Probe(EXACT, "hold any program before each of its file operations", _exact),
    Probe(SAMPLED, "suspend a program when its output has grown", _sampled),
    Probe("own-limits", "limit descriptors and file size of one program alone", _own_limits),
    Probe("inherited-locks", "follow a lock that a child has inherited", _inherited_locks),
    Probe("ext4", "an ext4 whose power can be cut", partial(_image, "ext4")),
    Probe("xfs", "an xfs whose power can be cut", partial(_image, "xfs")),
    Probe("a-local-file-system", "have one of tmpfs, ext4, xfs, btrfs, overlay", partial(_local, all_of_them=False)),
    Probe("local-file-systems", "have each of tmpfs, ext4, xfs, btrfs, overlay", partial(_local, all_of_them=True)),
    Probe("ntfs", "an NTFS in a file, with ntfs-3g", _ntfs),
    Probe("tmpfs", "a small file system that can be filled up", _small_disk),
    Probe("sshfs", "a directory of a real server whose link can be cut", _share),
    Probe("user-namespaces", "mount as an ordinary user, in a namespace", user_namespace),
    Probe("second-account", "run a program as another user", _second_account),
    Probe("second-file-system", "copy from one file system to another", _second_file_system),
    Probe("processors", "run two programs at the same moment", _processors),
    Probe("samba", "a file server for Windows clients", _samba),
    Probe("windows-dialect", "speak to a file server as Windows does", _windows_dialect),
    Probe("nfs-guest", "an NFS server and its clients, in a Linux of its own", _nfs_guest),
    Probe("smb-guest", "an SMB server and its clients, in a Linux of its own", _smb_guest),
    Probe("disk-guest", "an NFS server whose disk fails, in a Linux of its own", _failing_disk),
)
