"""Plays in which copies are timed, alone and beside competitors in turns, so that the machine's load cancels.

All copiers of a sample stand at their first step before the clock starts: what it takes to start a program is left
out. Each contended sample has an uncontended copy just before it and just after it. There are as many rounds as it
takes for the pairs to tell (`checks.pairs`), and a bound that is the same for all copiers.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

from ContentionLibrary.checks.pairs import LEAD, MOST_PAIRS
from ContentionLibrary.checks.throughput import (
    BESIDE_COPIES,
    BESIDE_READERS,
    BESIDE_RIVALS,
    BESIDE_WRITERS,
    BESIDE_YARDSTICK,
    is_decided,
)
from ContentionLibrary.competitors.pool import Competitor
from ContentionLibrary.copiers.running import command_line
from ContentionLibrary.copiers.shelf import load
from ContentionLibrary.history.cast import COPIERS, NAMES, SENT, THE_COPIER, UNDER_TEST
from ContentionLibrary.history.copies import CopyEnded, Ending
from ContentionLibrary.history.figures import Compared, Job, Measured, Timed
from ContentionLibrary.scenario.baselines import baseline_path, read_baseline, write_baseline
from ContentionLibrary.scenario.file_systems import file_system_of
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.performance import Performance
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays.together import gather, run_all_to_end
from ContentionLibrary.scenario.run import OPERATION_LIMIT, Run
from ContentionLibrary.stepping.plan import Plan, Stop

_MEASURING = 60.0
"""Seconds after which no round begins beyond those without which nothing can be told; a quiet machine takes a tenth of it."""
_MEET_WITHIN = 1.0  # seconds that each copier gets to come to its first step, however fast they usually are
_MEET_FACTOR = 3.0  # so many times as long as the slowest one took alone; who has not come then may wait for the others
_FREELY = Plan(Stop.FIRST, with_data=False)
"""Who is timed is held at its first step, to begin together with others, and then left alone, also at its data."""
_YARDSTICK = "good/simple"
_YARDSTICK_ROUNDS = LEAD
_WRITER = 51  # writes the files of competitors that have nothing to do with the copy


class _Meeting:
    """Lets copiers go together from their first steps, and learns how long they need to come there."""

    def __init__(self) -> None:
        self._slowest = 0.0
        self._somebody_waits = False  # before its first step, for one that stands there
        self.has_hung = False  # a copier has; each further one would take all its time too

    def gather(self, start: Callable[[], list[Performance]]) -> Callable[[], tuple[float, list[Job]]]:
        """Start copiers and wait until they stand; return what lets them go, and waits for their ends."""
        began = time.monotonic()
        copiers = start()
        least = 0.0 if self._somebody_waits else _MEET_WITHIN
        patience = len(copiers) * max(least, _MEET_FACTOR * self._slowest)
        holds = gather(copiers, patience)
        took = time.monotonic() - began
        if len(holds) == len(copiers):
            self._slowest = max(self._slowest, took / len(copiers))
        elif any(copier.ended is None for number, copier in enumerate(copiers) if number not in holds):
            self._somebody_waits = True

        def run_to_end() -> tuple[float, list[Job]]:
            let_go = copiers[0].now()
            for number, hold in holds.items():
                copiers[number].release(hold)
            ends = run_all_to_end(copiers)
            self.has_hung |= any(ended.ending is Ending.HUNG for ended in ends)
            came = [took if number in holds else 0.0 for number in range(len(copiers))]
            return let_go, [_job(ended, first, let_go) for ended, first in zip(ends, came, strict=True)]

        return run_to_end


def _job(ended: CopyEnded, came: float, let_go: float) -> Job:
    succeeded = ended.ending is Ending.SUCCESS
    return Job(came, max(0.0, ended.ended - let_go), succeeded, ended.processor, ended.read, ended.written)


Crowd = Callable[[Lane, int, int, _Meeting], None]
"""Times copies in a round beside so many competitors, and notes them."""


def _note(
    run: Run, number: int, competitors: int, jobs: Sequence[Job], *, others: float = 0, together: float = 0
) -> None:
    run.note(
        Timed,
        round=number,
        competitors=competitors,
        jobs=tuple(jobs),
        others=others,
        together=together,
        demanded=run.profile.keeps_throughput,
    )


def _in_turns(crowd: Crowd, lane: Lane, enough: Enough) -> None:
    """Alone, beside some competitors, alone, beside more of them, alone, and so on, round by round."""
    meeting = _Meeting()
    began = time.monotonic()
    _alone(lane, 1, meeting)
    for number in range(1, MOST_PAIRS + 1):
        for competitors in lane.scale.paces:
            crowd(lane, number, competitors, meeting)
            _alone(lane, number, meeting)
        tells = is_decided(lane.noted()) if lane.subject.name == UNDER_TEST else enough()
        if meeting.has_hung or (number >= LEAD and (tells or time.monotonic() > began + _MEASURING)):
            return


def _alone(lane: Lane, number: int, meeting: _Meeting) -> None:
    with lane.run(size=lane.scale.timed) as run:
        _, jobs = meeting.gather(lambda: [run.start(_FREELY)])()
        _note(run, number, 0, jobs)


def _beside_copies(lane: Lane, number: int, competitors: int, meeting: _Meeting) -> None:
    with ExitStack() as entered:
        runs = [entered.enter_context(lane.run(size=lane.scale.timed)) for _ in range(competitors + 1)]
        _, jobs = meeting.gather(lambda: [run.start(_FREELY) for run in runs])()
        _note(runs[0], number, competitors, jobs)


def _beside_rivals(lane: Lane, number: int, competitors: int, meeting: _Meeting) -> None:
    with lane.run(rivals=competitors, size=lane.scale.timed) as run:

        def start() -> list[Performance]:
            sources = [run.place.source, *(run.place.rival_source(rival + 1) for rival in range(competitors))]
            return [
                run.start(_FREELY, who, source, NAMES[SENT[who]]) for who, source in zip(COPIERS, sources, strict=False)
            ]

        _, jobs = meeting.gather(start)()
        _note(run, number, competitors, jobs)


def _begin_reading(run: Run, reader: Competitor, number: int, turn: str) -> None:
    reader.begin("read", path=str(run.place.source))


def _begin_writing(run: Run, writer: Competitor, number: int, turn: str) -> None:
    path = run.place.destination.parent / f"of others {number}, {turn}"  # to write over a file is another work
    writer.begin("replace", path=str(path), writer=_WRITER, generation=number, size=run.size, durable=True)


@dataclass(frozen=True)
class _Others:
    """Competitors that are no copiers: how they are called, and what makes one of them begin."""

    called: str
    begin: Callable[[Run, Competitor, int, str], None]


_READERS, _WRITERS = _Others("reader", _begin_reading), _Others("writer", _begin_writing)


def _beside_others(kind: _Others, lane: Lane, number: int, competitors: int, meeting: _Meeting) -> None:
    """Competitors do something by themselves, all at once, then the same beside a copier, and by themselves again."""
    others = [lane.competitor(f"{kind.called} {which}") for which in range(1, competitors + 1)]
    with lane.run(size=lane.scale.timed) as run:
        run_to_end = meeting.gather(lambda: [run.start(_FREELY)])

        def begin(turn: str) -> float:
            began = run.now()
            for which, other in enumerate(others, 1):
                kind.begin(run, other, which, turn)
            return began

        def end() -> float:
            return max(run.at(other.result(OPERATION_LIMIT).ended / 1e9) for other in others)

        before = -begin("before") + end()
        begin("beside a copy")
        let_go, jobs = run_to_end()
        together = end() - let_go
        after = -begin("after") + end()
        _note(run, number, competitors, jobs, others=math.sqrt(before * after), together=together)


def _against_yardstick(lane: Lane, enough: Enough) -> None:
    """The copier and the yardstick in turns; then the ratios are compared with those of the baseline.

    A control copier has no baseline: it is compared with the yardstick itself, which is 1 by definition.
    """
    meeting = _Meeting()
    yardstick = load(_YARDSTICK)

    def seconds(*, of_yardstick: bool) -> float:
        with lane.run(size=lane.scale.timed) as run:
            place = run.place
            words = command_line(yardstick, place.source, place.destinations[:1], place.root) if of_yardstick else ()
            gathered = meeting.gather(lambda: [run.start(_FREELY, THE_COPIER, command=tuple(words))])
            _, (job,) = gathered()
            return job.seconds if job.succeeded else 0.0

    ratios = []
    before = seconds(of_yardstick=True)
    for _ in range(_YARDSTICK_ROUNDS):
        own, after = seconds(of_yardstick=False), seconds(of_yardstick=True)
        if min(before, own, after) > 0:
            ratios.append((before * after) ** 0.5 / own)
        before = after
        if enough() or meeting.has_hung:
            break
    with lane.run(size=lane.scale.timed) as run:
        run.start(Plan(with_data=False)).run_to_end()
        _note_compared(lane, run, tuple(ratios))


def _note_compared(lane: Lane, run: Run, ratios: tuple[float, ...]) -> None:
    if lane.subject.name != UNDER_TEST:
        run.note(Compared, ratios=ratios, before=(1.0,) * _YARDSTICK_ROUNDS, path="")
        return
    path = baseline_path(run.profile, f"{run.size} bytes", file_system_of(run.place.root.parent))
    before = read_baseline(path)
    if not before and lane.forgets:
        lane.limit("there is no baseline of this copier on this machine, and none was to be made")
    elif not before and len(ratios) == _YARDSTICK_ROUNDS:
        write_baseline(path, ratios)
        lane.limit(f"there was no baseline of this copier on this machine; it has been made: {path}")
    run.note(Compared, ratios=ratios, before=before, path=str(path) if before else "")
    for name, values in (("speed against the yardstick", ratios), ("the same in the baseline", before)):
        for value in values:
            run.note(Measured, name=name, value=round(value, 3), unit="times")


def _play(kind: str, act: Callable[[Lane, Enough], None]) -> Play:
    return Play(kind, kind, kind, act, stepped=False, interferes=False, fresh=True)


def beside_readers() -> Play:
    """TDA-001: copies beside readers of their source."""
    return _play(BESIDE_READERS, partial(_in_turns, partial(_beside_others, _READERS)))


def beside_writers() -> Play:
    """TDA-001: copies beside writers of other files in the same directory."""
    return _play(BESIDE_WRITERS, partial(_in_turns, partial(_beside_others, _WRITERS)))


def beside_rivals() -> Play:
    """TDA-001: copies with rivals for their destination."""
    return _play(BESIDE_RIVALS, partial(_in_turns, _beside_rivals))


def beside_copies() -> Play:
    """TDA-001: copies beside others to other destinations."""
    return _play(BESIDE_COPIES, partial(_in_turns, _beside_copies))


def against_yardstick() -> Play:
    """TDA-001: copies in turns with a yardstick, against the baseline."""
    return _play(BESIDE_YARDSTICK, _against_yardstick)
