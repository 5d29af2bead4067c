"""One copier at work in one run: started under control, held, let go, and its end noted in the history."""

from __future__ import annotations

import os
import time

from ContentionLibrary.errors import HarnessError
from ContentionLibrary.history.copies import (
    FAILED,
    KILLED,
    CopyBegan,
    CopyEnded,
    Ending,
    StepLeft,
    StepMissed,
    StepReached,
    SurvivorsEnded,
    Way,
)
from ContentionLibrary.history.disks import Recorded
from ContentionLibrary.history.events import Limitation
from ContentionLibrary.history.looks import Looked
from ContentionLibrary.processes.channel import Channel
from ContentionLibrary.scenario.task import Onlooker, Surroundings, Task
from ContentionLibrary.stepping.control import Controlled, Exit, Hold
from ContentionLibrary.stepping.limits import Resource
from ContentionLibrary.stepping.plan import Program, Scope, Stop, Watch

_MESSAGE_LIMIT = 2000  # characters of a copier's last words that are kept
_NOT_REACHED = "the copier ended before it, although it came to it when nobody disturbed it"
_CLOSES_BY_CHANCE = "The copier closes its files beside its other work, now before a step and now after it"
_AFTER_KILL = 10.0  # seconds that the system gets to end a killed copier


def _is_close(step: str) -> bool:
    return step.startswith("close ")


