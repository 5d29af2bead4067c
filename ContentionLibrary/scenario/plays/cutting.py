"""Plays in which the link to a real server is cut, for good or for a while, when a copier stands at a chosen step.

The copier is held before each quarter of its data, and before the step that gives the copy its name. Then all that it
has written so far is let arrive, the link is cut, and it is let go. So what is on the server at that moment is the same in
every run. Files are looked at on the server's side. When the copier has ended the link comes back, and the same copy is run again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from ContentionLibrary.checks.check import INTERRUPT_LINK, LOSE_LINK, OUTLAST_CLIENT, RESTART_SERVER
from ContentionLibrary.checks.network import (
    AFTER_HERE,
    BEFORE_HERE,
    LINK_BROKEN,
    LINK_CUT,
    LOST_ANSWERS,
)
from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.history.cast import UNDER_TEST
from ContentionLibrary.history.disks import OnFileSystem
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.performance import Performance
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays import connecting
from ContentionLibrary.scenario.plays.failing import fail_steps, note_network, rehearse
from ContentionLibrary.scenario.plays.faults import verb_of
from ContentionLibrary.stage.link import Cut
from ContentionLibrary.stepping.control import Hold
from ContentionLibrary.stepping.linux.calls import DATA_VERBS, Verb
from ContentionLibrary.stepping.plan import Plan, Stop

if TYPE_CHECKING:
    from ContentionLibrary.stage.share import Share

_MOST = 4 << 20
"""Bytes of a file: where a link is cut is told in quarters."""
_SHORT = 1.0  # seconds of silence that a client does not take for a loss
_LOOK_EACH = 0.02  # seconds
_FIRST = " the first bytes of "
_NAMING = (Verb.RENAME, Verb.LINK)
_OVER = {False: "into an empty place", True: "over an older version"}
_EMULATED = "errors of a network were emulated too, by answering the calls of the copier"


def points_to_cut(holds: list[Hold]) -> list[str]:
    """Choose the steps at which the link is cut: each quarter of the data, and the one that makes the copy official."""
    data = [hold.step for hold in holds if verb_of(hold) in DATA_VERBS]
    quarters = [step for step in data if _FIRST not in step] or data
    naming = [hold.step for hold in holds if verb_of(hold) in _NAMING]
    closing = [hold.step for hold in holds if verb_of(hold) is Verb.CLOSE and hold.written]
    return [*quarters, *(naming or closing)[-1:]]


def share_or_limit(lane: Lane) -> Share | None:
    """Return the lane's share; None when there can be none here, which becomes a part of the verdict."""
    try:
        share = lane.share()
        share.mount(reconnect=False)
    except NotPossibleHere as reason:
        lane.limit(f"no link to a real SFTP server was used ({reason}); what else is there speaks for it")
        return None
    lane.note(OnFileSystem, file_system="sshfs", name=share.name, reality=share.reality.value)
    return share


def emulated(play: Play) -> Play:
    """Return a play in which the network is emulated, and which says so in the verdict."""

    def emulate(lane: Lane, enough: Enough) -> None:
        lane.limit(_EMULATED)
        play.act(lane, enough)

    return replace(play, act=emulate, connecting=replace(play, act=connecting.leave_out))


def _points_on(lane: Lane, share: Share) -> list[str]:
    """Hold an undisturbed copy to the server at each step, and return at which of them the link is to be cut."""
    points = points_to_cut(rehearse(lane, share=share)[0])
    if not points and (lane.subject.profile.replaces or not lane.began.older):
        lane.limit(
            f"{lane.began.title}: an undisturbed copy came to no step at which the link could be cut", blind=True
        )
    return points


# -- for good -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Loss:
    """At which step the link is lost, and how."""

    step: str
    how: Cut


def _lose(lane: Lane, number: int, loss: _Loss) -> None:
    share = lane.share()
    share.mount(reconnect=False)
    with lane.run(number=number, share=share) as run:
        run.look_on_this_side(BEFORE_HERE)
        copier = run.start(Plan(Stop.NAMED, (loss.step,)))
        hold = copier.reach(loss.step)
        if hold is None:
            return
        share.settle()
        share.lose(loss.how)
        note_network(run, f"{LOSE_LINK} ({loss.how.value})", hold.step)
        copier.release(hold)
        copier.run_to_end()
        run.look_after()
        run.look_on_this_side(AFTER_HERE)
        share.link.come_back()
        share.mount(reconnect=False)


