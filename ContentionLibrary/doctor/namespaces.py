"""Tries whether an ordinary user gets a mount namespace of his own, with a small file system in it.

A child of ours makes it and ends; the namespace and its mount end with the child.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from ContentionLibrary.doctor.probe import Answer, Bench

_WITHIN = 5.0  # seconds; it takes some tens of milliseconds
_TRY = """
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
user, group = os.geteuid(), os.getegid()
def must(what, failed):
    if failed:
        sys.exit(f"{what}: {os.strerror(ctypes.get_errno())}")
must("unshare(CLONE_NEWUSER | CLONE_NEWNS)", libc.unshare(0x10000000 | 0x20000))
for name, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
    open(f"/proc/self/{name}", "w").write(text)
must("mount of a tmpfs", libc.mount(b"none", os.fsencode(sys.argv[1]), b"tmpfs", 0, b"size=1m"))
open(os.path.join(sys.argv[1], "file"), "w").write("here")
"""
_SWITCHES = (
    ("kernel/unprivileged_userns_clone", "0", "sysctl kernel.unprivileged_userns_clone=1"),
    ("kernel/apparmor_restrict_unprivileged_userns", "1", "sysctl kernel.apparmor_restrict_unprivileged_userns=0"),
    ("user/max_user_namespaces", "0", "sysctl user.max_user_namespaces=15000"),
)
_ELSE = "in a container: start it with `--security-opt seccomp=unconfined`"


def user_namespace(bench: Bench) -> Answer:
    """Make one in a child, with a tmpfs mounted in it."""
    if sys.platform != "linux":
        return Answer(False, f"namespaces exist on Linux only, this is {sys.platform}", "run on Linux")
    point = bench.workspace.run / "namespace"
    point.mkdir()
    command = [sys.executable, "-I", "-S", "-c", _TRY, str(point)]
    environment = {**os.environ, **bench.ledger.environment()}
    try:
        tried = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_WITHIN, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        return Answer(False, f"making one did not end within {_WITHIN:g} s")
    if tried.returncode == 0:
        return Answer(True, "made one, with a tmpfs in it")
    said = tried.stderr.decode(errors="replace").strip().splitlines()
    return Answer(False, said[-1] if said else f"exit code {tried.returncode}", _remedy())


def _remedy() -> str:
    for name, off, command in _SWITCHES:
        try:
            value = Path("/proc/sys", name).read_text(encoding="ascii").strip()
        except OSError:  # this kernel has no such switch
            continue
        if value == off:
            return command
    return _ELSE
