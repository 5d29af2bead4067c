"""One run of a play: a fresh place, the copiers at work in it, the competitors, and all that is noted about them."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from ContentionLibrary.content.judge import judge_file
from ContentionLibrary.copiers import running
from ContentionLibrary.copiers.profile import Profile
from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.history.acts import Acted, Answer
from ContentionLibrary.history.cast import (
    COPIERS,
    NAMES,
    NEIGHBOURS,
    OLDER,
    SENT,
    SOURCE,
    THE_COPIER,
    UNDER_TEST,
)
from ContentionLibrary.history.copies import Way
from ContentionLibrary.history.events import Event, PlayBegan
from ContentionLibrary.history.looks import Entry, Looked, Sized, SourceSeen
from ContentionLibrary.scenario.performance import Performance
from ContentionLibrary.scenario.place import Arrangement, Contents, FileState, Place, entries_below, renamed
from ContentionLibrary.scenario.second_try import SecondTry
from ContentionLibrary.scenario.task import Task
from ContentionLibrary.stepping.control import Controlled, Hold
from ContentionLibrary.stepping.limits import Limit
from ContentionLibrary.stepping.plan import Plan, Program, Watch
from ContentionLibrary.stepping.standing import Standing

if TYPE_CHECKING:
    from ContentionLibrary.competitors.pool import Competitor
    from ContentionLibrary.competitors.report import Report
    from ContentionLibrary.scenario.scenario import Scenario
    from ContentionLibrary.scenario.settings import Subject
    from ContentionLibrary.scenario.state import State

_EventT = TypeVar("_EventT", bound=Event)

_AT_REST = ("after", "repaired", "recovered")
"""Moments at which nobody is at work on the stage any more."""
OPERATION_LIMIT = 20.0
"""Seconds after which a competitor's operation counts as hung."""
_OLDER_BY = 3600 * 10**9  # nanoseconds; far beyond the grain of any file system's times


