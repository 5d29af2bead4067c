"""The copier of a test by hand: held before its steps, let go, made to fail, killed; and rehearsed to learn its steps."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ContentionLibrary.errors import NotPossibleHere, UsageError
from ContentionLibrary.history.copies import CopyEnded, Ending, Way
from ContentionLibrary.scenario.by_hand.errand import Errand, Site
from ContentionLibrary.scenario.by_hand.files import Files
from ContentionLibrary.scenario.by_hand.outcomes import CopierOutcome
from ContentionLibrary.scenario.by_hand.truth import End, Job, Judge
from ContentionLibrary.scenario.by_hand.workplace import Workplace
from ContentionLibrary.scenario.performance import Performance
from ContentionLibrary.scenario.task import Task
from ContentionLibrary.stepping.control import Hold
from ContentionLibrary.stepping.plan import Plan, Scope, Stop

if TYPE_CHECKING:
    from ContentionLibrary.scenario.scenario import Scenario

COPIER = "copier"
"""The copier's name among the outcomes of a test."""

StopAt = Literal["everywhere", "nowhere", "first"]
KillWhat = Literal["tree", "main"]


class Copying:
    """The copier of one test; one copy at a time.

    Args:
        scenario: who owns everything.
        workplace: for paths.
        files: knows the test files.
        judge: finds the word for its end.
    """

    def __init__(self, scenario: Scenario, workplace: Workplace, files: Files, judge: Judge) -> None:
        self._scenario = scenario
        self._workplace = workplace
        self._files = files
        self._judge = judge
        self._performance: Performance | None = None
        self._job: Job | None = None
        self._hold: Hold | None = None
        self._due: list[str] = []  # steps to which the present copier has not come yet
        self._planned: list[str] = []  # those of the next one
        self.outcome: CopierOutcome | None = None

    # -- starting ------------------------------------------------------------------------------------------------

    @property
    def unreached(self) -> tuple[str, ...]:
        """Steps before which it was to be held, and was not yet."""
        return tuple(self._due)

    @property
    def missed(self) -> tuple[str, ...]:
        """Steps before which it was to be held and to which it has never come by its end; none if it was killed before."""
        if self.outcome is None or self.outcome.ending is Ending.KILLED:
            return ()
        return tuple(step for step in self._due if step not in self.outcome.steps)

    @property
    def is_at_work(self) -> bool:
        """Whether a copier was started and has not ended."""
        return self._performance is not None and self._performance.ended is None

    def hold_before(self, *steps: str) -> None:
        """Hold it before these steps, once each: the one that is at work, else the next one.

        Raises:
            UsageError: no step is named.
        """
        if not all(steps) or not steps:
            raise UsageError("name the step before which the copier is to be held; Copier Steps lists them")
        at_work = self._performance if self.is_at_work else None
        wanted = self._planned if at_work is None else self._due
        wanted += [step for step in steps if step not in wanted]
        if at_work is not None:
            at_work.hold_before(*wanted)

    def start(self, source: Path, destination: Path, stop: StopAt, *, reads: bool) -> None:
        """Start a copy.

        Args:
            source: the file to copy.
            destination: the file to make.
            stop: where to hold it beside the steps of `hold_before`.
            reads: see its reading of the source too.

        Raises:
            NotPossibleHere: it is to be held, and this machine does not let us.
            UsageError: one is still at work, or the source is no test file.
        """
        if self.is_at_work:
            raise UsageError("the copier is still at work: Wait For Copier, or Kill Copier, before the next copy")
        self._settle()
        if self._planned and stop == "first":
            raise UsageError("stop=first and Hold Copier Before exclude each other: name the first step too")
        wanted = Stop.NAMED if self._planned and stop == "nowhere" else Stop(stop)
        if wanted is not Stop.NOWHERE and self._scenario.way is not Way.EXACT:
            raise NotPossibleHere(f"the copier cannot be held here: {self._scenario.way_reason}")
        job = self._judge.job(self._workplace.path(source), self._workplace.path(destination))
        root = self._workplace.root if self._workplace.owns(job.destination) else job.destination.parent
        self._job, self._hold, self.outcome = job, None, None
        self._due, self._planned = self._planned, []
        self._performance = self._perform(job, root, Plan(wanted, tuple(self._due), reads))

    def _perform(self, job: Job, root: Path, plan: Plan) -> Performance:
        name = f"copier-{self._scenario.name_run()}"
        errand = Errand(self._scenario, Site(root, job.destination), job.size, name)
        return Performance(errand, Task(COPIER, job.source, job.source.name, plan))

    # -- holding ---------------------------------------------------------------------------------------------------

    def wait_for_hold(self, timeout: float) -> Hold | None:
        """Wait until it stands before a step.

        Returns:
            Where it stands; None when it has ended, or when the time is over (then `is_at_work` is true).

        Raises:
            UsageError: it was not started.
        """
        performance = self._at_work()
        if self._hold is None:
            self._hold = performance.next(patience=timeout)
        if self._hold is not None:
            self._due = [step for step in self._due if step != self._hold.step]
        return self._hold

    def release(self, error: int | None = None) -> str:
        """Let the step happen, or fail with an errno; returns the step.

        Raises:
            UsageError: it is not held.
        """
        performance, hold = self._at_work(), self._hold
        if hold is None:
            raise UsageError("the copier is not held: Wait For Hold first")
        self._hold = None
        performance.release(hold, error)
        return hold.step

    def kill(self, what: KillWhat) -> None:
        """Kill all its processes or the main one, wherever they are by now."""
        performance, scope = self._at_work(), Scope(what)
        hold, self._hold = self._hold, None
        if hold is not None:
            performance.kill_at(hold, scope)
        else:
            performance.kill(scope)

    # -- the end ------------------------------------------------------------------------------------------------

    def wait(self) -> CopierOutcome:
        """Let it pass all holds, and wait for its end; asked again, it tells the same.

        Raises:
            UsageError: it was not started.
        """
        performance = self._at_work()
        if performance.ended is None:
            performance.free()
            hold, self._hold = self._hold, None
            if hold is not None:
                performance.release(hold)
            performance.run_to_end()
        self._settle()
        assert self.outcome is not None
        return self.outcome

    def _at_work(self) -> Performance:
        if self._performance is None:
            raise UsageError("no copier was started in this test: Start Copier first")
        return self._performance

    def _settle(self) -> None:
        """Look at what an ended copier has left, and let what outlived it end."""
        performance, job = self._performance, self._job
        if performance is None or job is None or performance.ended is None or self.outcome is not None:
            return
        ended, left = performance.ended, self._files.see(job.destination)
        word, why = self._judge.word(job, End(ended.ending, ended.message.strip(), left))
        self.outcome = CopierOutcome(
            name=COPIER,
            outcome=word,
            message=why,
            content=self._files.words(left, job.size or None),
            exit_code=ended.exit_code,
            seconds=ended.ended - ended.began,
            ending=ended.ending,
            signal=ended.signal,
            steps=ended.steps,
            survivors=ended.survivors,
        )
        performance.finish()

    def clear(self) -> list[str]:
        """Give up a copier that is still at work; return what it did."""
        if self._performance is None or self.outcome is not None:
            return []
        self._performance.abandon()
        return [] if self._performance.ended is not None else ["copier (still copying)"]

    # -- rehearsing -----------------------------------------------------------------------------------------------

    def rehearse(self, source: Path, destination: Path, *, reads: bool) -> CopyEnded:
        """Let a copy be made undisturbed, of the same files in another directory, to learn its steps.

        Args:
            source: the file to copy.
            destination: where to; in the workplace. What is there now is there in the rehearsal too.
            reads: see its reading of the source too.

        Raises:
            UsageError: the destination is outside the workplace, or the source is not there or no test file.
        """
        there = self._workplace.path(destination)
        if not self._workplace.owns(there):
            raise UsageError(f"a copy to '{destination}' is not rehearsed: give a destination in the workspace")
        root = self._scenario.stage / self._scenario.name_run()
        copied = self._judge.job(self._workplace.path(source), there)
        if copied.content is None:
            raise UsageError(f"there is no '{source}' whose copy could be rehearsed: make it with Create Test File")
        job = Job(self._mirrored(copied.source, root), self._mirrored(there, root), copied.content, copied.before)
        for original, mirrored in ((copied.source, job.source), (there, job.destination)):
            mirrored.parent.mkdir(parents=True, exist_ok=True)
            if original.is_file() and mirrored != original:
                shutil.copyfile(original, mirrored)
        performance = self._perform(job, root, Plan(Stop.NOWHERE, with_reads=reads))
        ended = performance.run_to_end()
        performance.finish()
        shutil.rmtree(root)
        return ended

    def _mirrored(self, path: Path, root: Path) -> Path:
        """Return the path's place in another directory; a path outside the workplace is its own."""
        return root / path.relative_to(self._workplace.root) if self._workplace.owns(path) else path


def not_reached(steps: Sequence[str], ended: CopierOutcome) -> str:
    """Say that a copier has ended before it came to the steps at which it was to be held."""
    wanted = ", ".join(f"'{step}'" for step in steps)
    came = ", ".join(f"'{step}'" for step in ended.steps) or "no step"
    how = "success" if ended.ending is Ending.SUCCESS else f"{ended.ending.value}: {ended.message}"
    return f"the copier ended ({how}) and never came to {wanted}; it came to {came}"
