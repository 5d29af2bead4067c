"""As whom a program runs, and in which surroundings: account, umask, and a terminal or none.

On this side stand only facts; `linux.taking_on` gives them to a process.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    """A user that a program runs as, by numbers; nobody needs to have a name for them.

    Args:
        user: the user's number.
        group: number of the user's own group.
        groups: the further groups.
    """

    user: int
    group: int
    groups: tuple[int, ...] = ()


@dataclass(frozen=True)
class Standing:
    """How a program stands in the system.

    Args:
        umask: which permissions its new files do not get.
        terminal: it has a terminal of its own, at which somebody sits who answers `n` to whatever is asked. Else it has none,
            and its input is empty.
        account: as whom it runs; None for whoever we are.
        readable: files and directories outside the stage that it has to read, wherever they lie: its program.
    """

    umask: int
    terminal: bool
    account: Account | None = None
    readable: tuple[str, ...] = ()

    def surroundings(self, environment: dict[str, str]) -> dict[str, str]:
        """Return the environment of a program that stands so: nobody has the home, the terminal or the temporary files of another one."""
        own = {name: value for name, value in environment.items() if name != "TERM"}
        if self.terminal:
            own["TERM"] = "xterm"
        if self.account is not None:
            own["HOME"] = "/"
            own.pop("TMPDIR", None)
        return own


def standing_from_wire(told: dict[str, object] | None) -> Standing | None:
    """Read what `dataclasses.asdict` made of a standing."""
    if told is None:
        return None
    facts: dict[str, object] = dict(told)
    account = facts["account"]
    if isinstance(account, dict):
        facts["account"] = Account(account["user"], account["group"], tuple(account["groups"]))
    readable = facts["readable"]
    assert isinstance(readable, list | tuple)
    facts["readable"] = tuple(readable)
    return Standing(**facts)  # type: ignore[arg-type] # the fields of a standing, as they were told
