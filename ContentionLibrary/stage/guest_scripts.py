"""What a guest does before its job begins: a writable root over the host's, and two clients of one NFS export of its own.

The two clients are two machines as far as NFS is concerned: each has an address and a name of its own, and nothing in
common but the server. Both see the export at the same path, each in a mount namespace of its own. The job is with the first client.

Traps that the order avoids: a shell that executes /proc/self/exe finds the kernel itself there, so this is for dash; a
file system in memory cannot be exported; a server that has just started gives no locks for its time of grace.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

SAYS = "@@"
"""How lines begin that are for us and not the kernel's."""
SHARED = "/nfs"
"""Where both clients see the export."""
SECOND = "/run/second-client"
"""File with the number of a process of the second client."""

EXPORT = "/srv/export"
"""Where the server has what it exports."""
CLIENTS = "/run/clients"
"""Where further clients mount it."""
SERVE = ("rpc.nfsd", "-V", "4", "-V", "3", "2")
"""Starts the server."""

_TEMPORARY = "/run/temporary"

_INIT = """#!/bin/sh
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
mount -t proc p /proc; mount -t tmpfs -o size=80% t /mnt
insmod {modules}/$(uname -r)/kernel/fs/overlayfs/overlay.ko
mkdir /mnt/up /mnt/wk /mnt/root
mount -t overlay o -o lowerdir=/,upperdir=/mnt/up,workdir=/mnt/wk /mnt/root
printf '#!/bin/sh\\nexec chroot /mnt/root /sbin/modprobe "$@"\\n' > /mnt/modprobe; chmod 755 /mnt/modprobe
echo /mnt/modprobe > /proc/sys/kernel/modprobe
cd /mnt/root; mount -t proc p proc; mount -t sysfs s sys; mount -t devtmpfs d dev; mkdir -p dev/pts dev/shm
mount -t devpts p dev/pts; mount -t tmpfs t dev/shm; mount -t tmpfs t run; mkdir -p run/lock lib/modules
mount -t hostfs none lib/modules -o {modules}
mount -t hostfs none {shared} -o {directory}
stty raw -echo
chroot /mnt/root /bin/sh {script}
echo "{says} gone"
chroot /mnt/root /bin/busybox poweroff -f
"""

_JOB = """
fail() {{ echo "{says} $1"; exit 1; }}
mkfs.ext4 -q -F -E lazy_itable_init=1,nodiscard /dev/ubda || fail "no file system for the export"
modprobe lockd; echo 3 > /proc/sys/fs/nfs/nlm_timeout; echo 3 > /proc/sys/fs/nfs/nlm_grace_period
for module in nfsd nfsv4 veth; do modprobe $module || fail "the kernel has no $module"; done
mkdir -p {export} {point} && mount -o nobarrier /dev/ubda {export} || fail "the export cannot be mounted"
hostname first; ip link set lo up
ip netns add second && ip link add v0 type veth peer name v1 netns second || fail "no second network"
ip addr add 10.9.0.1/24 dev v0; ip link set v0 up
ip -n second addr add 10.9.0.2/24 dev v1; ip -n second link set v1 up; ip -n second link set lo up
mount -t nfsd nfsd /proc/fs/nfsd
mkdir -p /var/lib/nfs/rpc_pipefs /var/lib/nfs/v4recovery /var/lib/nfs/sm; mount -t rpc_pipefs rp /var/lib/nfs/rpc_pipefs
echo 10 > /proc/fs/nfsd/nfsv4leasetime; echo 10 > /proc/fs/nfsd/nfsv4gracetime
echo "{export} *(rw,async,no_subtree_check,no_root_squash,fsid=0,insecure)" > /etc/exports
rpcbind -w; exportfs -a; {serve} || fail "the NFS server does not start"
rpc.mountd; echo Y > /proc/fs/nfsd/v4_end_grace
nsenter --net=/run/netns/second unshare --uts --mount sh -c '
    hostname second; mount -t nfs -o {options} 10.9.0.1:/ {point} && echo $$ > {second}; exec sleep 100000000' &
mount -t nfs -o {options} 127.0.0.1:/ {point} || fail "the first client cannot mount the export"
i=0; while [ ! -s {second} ]; do
    i=$((i + 1)); [ $i -lt 200 ] || fail "the second client cannot mount the export"; sleep 0.05
done
{environment}
mkdir -p {temporary}; export TMPDIR={temporary}  # what the host has in /tmp belongs to others
exec {job}
"""

_OPTIONS = "vers=4.2,soft,timeo=100,retrans=2"


def init_script(directory: Path, job: Sequence[str], environment: dict[str, str], modules: str) -> str:
    """Return the guest's first program; what it needs besides is written into the directory.

    Args:
        directory: shared with the host, at the same path.
        job: the command that is run in the end.
        environment: the job's.
        modules: where the host has the guest's kernel modules.
    """
    script = directory / "job.sh"
    script.write_text(
        _JOB.format(
            says=SAYS,
            export=EXPORT,
            serve=shlex.join(SERVE),
            point=SHARED,
            second=SECOND,
            options=_OPTIONS,
            temporary=_TEMPORARY,
            environment="\n".join(f"export {name}={shlex.quote(value)}" for name, value in environment.items()),
            job=shlex.join(job),
        ),
        encoding="utf-8",
    )
    path = shlex.quote(str(directory))
    return _INIT.format(
        modules=modules, directory=path, shared=shlex.quote(f"/mnt/root{directory}"), script=path + "/job.sh", says=SAYS
    )
