"""Sentences that judge what was played. Each makes its check, shows that the check can fail, and says what it found."""

from __future__ import annotations

from robot.api import ContinuableFailure, logger
from robot.api.deco import keyword

from ContentionLibrary.checks import readers, remains, sources, truth, writers
from ContentionLibrary.checks.check import Check
from ContentionLibrary.keywords.lifecycle import Lifecycle
from ContentionLibrary.report.story import control_story, finding_text


class CopierAtFault(ContinuableFailure):
    """A check has found what a copier must not do. The scenario goes on to its other checks."""

    ROBOT_SUPPRESS_NAME = True


class ExpectationKeywords(Lifecycle):
    """Checks."""

    def _expect(self, check: Check) -> None:
        with self._playing() as scenario:
            failing, allowed, control = scenario.check(check)
            missing = scenario.why_nothing_to_judge()
        if missing:
            raise CopierAtFault(f"NOT PROVEN: {missing}")
        for finding in allowed:
            logger.info(f"Allowed by the copier's claim: {finding.seen}")
        if control is not None:
            logger.info(control_story(control))
        if failing:
            raise CopierAtFault(finding_text(failing))
        if control is not None and not control.seen:
            raise CopierAtFault(f"NOT PROVEN: {control_story(control)}")

    @keyword("No reader should have seen part of a file or a mix of two")
    def no_torn_reads(self) -> None:
        """Every look at the destination must have shown one whole version, or no file, or a refusal.

        Examples:
            | Then no reader should have seen part of a file or a mix of two |
        """
        self._expect(readers.TORN_READS)

    @keyword("No open file should have changed under its reader")
    def unchanged_under_reader(self) -> None:
        """A reader's second half must belong to the same version as its first.

        Examples:
            | And no open file should have changed under its reader |
        """
        self._expect(readers.CHANGED_UNDER_READER)

    @keyword("The file should have been there all the time, as far as the copier claims")
    def no_gap(self) -> None:
        """An older version should stay until the new one is in its place; a gap is level R1 and allowed by default.

        Examples:
            | And the file should have been there all the time, as far as the copier claims |
        """
        self._expect(readers.GAP_FOR_READERS)

    @keyword("Readers of one moment should have seen the same")
    def readers_agree(self) -> None:
        """All readers that started together at a step must have got the same content.

        Examples:
            | And readers of one moment should have seen the same |
        """
        self._expect(readers.READERS_DISAGREE)

    @keyword("The copier should not have failed because it was read")
    def not_disturbed(self) -> None:
        """Reading changes nothing, so a copy must not fail for it.

        Examples:
            | And the copier should not have failed because it was read |
        """
        self._expect(readers.DISTURBED_BY_READERS)

    @keyword("The reader's lock should have been respected, as far as the copier claims")
    def lock_respected(self) -> None:
        """A copier that claims L1 must wait for the lock or refuse; one that does not may replace the file beside it.

        Examples:
            | And the reader's lock should have been respected, as far as the copier claims |
        """
        self._expect(readers.READERS_LOCK_IGNORED)

    @keyword("Exactly one copier should have won and the other should have been told")
    def one_winner(self) -> None:
        """One success with its whole content at the destination; the other copier ends with a refusal.

        Examples:
            | Then exactly one copier should have won and the other should have been told |
        """
        self._expect(writers.ONE_WINNER)

    @keyword("Success should mean that the whole file is there")
    def success_is_true(self) -> None:
        """Whenever the copier reported success, the destination must hold the whole source.

        Examples:
            | And success should mean that the whole file is there |
        """
        self._expect(truth.SUCCESS_IS_TRUE)

    @keyword("A failed copy should have left whole what was there")
    def clean_after_error(self) -> None:
        """After an error the destination must be as before, or absent if it was absent.

        Examples:
            | And a failed copy should have left whole what was there |
        """
        self._expect(truth.CLEAN_AFTER_ERROR)

    @keyword("Every refusal should have named the file or the cause")
    def refusals_are_clear(self) -> None:
        """An exit code that is not success must come with a message that a person can act on.

        Examples:
            | And every refusal should have named the file or the cause |
        """
        self._expect(truth.REFUSALS_ARE_CLEAR)

    @keyword("No copier should have waited without end")
    def bounded_time(self) -> None:
        """Every copy must end within the time limit of its profile, not counting the time in which we held it.

        Examples:
            | And no copier should have waited without end |
        """
        self._expect(truth.BOUNDED_TIME)

    @keyword("Nothing should be left behind")
    def nothing_left_behind(self) -> None:
        """No name and no process may remain that was not there before.

        Examples:
            | And nothing should be left behind |
        """
        self._expect(remains.NOTHING_LEFT_BEHIND)

    @keyword("The source should have been kept, unless the copier says that it moves it")
    def source_kept(self) -> None:
        """Whatever happens to a copy, the source must be as it was; a copier that moves may take it away with its success.

        A profile says `consumes_source: true` for that. Until then the file must be whole at one place, at least.

        Examples:
            | And the source should have been kept, unless the copier says that it moves it |
        """
        self._expect(sources.SOURCE_IS_KEPT)

    @keyword("The same copy without contention should succeed afterwards")
    def recovers(self) -> None:
        """After every copy that did not succeed, the same copy is run again alone and must succeed.

        Examples:
            | And the same copy without contention should succeed afterwards |
        """
        self._expect(remains.RECOVERS)

    @keyword("Everything should be proven")
    def everything_proven(self) -> None:
        """The interference must have landed: the copier was held, competitors acted, each step was reached.

        Examples:
            | And everything should be proven |
        """
        with self._playing() as scenario:
            reasons = scenario.unproven()
        if reasons:
            raise CopierAtFault("NOT PROVEN: " + "; ".join(reasons))
