"""The list of all that a scenario has made and must not leave behind.

A resource is written down *before* it is made and struck *after* it is gone. Whoever comes later, whatever
happened to us, can therefore find everything: see `emptying` for how a ledger is emptied and `clean` for
when.

The file holds one JSON object a line and is only ever appended to. The first line says whose it is.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ContentionLibrary.errors import HarnessError
from ContentionLibrary.processes.table import Identity, identity_of

TOKEN_VARIABLE = "CONTENTION_LEDGER"
"""Environment variable by which every process of a scenario, and all that it starts, is found again."""

UNFINISHED = ".new"
"""End of the name of a ledger that has no owner yet; it begins with the number of the process that makes it."""

DIRECTORY, FILE, LOOP, MOUNT, PROCESSES = (
    f"ContentionLibrary.processes.enders.{name}" for name in ("directory", "file", "loop", "mount", "processes")
)


_NOT_OPEN = -1


@dataclass(frozen=True)
class Resource:
    """One thing that must not be left behind.

    Args:
        id: its number in the ledger.
        ender: dotted name of the module whose function `end(facts, token)` removes it. It must belong to this
            package; further kinds of resources bring their own (see `ContentionLibrary.processes.enders`).
        facts: what the ender needs to find it.
    """

    id: str
    ender: str
    facts: Mapping[str, str]


@dataclass(frozen=True)
class Contents:
    """What a ledger says at this moment.

    Args:
        token: the ledger's own secret name.
        owners: the process for which it is kept, and any process that watches over it.
        resources: what is written and not struck, oldest first.
        broken: lines that could not be read, as text; only the last line can be cut off by a sudden end.
    """

    token: str
    owners: tuple[Identity, ...]
    resources: tuple[Resource, ...]
    broken: tuple[str, ...]


class Ledger:
    """A ledger that this process writes.

    Args:
        path: the file, which exists; `open_ledger` makes one.
        token: its token.
    """

    _numbers = itertools.count(1)

    def __init__(self, path: Path, token: str) -> None:
        self.path = path
        self.token = token
        self._turn = threading.Lock()
        # On Windows nobody could remove a ledger that we have open.
        self._file = _NOT_OPEN if sys.platform == "win32" else self._open()

    def write(self, ender: str, **facts: str) -> Resource:
        """Write down a resource. Call this before the resource is made.

        Args:
            ender: the kind, see `Resource.ender`; the constants of this module name those of this room.
            facts: what the ender needs; paths absolute and without symbolic links.

        Returns:
            The resource, to be struck when it is gone.
        """
        resource = Resource(f"{os.getpid()}-{next(self._numbers)}", ender, facts)
        self._append({"made": resource.id, "ender": ender, "facts": facts})
        return resource

    def strike(self, resource: Resource) -> None:
        """Say that a resource is gone. Call this after it was removed."""
        self._append({"gone": resource.id})

    def add_owner(self, identity: Identity) -> None:
        """Say that another process watches over this ledger: while it lives, nobody else empties it."""
        self._append({"owner": identity.to_wire()})

    def environment(self) -> dict[str, str]:
        """Return the environment for a process that we start: ours, and the token to find it by."""
        outer = os.environ.get(TOKEN_VARIABLE)
        return {**os.environ, TOKEN_VARIABLE: f"{outer}:{self.token}" if outer else self.token}

    def fileno(self) -> int:
        """Return the file's descriptor, for locking it."""
        return self._file

    def _append(self, entry: dict[str, Any]) -> None:
        # One write per line on an O_APPEND descriptor: lines of several processes never mix.
        line = json.dumps(entry).encode() + b"\n"
        if self._file != _NOT_OPEN:
            os.write(self._file, line)
            return
        with self._turn:
            descriptor = self._open()
            try:
                os.write(descriptor, line)
            finally:
                os.close(descriptor)

    def _open(self) -> int:
        flags = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
        return os.open(self.path, os.O_WRONLY | os.O_APPEND | flags)

    def close(self) -> None:
        """Close the file; the ledger stays."""
        if self._file != _NOT_OPEN:
            os.close(self._file)


def open_ledger(directory: Path) -> Ledger:
    """Make an empty ledger that belongs to this process.

    Args:
        directory: where ledgers lie; it exists.
    """
    token = os.urandom(12).hex()
    path = directory / f"{token}.jsonl"
    identity = identity_of(os.getpid())
    if identity is None:
        raise HarnessError("This process is not found in the system's table of processes: is /proc mounted?")
    first = json.dumps({"ledger": token, "owner": identity.to_wire()}).encode() + b"\n"
    unfinished = directory / f"{os.getpid()}-{token}{UNFINISHED}"
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, first)
    finally:
        os.close(descriptor)
    unfinished.rename(path)  # nobody ever sees a ledger without an owner
    return Ledger(path, token)


def read_ledger(path: Path) -> Contents:
    """Read a ledger.

    Raises:
        ValueError: the first line is no ledger's: nothing that the file says may be believed.
    """
    first, *lines = path.read_bytes().split(b"\n")
    try:
        opening = json.loads(first)
        token = str(opening["ledger"])
        owners = [Identity.from_wire(opening["owner"])]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"'{path}' does not begin like a ledger ({error})") from error
    resources: dict[str, Resource] = {}
    broken = []
    for line in filter(None, lines):
        try:
            entry = json.loads(line)
            if "made" in entry:
                facts = {str(name): str(value) for name, value in entry["facts"].items()}
                resources[entry["made"]] = Resource(entry["made"], str(entry["ender"]), facts)
            elif "owner" in entry:
                owners.append(Identity.from_wire(entry["owner"]))
            else:
                resources.pop(entry["gone"], None)
        except (ValueError, KeyError, TypeError, AttributeError):
            broken.append(line.decode(errors="replace"))
    return Contents(token, tuple(owners), tuple(resources.values()), tuple(broken))