class Run:
    """One run. Used as a context: entering makes the place, leaving looks at it, tries again, and removes it.

    Args:
        scenario: who owns everything.
        subject: whose behaviour is shown.
        play: what all runs of the play have in common.
        number: counts the runs of the play from 1.
        arrangement: what stands in its place besides a source and a destination.
    """

    def __init__(
        self,
        scenario: Scenario,
        subject: Subject,
        play: PlayBegan,
        number: int,
        arrangement: Arrangement,
    ) -> None:
        self._scenario = scenario
        self._subject = subject
        self._play = play
        self._number = number
        self._arrangement = arrangement
        # Short, and without words that mean something: the path stands in the copier's messages, which are judged.
        self._name = scenario.name_run()
        roots = {number: root / self._name for number, root in arrangement.elsewhere.items()}
        root = (arrangement.stage or scenario.stage) / self._name
        # Whose destinations all lie elsewhere has its source on another file system already.
        apart = len(roots) == len(play.destinations)
        source_root = root if apart else scenario.stages.source_root(subject.profile, root)
        self._temporary = tuple(directory / self._name for directory in scenario.temporary)
        self.place = Place(
            root, source_root, renamed(play.destinations, arrangement.name), roots, self.profile.own_names
        )
        self.performances: list[Performance] = []  # in the order in which they began
        self._names_before: tuple[Entry, ...] = ()
        self._sources_before: dict[Path, FileState] = {}
        self._names_after: tuple[Entry, ...] = ()
        self._looked_after = False
        self.second_try = SecondTry(self, scenario, subject)
        self._standings: dict[str, Standing] = {}
        self._elsewhere: set[str] = set()

    # -- facts ---------------------------------------------------------------------------------------------

    @property
    def profile(self) -> Profile:
        """The copier."""
        return self._subject.profile

    @property
    def play(self) -> PlayBegan:
        """What all runs of the play have in common."""
        return self._play

    @property
    def size(self) -> int:
        """Bytes of every content."""
        return self._play.size if self._arrangement.size is None else self._arrangement.size

    @property
    def way(self) -> Way:
        """How exactly the copier can be held."""
        return self._scenario.way

    @property
    def contents(self) -> Contents:
        """What files hold."""
        return self._scenario.contents

    def now(self) -> float:
        """Seconds since the scenario began."""
        return self._scenario.now()

    def at(self, monotonic: float) -> float:
        """Turn a moment of the monotonic clock into seconds since the scenario began."""
        return self._scenario.at(monotonic)

    def note(self, kind: type[_EventT], **facts: Any) -> _EventT:  # noqa: ANN401 - the fields of the event
        """Write an event of this run into the history."""
        event = kind(at=self.now(), subject=self._subject.name, play=self._play.play, run=self._number, **facts)
        self._scenario.history.add(event)
        return event

    def noted(self, kind: type[_EventT]) -> list[_EventT]:
        """Return what was noted of this run, of one kind."""
        own = self._scenario.history.about(self._subject.name, self._play.play).of(kind)
        return [event for event in own if event.run == self._number]

    # -- the copier -------------------------------------------------------------------------------------------

    def command_line(self, source: Path) -> list[str]:
        """Return the copier's program and arguments for this place."""
        return running.command_line(
            self.profile,
            source,
            self.told_destinations,
            self.place.root,
            self._scenario.stages.address(self.place),
        )

    @property
    def told_destinations(self) -> tuple[Path, ...]:
        """The destinations as a copier is told of them, who may see from inside what we see from outside."""
        view = self._arrangement.view
        return tuple(Path(view.told(str(path))) if view else path for path in self.place.destinations)

    def environment(self) -> dict[str, str]:
        """Return the copier's environment: ours, with messages in English, and what its profile sets.

        It has a directory for temporary files of its own, so that what it leaves there is seen.
        """
        ours = {**self._scenario.environment(), "LC_ALL": "C.UTF-8"}
        for directory in self._temporary:
            ours["TMPDIR"] = str(directory)
        return running.environment(self.profile, self.place.root, ours, self._scenario.stages.address(self.place))

    def log_path(self, who: str) -> Path:
        """Return where a copier's outputs go; without suffix."""
        return self._scenario.log / f"{self._name}-{re.sub('[^a-z0-9]+', '-', who.casefold())}"

    def control(self, program: Program, watch: Watch, plan: Plan) -> Controlled:
        """Start a program under control."""
        if view := self._arrangement.view:
            program = replace(program, within=self._arrangement.within)
            watch = replace(
                watch,
                destinations=tuple(map(str, self.told_destinations)),
                elsewhere=tuple(map(view.told, watch.elsewhere)),
            )
        return self._scenario.control(program, watch, plan)

    def start(
        self,
        plan: Plan,
        who: str = THE_COPIER,
        source: Path | None = None,
        name: str = "",
        limits: tuple[Limit, ...] = (),
        *,
        command: tuple[str, ...] = (),
    ) -> Performance:
        """Start a copier.

        Args:
            plan: where it is to be held.
            who: its name in the history.
            source: what it copies; the run's source by default.
            name: what that content is called.
            limits: what the system allows it.
            command: what is run instead of the copier's own command; empty for that.
        """
        if self._scenario.only is not None:
            plan = self._scenario.only.narrowed(plan, self._number)
        return self.perform(Task(who, source or self.place.source, name or NAMES[SOURCE], plan, command, limits))

    def cast(self, standings: Mapping[str, Standing]) -> None:
        """Say as whom, and in which surroundings, copiers of this run start from now on, by their names in the history."""
        self._standings.update(standings)

    def use_second_client(self, who: str) -> None:
        """Let a copier of this run work as from another machine that has the stage, too."""
        self._elsewhere.add(who)

    def perform(self, task: Task) -> Performance:
        """Start a copier as a task says; see `start`."""
        within = self._scenario.second_client if task.who in self._elsewhere else 0
        task = replace(task, standing=self._standings.get(task.who), within=within)
        performance = Performance(self, task, self)
        self.performances.append(performance)
        return performance

    # -- competitors ----------------------------------------------------------------------------------------

    def act(
        self,
        competitor: Competitor,
        operation: str,
        called: str,
        step: str | None = None,
        *,
        target: str = "the destination",
        **arguments: Any,  # noqa: ANN401 - whatever the operation needs
    ) -> Acted:
        """Let a competitor do something now, wait for it, and note the outcome.

        Args:
            competitor: who does it.
            operation: its name in the worker.
            called: what it is called in the history.
            step: the step at which the copier is held meanwhile.
            target: what it is done to, for messages.
            arguments: what the operation needs.
        """
        report = competitor.do(operation, OPERATION_LIMIT, **arguments)
        return self.note_act(competitor.name, called, report, step, target)

    def note_act(self, who: str, called: str, report: Report, step: str | None, target: str) -> Acted:
        """Note the outcome of an operation that a competitor has done."""
        return self.note(
            Acted,
            who=who,
            operation=called,
            target=target,
            step=step,
            began=self.at(report.began / 1e9),
            ended=self.at(report.ended / 1e9),
            answer=report.answer,
            error=report.message if report.answer not in (Answer.DONE, Answer.WAITED) else "",
            sighting=report.sighting,
        )

    def look(self, moment: str, step: str | None = None, *, content: bool = False) -> Looked:
        """Note every name on the stage of this run, and the content of every destination if asked for."""
        if moment in _AT_REST:
            self._scenario.settle(self.place)
        first, *further = self.place.sightings() if content else (None,)
        return self.note(
            Looked,
            moment=moment,
            step=step,
            entries=self.place.entries(),
            destination=first,
            further=tuple(further),
            contents=self.place.contents() if content and self._arrangement.wants_all_contents else (),
            temporary=entries_below(*self._temporary, own_names=self.profile.own_names)
            if moment in ("before", *_AT_REST)
            else (),
        )

    def look_on_this_side(self, moment: str) -> Looked:
        """Note every name that lies here, where the copier runs, and not on the server to which it copies."""
        return self.note(Looked, moment=moment, step=None, entries=self.place.entries(elsewhere=False))

    def take_state(self, occasion: str) -> State:
        """Keep how this run looks now: names, locks, and every process with the call that it is in."""
        return self._scenario.take_state(occasion, self.place.root, self.place.entries())

    def before_leaving(self, hold: Hold) -> None:
        """Let whoever has come for this very point look around; see `task.Onlooker`."""
        self._look_around(hold)

    def before_giving_up(self, who: str) -> None:
        """Keep how it looks when a copier does not end; see `task.Onlooker`."""
        if self._subject.name == UNDER_TEST:
            self.take_state(f"{self._play.play}, run {self._number}: {who} has not ended within its time limit")

    def _look_around(self, hold: Hold | None) -> None:
        only = self._scenario.only
        if only is not None and only.look_around is not None and only.run == self._number:
            only.look_around(self, hold)

    # -- beginning and end --------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        contents, size = self.contents, self.size
        if size != self._play.size:
            self.note(Sized, size=size)
        self.place.make()
        for directory in self._temporary:
            directory.mkdir(parents=True)
        if self._arrangement.decoy:
            self.place.make_decoy()
        give = contents.copy if self._arrangement.own_source or self._arrangement.twins else contents.lend
        give(SOURCE, size, self.place.source)
        for number, who in enumerate(COPIERS[1 : self._arrangement.rivals + 1], 1):
            self.place.rival_source(number).parent.mkdir(parents=True)
            give(SENT[who], size, self.place.rival_source(number))
            if self._arrangement.twins:
                _give_time_of(self.place.source, self.place.rival_source(number))
        if self._arrangement.neighbours:
            for version, path in zip(NEIGHBOURS, self.place.neighbours, strict=True):
                contents.copy(version, size, path)
        if self._play.older:
            for destination in self.place.destinations:
                contents.copy(OLDER, size, destination)
                _make_older(destination, self.place.source)
        self._names_before = self.look("before").entries
        self._sources_before = self.place.source_states()
        return self

    def look_after(self, *, survivors_stay: bool = False) -> Looked:
        """Look at the stage at the moment at which all copiers have ended; what outlived them is stopped meanwhile.

        Args:
            survivors_stay: what outlived them is not ended before the run is.
        """
        look = self.look_last("after")
        if not survivors_stay:
            self.finish()
        return look

    def look_last(self, moment: str, step: str | None = None) -> Looked:
        """Look at what the copiers have left in the end; then nobody else has to."""
        look = self.look(moment, step, content=True)
        for path, state in self.place.source_states().items():
            if self._sources_before.get(path, state) != state:
                told = path.relative_to(self.place.source_root).as_posix()
                self.note(SourceSeen, path=told, sighting=judge_file(path))
        self._names_after = look.entries
        self._looked_after = True
        return look

    def finish(self) -> None:
        """End what the copiers have started and left running."""
        for performance in self.performances:
            performance.finish()

    def look_at_rest(self) -> None:
        """Look at the stage when all that the copiers have started has ended too, by itself or at our hands."""
        self.finish()
        self.look_after()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            if issubclass(kind, Exception) and not issubclass(kind, NotPossibleHere):
                self.take_state(f"{self._play.play}, run {self._number} was broken off: {error}")
            for performance in self.performances:
                performance.abandon()
            return
        if not self._looked_after:
            self.look_after()
        self._look_around(None)
        if self.second_try.is_due(self._names_before, self._names_after):
            self.second_try.copy()
        self.finish()
        self.place.remove()
        for directory in self._temporary:
            shutil.rmtree(directory, ignore_errors=True)

    def make_way(self) -> None:
        """Undo what keeps a copy from being made, and remove the destinations if the copier never replaces one."""
        self.place.make_way()
        if not self.profile.replaces:
            for destination in self.place.destinations:
                destination.unlink(missing_ok=True)

    def give_source(self, rival: int = 0) -> Path:
        """Return the source, or that of a rival, counted from 1; it is there again if a copier has consumed it."""
        path = self.place.rival_source(rival) if rival else self.place.source
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            self.contents.lend(SENT[COPIERS[rival]], self.size, path)
        return path


def _give_time_of(one: Path, other: Path) -> None:
    """Give a file the time stamps of another one."""
    status = one.stat()
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))


def _make_older(path: Path, than: Path) -> None:
    """Give a file an earlier time than another one: a copier that looks at times must not take it for the newer."""
    earlier = than.stat().st_mtime_ns - _OLDER_BY
    os.utime(path, ns=(earlier, earlier))
