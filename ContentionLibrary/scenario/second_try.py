"""What comes after a copy that has failed or was killed: the same copy once more, or what its profile runs before that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ContentionLibrary.copiers import running
from ContentionLibrary.history.cast import AGAIN, NAMES, RECOVERY, SOURCE
from ContentionLibrary.history.copies import CopyEnded, Ending
from ContentionLibrary.history.looks import Entry
from ContentionLibrary.scenario.performance import Performance
from ContentionLibrary.scenario.task import Task
from ContentionLibrary.stepping.plan import Plan, Stop

if TYPE_CHECKING:
    from ContentionLibrary.scenario.run import Run
    from ContentionLibrary.scenario.scenario import Scenario
    from ContentionLibrary.scenario.settings import Subject


class SecondTry:
    """Copies in a run's place that nobody disturbs.

    Args:
        run: the run.
        scenario: who knows from which states a copy was tried again already.
        subject: whose copies they are.
    """

    def __init__(self, run: Run, scenario: Scenario, subject: Subject) -> None:
        self._run = run
        self._scenario = scenario
        self._subject = subject
        self._settled = False

    def is_first_from(self, state: str) -> bool:
        """Tell whether no run of this play has left this state before; then whoever asks is to try again from it.

        With that the question is settled for this run: it is not tried again at its end.
        """
        self._settled = True
        return self._scenario.is_new_state(self._subject, self._run.play, frozenset({state}), survivors=False)

    def settle(self) -> None:
        """Let the copy of this run not be tried again: it was a try itself."""
        self._settled = True

    def is_due(self, before: Sequence[Entry], after: Sequence[Entry]) -> bool:
        """Tell whether a copy did not succeed, or left more names, in a state from which nobody has tried again yet.

        Runs of one play that leave the same names and no process leave the same state: one of them speaks for all.

        Args:
            before: the names in the place when the run began.
            after: the names that its copies have left.
        """
        performances = self._run.performances
        if self._settled or any(performance.task.who == AGAIN for performance in performances):
            return False  # it was tried already, or the run itself was the other try
        endings = [performance.ended for performance in performances if performance.ended is not None]
        failed = [ended for ended in endings if ended.ending is not Ending.SUCCESS]
        survivors = any(ended.survivors for ended in endings)
        names = frozenset(entry.path for entry in after)
        known = {entry.path for entry in before} | set(self._run.play.destinations)
        return bool(failed or names - known) and self._scenario.is_new_state(
            self._subject, self._run.play, names, survivors=survivors
        )

    def copy(self) -> CopyEnded:
        """Run the same copy once more without contention, with a whole source and whatever else it needs to succeed.

        Called by plays in which each run has to be tried again, after `Run.look_after`; else a run does so when it ends.

        Returns:
            How that copy ended.
        """
        return self._look_after(self._copy_alone(AGAIN), "recovered")

    def recover(self) -> CopyEnded:
        """Run the command that the profile has for what a killed copy has left.

        Returns:
            How it ended.
        """
        run = self._run
        command = running.recover_line(run.profile, run.place.source, run.told_destinations, run.place.root)
        recovery = run.perform(Task(RECOVERY, run.place.source, NAMES[SOURCE], Plan(), tuple(command)))
        recovery.run_to_end()
        return self._look_after(recovery, "repaired")

    def copy_as_yardstick(self, who: str) -> CopyEnded:
        """Run the same copy alone; nobody looks at what it leaves."""
        return _finished(self._copy_alone(who))

    def _copy_alone(self, who: str) -> Performance:
        """Run the copy to its end with a whole source and whatever else it needs to succeed."""
        run = self._run
        run.place.source.unlink(missing_ok=True)
        run.place.source.parent.mkdir(parents=True, exist_ok=True)
        run.contents.lend(SOURCE, run.size, run.place.source)
        run.make_way()
        alone = run.start(Plan(Stop.NOWHERE), who)
        alone.run_to_end()
        return alone

    def _look_after(self, performance: Performance, moment: str) -> CopyEnded:
        self._settled = True
        self._run.look(moment, content=True)
        return _finished(performance)


def _finished(performance: Performance) -> CopyEnded:
    performance.finish()
    assert performance.ended is not None
    return performance.ended
