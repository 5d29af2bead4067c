"""Plays with copiers that connect to a server by themselves: their own connection is cut, for good or for a while.

Such a copier has no file of the server open, so there is no call of it on the destination at which it could be held. What
is counted instead are the bytes that it sends. An undisturbed copy tells how many there are. Then, in a run of its own
each, the link lets a quarter, half, three quarters, or nearly all of them through, and nothing more. When the server has
done all that it can do with them, the link is cut. So what is on the server at that moment is the same in every run but
for the few bytes by which one conversation differs from the next.

A copier that does not use the link writes on the server's side: control copiers do, whose faults need no network.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from ContentionLibrary.checks.check import (
    INTERRUPT_LINK,
    LOSE_LINK,
    OUTLAST_CLIENT,
    RESTART_SERVER,
    how_it_ended,
    last_words,
    succeeded,
)
from ContentionLibrary.checks.network import (
    AFTER_HERE,
    BEFORE_HERE,
    CONNECTION_BROKEN,
    CONNECTION_CUT,
)
from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.history.disks import OnFileSystem
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays.failing import note_network
from ContentionLibrary.stage.link import Cut, Link
from ContentionLibrary.stepping.plan import Plan, Stop

if TYPE_CHECKING:
    from ContentionLibrary.scenario.performance import Performance

_MannerT = TypeVar("_MannerT")

AT_ONCE, SHORT = "reset, and there again at once", "silent for a second"
"""How a link is interrupted."""
_SECOND = 1.0
_LOOK_EACH = 0.01  # seconds
_PARTS = ((1, 4), (2, 4), (3, 4), (63, 64))
_NOT_SENT = "the copier ended before it had sent so much, although it sends more when nothing fails"


@dataclass(frozen=True)
class _Point:
    """When something happens to the link: after so many bytes, which are that part of what a copy sends."""

    part: str
    after: int


def sent_undisturbed(lane: Lane) -> int:
    """Make an undisturbed copy, and return how many bytes it has sent to the server; 0 if nothing is to be played.

    Raises:
        NotPossibleHere: there can be no such server, or it does not do here what this copier needs.
    """
    served = lane.served()
    lane.note(OnFileSystem, file_system="sftp", name=served.name, reality=served.reality.value)
    runs_nothing = served.try_login()
    before = served.link.traffic()
    with lane.run(served=served) as run:
        ended = run.start(Plan(Stop.NOWHERE)).run_to_end()
        served.link.come_to_rest()
    sent = served.link.traffic().up - before.up
    if lane.began.older and not lane.subject.profile.replaces:
        return 0
    if not succeeded(ended):
        if runs_nothing:
            raise NotPossibleHere(
                f"{runs_nothing}, and a copy that nobody disturbed ended with {how_it_ended(ended)}: {last_words(ended)}"
            )
        lane.limit(f"{lane.began.title}: an undisturbed copy ended with {how_it_ended(ended)}", blind=True)
        return 0
    if not sent:
        lane.limit(f"{lane.began.title}: the copier has sent nothing over the link", blind=True)
    return sent


def in_turn(manners: Sequence[_MannerT], first: _MannerT) -> Iterator[_MannerT]:
    """Go through manners again and again, from one of them on: different plays of a scenario begin with different ones."""
    at = manners.index(first)
    return itertools.cycle([*manners[at:], *manners[:at]])


def _points(sent: int) -> list[_Point]:
    return [_Point(f"{part}/{whole}", sent * part // whole) for part, whole in _PARTS] if sent else []


def _comes_to(point: _Point, copier: Performance, link: Link) -> bool:
    """Wait until a copier has sent so much, and the server has done with that what it can; False if it ends before."""
    while copier.ended is None and not link.traffic().dammed:
        copier.next(_LOOK_EACH)
    if copier.ended is not None:
        copier.miss(f"{point.part} of the bytes", _NOT_SENT)
        return False
    link.settle()
    return True


# -- for good -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Loss:
    """At which point the link is lost, and how."""

    point: _Point
    how: Cut


def _lose(lane: Lane, number: int, loss: _Loss) -> None:
    link = lane.served().link
    with lane.run(number=number, served=lane.served()) as run:
        run.look_on_this_side(BEFORE_HERE)
        link.dam(loss.point.after)
        copier = run.start(Plan(Stop.NOWHERE))
        if _comes_to(loss.point, copier, link):
            link.cut(loss.how, for_good=True)
            note_network(run, f"{LOSE_LINK} ({loss.how.value}), after {loss.point.part} of the bytes")
        copier.run_to_end()
        link.come_to_rest()
        run.look_after()
        run.look_on_this_side(AFTER_HERE)
        link.come_back()


def _lose_each(first: Cut, lane: Lane, enough: Enough) -> None:
    manners = in_turn(list(Cut), first)
    lane.side_by_side([_Loss(point, next(manners)) for point in _points(sent_undisturbed(lane))], _lose, enough)


# -- for a while --------------------------------------------------------------------------------------------------------


def _reset(link: Link, _copier: Performance) -> None:
    link.cut(Cut.RESET, for_good=False)


def _restart(link: Link, _copier: Performance) -> None:
    link.restart_server()


def _short_silence(link: Link, copier: Performance) -> None:
    link.cut(Cut.SILENT, for_good=False)
    copier.next(_SECOND)


def _long_silence(link: Link, copier: Performance) -> None:
    link.cut(Cut.SILENT, for_good=False)
    while copier.ended is None and link.traffic().connections:
        copier.next(_LOOK_EACH)


@dataclass(frozen=True)
class _Manner:
    """How a link is interrupted: what the history calls it, and what is done from the dam on until it is there again."""

    called: str
    act: Callable[[Link, Performance], None]


_MANNERS = (
    _Manner(f"{INTERRUPT_LINK} ({AT_ONCE})", _reset),
    _Manner(f"{INTERRUPT_LINK} ({SHORT})", _short_silence),
    _Manner(RESTART_SERVER, _restart),
    _Manner(OUTLAST_CLIENT, _long_silence),
)


@dataclass(frozen=True)
class _Interruption:
    """At which point the link is interrupted, and how."""

    point: _Point
    manner: _Manner


def _interrupt(lane: Lane, number: int, one: _Interruption) -> None:
    link = lane.served().link
    with lane.run(number=number, served=lane.served()) as run:
        link.dam(one.point.after)
        copier = run.start(Plan(Stop.NOWHERE))
        if _comes_to(one.point, copier, link):
            note_network(run, f"{one.manner.called}, after {one.point.part} of the bytes")
            one.manner.act(link, copier)
        link.come_back()
        copier.run_to_end()
        link.come_to_rest()


def _interrupt_each(first: int, lane: Lane, enough: Enough) -> None:
    manners = in_turn(_MANNERS, _MANNERS[first])
    points = _points(sent_undisturbed(lane))
    lane.side_by_side([_Interruption(point, next(manners)) for point in points], _interrupt, enough)


# -- the plays ----------------------------------------------------------------------------------------------------------


def lose_connection(play: Play, first: Cut) -> Play:
    """NIS-001: the connection of a copier to the server is cut at each quarter of the transfer, and stays so."""
    return replace(play, kind=CONNECTION_CUT, act=partial(_lose_each, first))


def interrupt_connection(play: Play, first: int) -> Play:
    """NIS-001: the connection of a copier to the server is cut at each quarter of the transfer, and can be made anew."""
    return replace(play, kind=CONNECTION_BROKEN, act=partial(_interrupt_each, first))


def leave_out(lane: Lane, _enough: Enough) -> None:
    """Play nothing of what is about calls on the destination: a copier that connects by itself makes none."""
    lane.limit(
        "no error of a network was emulated: the copier connects to the server by itself, so it has no file there of which "
        "a call could fail; its own connection was really cut"
    )