class Performance:
    """A copier at work. Its time limit counts only the time in which it was not held by us."""

    def __init__(self, run: Surroundings, task: Task, onlooker: Onlooker | None = None) -> None:
        self._run = run
        self.task = task
        self._onlooker = onlooker
        self._began = run.now()
        self._held_since: float | None = None
        self._held_for = 0.0
        self._overdue = False
        self._finished = False
        self._stayed: tuple[str, ...] = ()  # what has outlived it, and has not ended when it could
        self.ended: CopyEnded | None = None
        self._exit: Exit | None = None
        log = run.log_path(task.who)
        self._output, self._errors = log.with_suffix(".out"), log.with_suffix(".err")
        self._controlled = self._start()

    def _start(self) -> Controlled:
        run, task = self._run, self.task
        command = task.command or tuple(run.command_line(task.source))
        place = run.place
        outputs = str(self._output), str(self._errors)
        standing = task.standing
        environment = standing.surroundings(run.environment()) if standing is not None else run.environment()
        program = Program(command, str(place.root), environment, *outputs, task.limits, task.within, standing)
        used = (task.source.parent, *(path.parent for path in place.destinations))
        elsewhere = tuple(dict.fromkeys(str(path) for path in used if not path.is_relative_to(place.root)))
        destinations = tuple(map(str, place.destinations))
        watch = Watch(str(place.root), str(task.source), destinations, run.size, elsewhere, run.profile.own_names)
        run.note(
            CopyBegan,
            who=task.who,
            command=command,
            way=run.way,
            source=task.source_name,
            destinations=place.names,
        )
        return run.control(program, watch, task.plan)

    @property
    def channel(self) -> Channel:
        """The conversation with its supervisor, to be waited for among others."""
        return self._controlled.channel

    @property
    def pid(self) -> int | None:
        """Its main process; known as soon as it has come to a step."""
        return self._controlled.pid

    def now(self) -> float:
        """Seconds since the scenario began."""
        return self._run.now()

    @property
    def time_left(self) -> float:
        """Seconds of the copier's own time limit that are left."""
        held = self._held_for + (self._run.now() - self._held_since if self._held_since is not None else 0.0)
        return self._run.profile.time_limit - (self._run.now() - self._began - held)

    def next(self, patience: float | None = None) -> Hold | None:
        """Wait until the copier stands at its next step.

        Args:
            patience: seconds to wait at most; None waits for the copier's time limit and ends it when that is over.

        Returns:
            The hold; None when the copier has ended, or when patience is over (then `ended` is None still).
        """
        if self.ended is not None:
            return None
        limit = max(self.time_left, 0.0)
        event = self._controlled.wait(limit if patience is None else min(patience, limit))
        if event is None:
            if patience is not None and patience < limit:
                return None
            self._overdue = True
            if self._onlooker is not None:
                self._onlooker.before_giving_up(self.task.who)
            self._controlled.kill()
            event = self._wait_for_exit(_AFTER_KILL)
        if isinstance(event, Exit):
            self._note_end(event)
            return None
        self._held_since = self._run.now()
        self._run.note(
            StepReached,
            who=self.task.who,
            step=event.step,
            call=event.call,
            written=event.written,
            settled=event.settled,
            pid=event.pid,
        )
        return event

    def _wait_for_exit(self, timeout: float) -> Exit:
        deadline = time.monotonic() + timeout
        while (remaining := deadline - time.monotonic()) > 0:
            event = self._controlled.wait(remaining)
            if isinstance(event, Exit):
                return event
        raise HarnessError(f"{self.task.who} did not end within {timeout:g} s after it was killed")

    def _leave(self, hold: Hold, how: str) -> None:
        if self._onlooker is not None:
            self._onlooker.before_leaving(hold)
        held = self._run.now() - self._held_since if self._held_since is not None else 0.0
        self._held_for += held
        self._held_since = None
        self._run.note(StepLeft, who=self.task.who, step=hold.step, how=how, held=held)

    def release(self, hold: Hold, error: int | None = None, how: str = FAILED) -> None:
        """Let the step happen, or make it fail with an errno.

        Args:
            hold: where it stands.
            error: the errno; None lets the step happen.
            how: `FAILED`, or `BARRED` when nothing can be changed any more from now on.
        """
        self._leave(hold, "released" if error is None else f"{how} with {os.strerror(error)}")
        self._controlled.release(hold, error)

    def kill_at(self, hold: Hold, scope: Scope = Scope.TREE) -> None:
        """Kill the copier where it stands."""
        self._leave(hold, f"{KILLED} ({scope.value})")
        self.kill(scope)

    def kill(self, scope: Scope = Scope.TREE) -> None:
        """Kill the copier wherever it is by now; nothing happens if it has ended."""
        if self.ended is None:
            self._controlled.kill(scope)
            self._note_end(self._wait_for_exit(_AFTER_KILL))

    def send(self, number: int, scope: Scope = Scope.MAIN) -> None:
        """Send a signal; one that is sent in a hold is acted upon when the hold is over. Nothing happens if it has ended."""
        if self.ended is None:
            self._controlled.kill(scope, number)

    def allow_no_more(self, resource: Resource) -> None:
        """Let it keep what it has of something, and get nothing more; to be called in a hold."""
        self._controlled.allow_no_more(resource)

    def free(self) -> None:
        """Never hold it again."""
        self._controlled.stop_at(Stop.NOWHERE)

    def hold_before(self, *steps: str) -> None:
        """Hold it before these steps from now on, once each, and nowhere else."""
        self._controlled.stop_at(Stop.NAMED, *steps)

    def hold_everywhere(self) -> None:
        """Hold it before every step from now on."""
        self._controlled.stop_at(Stop.EVERYWHERE)

    def run_to_end(self) -> CopyEnded:
        """Let it run through whatever steps remain, and return how it ended."""
        while (hold := self.next()) is not None:
            self.release(hold)
        assert self.ended is not None
        return self.ended

    def reach(self, step: str) -> Hold | None:
        """Wait until the copier stands before the step at which it was asked to stop.

        Returns:
            The hold; None if it ended before, and then it is noted that the step was missed. A good copy that closes its files
            beside its other work has closed this one at another moment: that is told as a limit, and no more, because
            names and contents are the same before a close and after it, and other steps show them.
        """
        hold = self.next()
        if hold is None:
            ended = self.ended
            if _is_close(step) and ended and ended.ending is Ending.SUCCESS and any(map(_is_close, ended.steps)):
                self._run.note(Limitation, what=_CLOSES_BY_CHANCE)
            else:
                self.miss(step, _NOT_REACHED)
        return hold

    def miss(self, step: str, reason: str) -> None:
        """Note that a step that was asked for was not reached."""
        self._run.note(StepMissed, who=self.task.who, step=step, reason=reason)

    def finish(self) -> None:
        """Let processes that outlived it end; called when what they leave at its end has been looked at."""
        if not self._finished:
            self._finished = True
            self._note_survivors(self._controlled.finish() or self._stayed)

    def proceed(self, patience: float, limit: float) -> bool:
        """Let processes that outlived it go on, and leave them alone; `finish` ends them.

        Args:
            patience: seconds to wait for their end.
            limit: seconds after which they are killed whatever comes.

        Returns:
            Whether all have ended by themselves within our patience.
        """
        assert self.ended is not None
        if self.ended.survivors and not self._controlled.proceed(patience, limit):
            self._stayed = self.ended.survivors
        return not self._stayed

    def _note_survivors(self, by_force: tuple[str, ...]) -> None:
        if self.ended is not None and self.ended.survivors:
            self._run.note(SurvivorsEnded, who=self.task.who, by_force=by_force)

    def abandon(self) -> None:
        """Give it up without asking how it ended; its supervisor kills it."""
        self._finished = True
        self._controlled.abandon()

    def _ending(self, ended: Exit) -> Ending:
        codes = self._run.profile.exit_codes
        if self._overdue:
            return Ending.HUNG
        if ended.signal is not None:
            return Ending.KILLED
        if ended.code in codes.success:
            return Ending.SUCCESS
        return Ending.BUSY if ended.code in codes.busy else Ending.ERROR

    def _note_end(self, ended: Exit) -> None:
        if self.ended is not None:
            return
        self._exit = ended
        for what in self._controlled.limitations:
            self._run.note(Limitation, what=what, blind=self._run.way is Way.EXACT)
        if self.task.plan.observe_all:
            self._note_passing()
        record = self._controlled.record
        if record is not None:
            self._run.note(Recorded, who=self.task.who, **vars(record))
        began, moment = self._run.at(ended.began), self._run.at(ended.ended)
        self.ended = self._run.note(
            CopyEnded,
            who=self.task.who,
            ending=self._ending(ended),
            exit_code=ended.code,
            signal=ended.signal,
            message=self._last_words(),
            began=began,
            ended=moment,
            peak_memory=ended.peak,
            processor=ended.processor,
            read=ended.read,
            written=ended.written,
            steps=ended.steps,
            step_times=self._step_times(ended.steps),
            survivors=ended.survivors,
            unread=ended.unread,
            unseen=ended.unseen and not self._is_for_a_server,
            refused=ended.refused,
        )

    @property
    def _is_for_a_server(self) -> bool:
        """Whether what arrives is the work of a server, which is no part of the copier."""
        return self._run.profile.by_unc or self._run.profile.connects

    def _note_passing(self) -> None:
        """Note what the stage held between the steps, whenever its names were others than the operation before."""
        last: frozenset[tuple[str, str]] | None = None
        step = ""
        for look in self._controlled.sightings:
            names = frozenset((entry.path, entry.kind) for entry in look.entries)
            step = look.step or step
            if last is not None and names != last:
                self._run.note(Looked, moment="passing", step=step, entries=look.entries)
            last = names

    def _step_times(self, steps: tuple[str, ...]) -> tuple[float, ...]:
        seen: dict[str, float] = {}
        for look in self._controlled.sightings:
            seen.setdefault(look.step, self._run.at(look.at))
        return tuple(seen[step] for step in steps) if all(step in seen for step in steps) else ()

    def _last_words(self) -> str:
        for path in (self._errors, self._output):
            try:
                words = path.read_text(encoding="utf-8", errors="replace")
            except FileNotFoundError:
                continue
            if words.strip():
                return words[-_MESSAGE_LIMIT:]
        return ""