def _lose_each(first: Cut, lane: Lane, enough: Enough) -> None:
    share = share_or_limit(lane)
    if share is None:
        return
    # A control shows its fault at once, too: it need not wait until a client finds out that nobody answers.
    cuts = [cut for cut in Cut if cut is not Cut.SILENT or lane.subject.name == UNDER_TEST]
    manners = connecting.in_turn(cuts, first)
    lane.side_by_side([_Loss(step, next(manners)) for step in _points_on(lane, share)], _lose, enough)


# -- for a while --------------------------------------------------------------------------------------------------------


def _reset(share: Share, copier: Performance, hold: Hold) -> None:
    share.interrupt(lambda: share.link.cut(Cut.RESET, for_good=False))
    copier.release(hold)


def _restart(share: Share, copier: Performance, hold: Hold) -> None:
    share.interrupt(share.link.restart_server)
    copier.release(hold)


def _short_silence(share: Share, copier: Performance, hold: Hold) -> None:
    share.link.cut(Cut.SILENT, for_good=False)
    copier.release(hold)
    copier.next(_SHORT)
    share.link.come_back()


def _long_silence(share: Share, copier: Performance, hold: Hold) -> None:
    share.link.cut(Cut.SILENT, for_good=False)
    copier.release(hold)
    while copier.ended is None and share.link.traffic().connections:
        copier.next(_LOOK_EACH)
    share.link.come_back()


@dataclass(frozen=True)
class _Manner:
    """How a link is interrupted: what the history calls it, and what is done from the hold on until it is there again."""

    called: str
    act: Callable[[Share, Performance, Hold], None]


_MANNERS = (
    _Manner(f"{INTERRUPT_LINK} ({connecting.AT_ONCE})", _reset),
    _Manner(f"{INTERRUPT_LINK} ({connecting.SHORT})", _short_silence),
    _Manner(RESTART_SERVER, _restart),
    _Manner(OUTLAST_CLIENT, _long_silence),
)


@dataclass(frozen=True)
class _Interruption:
    """At which step the link is interrupted, and how."""

    step: str
    manner: _Manner


def _interrupt(lane: Lane, number: int, one: _Interruption) -> None:
    share = lane.share()
    share.mount(reconnect=True)
    with lane.run(number=number, share=share) as run:
        copier = run.start(Plan(Stop.NAMED, (one.step,)))
        hold = copier.reach(one.step)
        if hold is None:
            return
        share.settle()
        note_network(run, one.manner.called, hold.step)
        one.manner.act(share, copier, hold)
        copier.run_to_end()
        share.come_to_rest()


def _interrupt_each(first: int, lane: Lane, enough: Enough) -> None:
    share = share_or_limit(lane)
    if share is None:
        return
    manners = connecting.in_turn(_MANNERS, _MANNERS[first])
    lane.side_by_side([_Interruption(step, next(manners)) for step in _points_on(lane, share)], _interrupt, enough)


# -- the plays ----------------------------------------------------------------------------------------------------------


def lose_link(*, older: bool) -> Play:
    """NIS-001: the link to the server is cut at each quarter of the transfer, and stays so."""
    title = f"copy {_OVER[older]} on a server that is lost for good"
    first = Cut.RESET if older else Cut.CLOSED
    play = Play(
        title, LINK_CUT, title, partial(_lose_each, first), older, stepped=False, interferes=False, at_most=_MOST
    )
    return replace(play, connecting=connecting.lose_connection(play, first))


def interrupt_link(*, older: bool) -> Play:
    """NIS-001: the link to the server is cut at each quarter of the transfer, and comes back."""
    title = f"copy {_OVER[older]} on a server that is lost for a while"
    first = 2 if older else 0
    act = partial(_interrupt_each, first)
    play = Play(title, LINK_BROKEN, title, act, older, stepped=False, interferes=False, at_most=_MOST)
    return replace(play, connecting=connecting.interrupt_connection(play, first))


def answer_with_loss(*, older: bool) -> Play:
    """NIS-001: each call on the destination is answered as the clients of a lost server answer it."""
    return emulated(replace(fail_steps("a network that is cut", older=older), kind=LOST_ANSWERS))
