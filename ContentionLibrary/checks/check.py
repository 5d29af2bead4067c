"""What a check is: a pure function that finds what must not be in a history, and the copier that proves it can."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from ContentionLibrary.checks.signal_names import signal_name, signal_number
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.history.acts import Acted, ToldToEnd
from ContentionLibrary.history.cast import AFTERWARDS, OLDER, THE_COPIER
from ContentionLibrary.history.copies import BARRED, FAILED, KILLED, CopyEnded, Ending, StepLeft
from ContentionLibrary.history.events import PlayBegan
from ContentionLibrary.history.looks import Looked, Sized
from ContentionLibrary.history.recording import History

_CRASHES = tuple(
    signal_number(name)
    for name in ("SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGPIPE", "SIGSEGV", "SIGSYS", "SIGXCPU", "SIGXFSZ")
)
_LINES_KEPT = 3
_IS_THERE = ("exists", "already")
_DELETIONS = ("delete ", "remove ")

BREAKS_EVERY_PROMISE = "faulty/breaks-every-promise"
"""The control of the checks that every scenario makes of failed copies: one copier, so that it has to be played once."""

SIGNAL = "send"
"""How the operation of somebody who sends the copier a signal is called; what is sent follows."""
LEAVE_ROOM = "leave room for"
"""How the operation of a file system is called that was made to run full; what there is room for follows."""
LOSE_LINK = "cut the link to the server for good"
"""How the operation of a network is called that a copier has no chance against; how it was cut follows."""
INTERRUPT_LINK = "interrupt the link to the server"
"""How the operation of a network is called that comes back; how it was interrupted follows."""
RESTART_SERVER = "restart the server"
OUTLAST_CLIENT = "let the server be silent until its client gives up"
FAIL_DISK = "fail all that is written"
"""How the operation of a server's disk is called; whose it is follows."""
THE_DISK = "the server's disk"
"""Who does that."""
THE_NETWORK = "the network"
"""Who does whatever happens to a link."""
RESET_CONNECTION = "reset the connection"
"""How operations of a network begin after which it is chance whether the very next call on the server fails too."""


@dataclass(frozen=True)
class Check:
    """One check.

    Args:
        name: stands in findings and in the table of checks.
        forbids: what it finds, in one sentence.
        judge: looks at the history of one subject and returns its findings.
        letter: the letter of the guarantee card that this check measures, if it measures one.
        control: profile name of the faulty copier that it must catch; by play where they differ, `*` for all others.
    """

    name: str
    forbids: str
    judge: Callable[[History], list[Finding]]
    letter: str | None
    control: dict[str, str]

    def control_for(self, play: str) -> str | None:
        """Return the faulty copier that this check must catch in a play; None if it makes no sense there."""
        return self.control.get(play, self.control.get("*"))


