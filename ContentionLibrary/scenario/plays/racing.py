"""Plays in which copiers start from one point for one destination and run freely.

What such a race shows is partly chance. So it is counted and reported how often the copiers truly met, and the plays
of `rivalry`, which hold one of them, decide.
"""

from __future__ import annotations

from functools import partial

from ContentionLibrary.checks.meeting import interval, were_at_work_together
from ContentionLibrary.history.cast import COPIERS, NAMES, SENT
from ContentionLibrary.history.copies import CopyEnded
from ContentionLibrary.history.figures import Measured
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays.together import gather, run_all_to_end
from ContentionLibrary.scenario.run import Run
from ContentionLibrary.stepping.plan import Plan, Stop

_COME_WITHIN, _COME_SOON = 2.0, 0.2
"""Seconds that each copier gets to come to its first step; and once one was seen to wait before it for those that stand."""
_COPIES_FOR_A_ROUND = 10
"""So many copies are raced for each round of the scale: the more copiers in a race, the fewer rounds."""


def _race(count: int, lane: Lane, enough: Enough) -> None:
    """All copiers meet at their first step on the stage, are let go together, and run freely, round after round.

    They are watched, because those that happened to run one after the other have not raced.
    """
    rounds = lane.scale.rounds if count == 2 else lane.scale.rounds * _COPIES_FOR_A_ROUND // count
    hits, patience = 0, _COME_WITHIN * count
    for number in range(1, rounds + 1):
        with lane.run(rivals=count - 1) as run:
            hits += were_at_work_together(_race_once(run, count, patience))
            if not run.noted(Measured):
                patience = _COME_SOON * count
        if number == rounds or enough():
            _note_hits(run, hits, number)
            return


def _race_once(run: Run, count: int, patience: float) -> list[CopyEnded]:
    """Let copiers go from their first steps. One that waits before it for another that stands there comes too late."""
    copiers = []
    for number, who in enumerate(COPIERS[:count]):
        source = run.place.rival_source(number) if number else run.place.source
        copiers.append(run.start(Plan(Stop.FIRST, observe=True), who, source, NAMES[SENT[who]]))
    begun = []
    for number, hold in gather(copiers, patience).items():
        copiers[number].release(hold)
        begun.append(run.now())
    if len(begun) == count:
        run.note(Measured, name="start skew", value=(begun[-1] - begun[0]) * 1e6, unit="µs")
    return run_all_to_end(copiers)


def _note_hits(run: Run, hits: int, rounds: int) -> None:
    least, most = interval(hits, rounds)
    run.note(Measured, name="rounds", value=rounds, unit="")
    run.note(Measured, name="rounds in which copiers met", value=hits, unit="")
    run.note(Measured, name="share of rounds in which copiers meet, at least (95 %)", value=least * 100, unit="%")
    run.note(Measured, name="share of rounds in which copiers meet, at most (95 %)", value=most * 100, unit="%")


def race(count: int, *, older: bool) -> Play:
    """WDR-002 (two copiers), SAP-001 (more of them): they start from one point and run freely."""
    over = "over an older version" if older else "into an empty place"
    title = f"{'two' if count == 2 else count} copies {over}, free race"
    kind = "race" if count == 2 else "race of many"
    return Play(
        title,
        kind,
        title,
        partial(_race, count),
        older,
        interferes=False,
        fresh=True,
        competitors=count,
        with_competitors=partial(race, older=older),
        free=True,
    )
