"""Plays in which the other side of a share copies to the very file that a copier copies to.

A client copies as Windows does: it opens the destination, emptied, shared with nobody, writes it from begin to end, and
closes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ContentionLibrary.checks.beside_clients import AT_EVERY_STEP, BEGIN, COPY, GO_ON, IN_THE_MIDDLE
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays.disturbing import disturb_at_every_step
from ContentionLibrary.scenario.plays.sharing import AT_MOST, CONTENT, OtherSide, at, sees_reads
from ContentionLibrary.scenario.run import OPERATION_LIMIT
from ContentionLibrary.stepping.plan import Plan, Stop

if TYPE_CHECKING:
    from ContentionLibrary.scenario.run import Run
    from ContentionLibrary.stepping.control import Hold

EMPTIED: dict[str, Any] = {"wants": ["write"], "shares": [], "disposition": "overwrite or create"}
"""How they open the destination for that."""
_QUARTERS = 4


def _copy_at_every_step(lane: Lane, enough: Enough) -> None:
    """For each step a fresh run: the other side copies whole to the destination while the copier is held before it."""
    samba = lane.samba()

    def disturb(lane: Lane, run: Run, hold: Hold) -> None:
        other = OtherSide(lane, samba)
        other.read(run, "copies", hold.step)
        other.copy(run, "copies", COPY, hold.step)

    # Who gives the destination the source's own inode must not let the client write into what other runs share.
    disturb_at_every_step(lane, disturb, enough, own_source=True, stage=samba.root, with_reads=sees_reads(lane))


def _copy_in_the_middle(lane: Lane, enough: Enough) -> None:
    """A client's copy has come to a quarter of the file when the copier runs whole; then it goes on."""
    samba = lane.samba()

    def one(lane: Lane, number: int, quarter: int) -> None:
        client = lane.competitor("client that copies")
        with lane.run(number=number, own_source=True, stage=samba.root) as run:
            written, place = run.size * quarter // _QUARTERS, at(samba, run.place.destination)
            run.act(client, "share_open", BEGIN, target=f"{quarter} of {_QUARTERS} quarters", **place, **EMPTIED)
            client.do("share_write", OPERATION_LIMIT, **CONTENT, length=written)
            run.start(Plan(Stop.NOWHERE)).run_to_end()
            run.act(client, "share_write", GO_ON, **CONTENT, start=written, length=run.size - written)
            client.do("share_close", OPERATION_LIMIT)

    lane.side_by_side(range(_QUARTERS + 1), one, enough)


def copy_at_every_step(*, older: bool) -> Play:
    """CPS-001: somebody copies to the destination from the other side of a share at every step."""
    where = "over an older version" if older else "into an empty place"
    title = f"copy into a share {where}, and one from its other side at every step"
    return Play(title, AT_EVERY_STEP, title, _copy_at_every_step, older, fresh=True, at_most=AT_MOST)


def copy_in_the_middle() -> Play:
    """CPS-001: the copier runs in the middle of a client's copy."""
    title = "copy into a share in the middle of a client's copy"
    return Play(title, IN_THE_MIDDLE, title, _copy_in_the_middle, older=True, stepped=False, at_most=AT_MOST)