@dataclass(frozen=True)
class Run:
    """All events of one run of one play, and what the play had in common."""

    play: PlayBegan
    number: int
    events: History

    @cached_property
    def size(self) -> int:
        """Bytes of every content in this run."""
        return next((event.size for event in self.events.of(Sized)), self.play.size)

    def ended(self, who: str = THE_COPIER) -> CopyEnded | None:
        """Return how a copier of this run ended; None if it was never started."""
        return next((event for event in self.events.of(CopyEnded) if event.who == who), None)

    def looked(self, moment: str) -> Looked | None:
        """Return the last look at a moment."""
        found = [event for event in self.events.of(Looked) if event.moment == moment]
        return found[-1] if found else None

    def acted(self, *operations: str) -> list[Acted]:
        """Return what competitors did, of some operations if any are named."""
        return [act for act in self.events.of(Acted) if not operations or act.operation in operations]

    def acted_first(self, beginning: str) -> Acted | None:
        """Return the first act whose operation begins like this; None if there is none."""
        return next((act for act in self.events.of(Acted) if act.operation.startswith(beginning)), None)

    def disturbed_ends(self) -> list[CopyEnded]:
        """Return how each copier ended, without those that ran alone afterwards."""
        return [ended for ended in self.events.of(CopyEnded) if ended.who not in AFTERWARDS]

    @property
    def was_killed(self) -> bool:
        """Whether we have killed a copier of this run: what it leaves then is no fault of its clean-up."""
        return any(left.how.startswith(KILLED) for left in self.events.of(StepLeft))

    @property
    def was_told_to_end(self) -> bool:
        """Whether somebody has sent a copier of this run a signal."""
        return bool(self.events.of(ToldToEnd)) or any(
            act.operation.startswith(f"{SIGNAL} ") for act in self.events.of(Acted)
        )

    @property
    def could_not_clean_up(self) -> bool:
        """Whether a copier of this run had no chance: killed, barred from every change, or refused a deletion."""
        return self.was_without_server or any(
            left.how.startswith((KILLED, BARRED)) or (left.how.startswith(FAILED) and left.step.startswith(_DELETIONS))
            for left in self.events.of(StepLeft)
        )

    @property
    def was_without_server(self) -> bool:
        """Whether a copier of this run may have had no server, or none with a disk, when it wanted to clean up."""
        unsure = (OUTLAST_CLIENT, RESET_CONNECTION, FAIL_DISK)
        return self.lost_the_link or any(act.operation.startswith(unsure) for act in self.events.of(Acted))

    @property
    def lost_the_link(self) -> bool:
        """Whether the server was out of reach from some moment on, until all copiers had ended."""
        return any(act.operation.startswith(LOSE_LINK) for act in self.events.of(Acted))

    @property
    def lost_its_connection(self) -> bool:
        """Whether the copier's own connection was broken while nobody held it: which process of it ends first is chance."""
        broken = (LOSE_LINK, INTERRUPT_LINK, RESTART_SERVER, OUTLAST_CLIENT)
        return any(act.step is None and act.operation.startswith(broken) for act in self.events.of(Acted))

    def kept_its_rule(self, ended: CopyEnded | None) -> bool:
        """Tell whether a copier that never replaces a file has refused for that reason.

        It may look first, and then it refuses before its first step. Or it lets link, O_EXCL or the like decide, which is
        safer: then it refuses after many steps, says that it was busy or that the file exists, and leaves that whole.
        """
        if not self.play.older or self.play.replaces or ended is None or not said_no(ended):
            return False
        return not ended.steps or (self._kept_the_older and _says_it_is_there(ended))

    @property
    def _kept_the_older(self) -> bool:
        """Whether every destination held the older version, whole, when all copiers had ended."""
        look = self.looked("after")
        there = look.destinations if look is not None else (None,)
        return all(sighting is not None and sighting.is_whole(OLDER, self.size) for sighting in there)

    @property
    def where(self) -> str:
        """Say in which play this was, what a file system had room for, and what a network did all the time, for messages."""
        full = self.acted_first(LEAVE_ROOM)
        if full is None:
            weather = [act.operation for act in self.acted() if act.who == THE_NETWORK and act.step is None]
            return "; ".join([self.play.title, *(f"{THE_NETWORK}'s act '{operation}'" for operation in weather)])
        whose = f" at {full.target}" if self.play.further else ""
        return f"{self.play.title}; {full.who}{whose} had room for {full.operation.removeprefix(LEAVE_ROOM).strip()}"


def runs_of(history: History) -> list[Run]:
    """Divide a history into its runs, in order."""
    plays = {event.play: event for event in history.of(PlayBegan)}
    grouped: dict[tuple[str, int], History] = {}
    for event in history:
        if not isinstance(event, PlayBegan):
            grouped.setdefault((event.play, event.run), History()).add(event)
    in_order = list(plays)
    known = [(play, number) for play, number in grouped if play in plays]
    known.sort(key=lambda key: (in_order.index(key[0]), key[1]))  # runs side by side end in any order
    return [Run(plays[play], number, grouped[play, number]) for play, number in known]


def succeeded(ended: CopyEnded | None) -> bool:
    """Tell whether a copier reported success."""
    return ended is not None and ended.ending is Ending.SUCCESS


def said_no(ended: CopyEnded | None) -> bool:
    """Tell whether a copier ended by itself with a refusal or an error."""
    return ended is not None and ended.ending in (Ending.BUSY, Ending.ERROR)


def _says_it_is_there(ended: CopyEnded) -> bool:
    """Tell whether a refusal is for what is at the destination: its exit code means busy, or its words say so."""
    return ended.ending is Ending.BUSY or any(words in ended.message.casefold() for words in _IS_THERE)


def crashed(ended: CopyEnded | None) -> bool:
    """Tell whether a copier was ended by a fault of its own, e.g. SIGBUS when a file that it had mapped was cut."""
    return ended is not None and ended.ending is Ending.KILLED and ended.signal in _CRASHES


def how_it_ended(ended: CopyEnded) -> str:
    """Name the exit code, or the signal that ended the copier."""
    if ended.signal is None:
        return f"exit code {ended.exit_code}"
    name = signal_name(ended.signal)
    return f"signal {ended.signal} ({name})" if name else f"signal {ended.signal}"


def last_words(ended: CopyEnded) -> str:
    """Shorten what a copier said to one line.

    Some programs begin with the cause and some end with it, so the first and the last line are kept. Empty if it said
    nothing.
    """
    lines = [line.strip() for line in ended.message.splitlines() if line.strip()]
    if len(lines) < _LINES_KEPT:
        return " / ".join(lines)
    return f"{lines[0]} ... {lines[-1]}"


def before_step(step: str | None) -> str:
    """Begin a sentence with the moment: which step a held copier was about to do."""
    return f"While the copier stood before its step '{step}', " if step else ""
