"""Copiers that do to us what accidents do: called as a program with a manner, a source and a destination.

`kill:supervisor`, `kill:guard`, `kill:workers` and `kill:starter` kill processes of ours in the middle of a copy.
`moody:FILE` makes one step more in its first run than in all later ones; `closes-late:FILE` closes its file after the
rename in its first run, and before it later. `plain` only copies.
"""

import os
import signal
import sys
import time
from pathlib import Path

TOKEN = b"CONTENTION_LEDGER="


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def is_ours(pid: int) -> bool:
    return any(entry.startswith(TOKEN) for entry in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"))


def ancestors() -> list[int]:
    """Return the processes above us that belong to the scenario: supervisor, guard, starter."""
    found = [os.getppid()]
    while is_ours(above := parent_of(found[-1])):
        found.append(above)
    return found


def children_of(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                if parent_of(int(entry.name)) == pid:
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def kill(whom: str) -> None:
    supervisor, *_, starter = above = ancestors()
    victims = {
        "supervisor": [supervisor],
        "guard": above[1:2],
        "starter": [starter],
        "workers": [worker for worker in children_of(starter) if worker not in above],
    }[whom]
    for victim in victims:
        os.kill(victim, signal.SIGKILL)
    if whom in ("supervisor", "guard"):
        time.sleep(20)  # until somebody ends us


def main() -> None:
    manner, source, final = sys.argv[1:]
    what, _, which = manner.partition(":")
    destination = Path(final)
    temporary = destination.with_name(f".{destination.name}.part")
    with Path(source).open("rb") as reading, temporary.open("wb", buffering=0) as writing:
        writing.write(reading.read(1 << 20))
        if what == "kill":
            kill(which)
        while block := reading.read(1 << 20):
            writing.write(block)
        first = bool(which) and not Path(which).exists()
        if what == "closes-late" and first:
            Path(which).touch()
            temporary.rename(destination)
            return
    if what == "moody" and first:
        Path(which).touch()
        temporary.chmod(0o600)
    temporary.rename(destination)


main()
