"""A service and an interactive process: two accounts with a directory in common, one of them at a terminal.

Root gives them accounts that differ. Anybody else has one account only, and then they differ in umask and terminal.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ContentionLibrary.errors import HarnessError, NotPossibleHere
from ContentionLibrary.history.copies import StartedAs, Way
from ContentionLibrary.history.looks import OwnerSeen
from ContentionLibrary.locations import PACKAGE
from ContentionLibrary.scenario.run import Run
from ContentionLibrary.stepping.standing import Account, Standing

SERVICE, INTERACTIVE = "the service", "the interactive process"
_NOBODY = 65534
_VISITOR, _COMMON = 61180, 61181
"""Numbers that systems give to no account by themselves: what lies there is nobody else's."""
_SERVICE_UMASK, _INTERACTIVE_UMASK = 0o077, 0o007
_MODES = {SERVICE: 0o600, INTERACTIVE: 0o660}
"""Of the sources: neither may be read by the other account; what the interactive process makes is for the common group."""
ONE_ACCOUNT = (
    "the service and the interactive process had one account, because only root can give them two: "
    "they differed in session, terminal and umask alone"
)


@dataclass(frozen=True)
class Party:
    """One of the two.

    Args:
        name: how it is called in messages.
        standing: as whom it runs.
    """

    name: str
    standing: Standing


def accounts() -> tuple[Account, Account] | None:
    """Return two accounts, of the service and of the interactive process; None if we may give only our own."""
    if sys.platform != "linux" or os.geteuid() != 0 or not all(map(_is_known, (_NOBODY, _VISITOR, _COMMON))):
        return None
    return Account(_NOBODY, _NOBODY, (_COMMON,)), Account(_VISITOR, _VISITOR, (_COMMON,))


def _is_known(number: int) -> bool:
    """Tell whether a number means somebody in our user namespace: a container may have but a few."""
    for line in Path("/proc/self/uid_map").read_text(encoding="ascii").splitlines():
        first, _, count = map(int, line.split())
        if first <= number < first + count:
            return True
    return False


def parties(run: Run) -> dict[str, Party]:
    """Return the service and the interactive process of a run, by their names.

    Raises:
        NotPossibleHere: programs can be started as somebody else, or at a terminal, only where they can be held exactly.
    """
    if run.way is not Way.EXACT:
        raise NotPossibleHere("a service and an interactive process need exact stepping: see contention doctor")
    both = accounts() or (None, None)
    words = [word for word in run.command_line(run.place.source) if _is_program_file(word, run)]
    readable = (str(PACKAGE), sys.prefix, sys.base_prefix, sys.executable, *words)
    service = Standing(_SERVICE_UMASK, False, both[0], readable)
    interactive = Standing(_INTERACTIVE_UMASK, True, both[1], readable)
    return {SERVICE: Party(SERVICE, service), INTERACTIVE: Party(INTERACTIVE, interactive)}


def _is_program_file(word: str, run: Run) -> bool:
    path = Path(word)
    return path.is_absolute() and path.is_file() and not any(path.is_relative_to(root) for root in run.place.roots)


def furnish(run: Run, first: Party, second: Party) -> None:
    """Give the directory to both parties, to each its own source, and what is at the destination to the second one."""
    place = run.place
    place.root.chmod(0o755)
    for party, source in ((first, place.source), (second, place.rival_source())):
        source.chmod(_MODES[party.name])
        source.parent.chmod(0o700)
        account = party.standing.account
        if account is not None:
            for path in (source, source.parent):
                os.chown(path, account.user, account.group)
    account = second.standing.account
    directory = place.destination.parent
    if account is not None:
        os.chown(directory, -1, _COMMON)
        if run.play.older:
            os.chown(place.destination, account.user, _COMMON)
    directory.chmod(0o2770)
    if run.play.older:
        place.destination.chmod(0o600)


@dataclass(frozen=True)
class Seen:
    """How a party was seen to stand."""

    user: int
    umask: str
    terminal: bool


def look_at(party: Party, pid: int) -> Seen:
    """Look whether a held copier stands as it should; it may have chosen an umask of its own by now, as install does.

    Args:
        party: whose copier it is.
        pid: its main process, which we have started: a helper may have left its session, and may be the one that is held.

    Raises:
        HarnessError: it does not.
    """
    own = Path(f"/proc/{pid}")
    status = dict(line.split(":\t", 1) for line in (own / "status").read_text().splitlines() if ":\t" in line)
    fields = (own / "stat").read_text().rpartition(")")[2].split()
    seen = Seen(int(status["Uid"].split()[1]), status["Umask"].strip(), int(fields[4]) > 0)
    wanted = party.standing
    user = wanted.account.user if wanted.account is not None else os.geteuid()
    if (seen.user, seen.terminal) != (user, wanted.terminal):
        raise HarnessError(f"{party.name} was to run like this: {wanted}, and runs like this: {seen}")
    return seen


def note_stood(run: Run, who: str, party: Party, seen: Seen) -> None:
    """Note how a copier of this run stands."""
    run.note(StartedAs, who=who, party=party.name, user=seen.user, umask=seen.umask, terminal=seen.terminal)


@dataclass(frozen=True)
class Owner:
    """Whose a file is."""

    user: int
    mode: int


def owner_of(run: Run) -> Owner | None:
    """Look whose the destination is; None if there is no such file."""
    try:
        status = run.place.destination.lstat()
    except FileNotFoundError:
        return None
    return Owner(status.st_uid, status.st_mode & 0o7777)


def note_owner(run: Run, moment: str, party: str, owner: Owner | None) -> None:
    """Note whose the destination is, if there is one."""
    if owner is not None:
        run.note(OwnerSeen, moment=moment, party=party, user=owner.user, mode=f"{owner.mode:04o}")


def open_up(run: Run, names: Sequence[str]) -> None:
    """Let us remove what a party has closed to everybody; as root we may do so anyway."""
    for name in names:
        path = run.place.root / name
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o700)
