"""Sentences in which copies are timed beside competitors, and those that judge their speed."""

from __future__ import annotations

from robot.api import logger
from robot.api.deco import keyword

from ContentionLibrary.checks import throughput
from ContentionLibrary.checks.pairs import median, turned_around
from ContentionLibrary.history.figures import Compared, Series, Timed
from ContentionLibrary.keywords.expectations import ExpectationKeywords
from ContentionLibrary.keywords.readings import Playing
from ContentionLibrary.report.chart import chart
from ContentionLibrary.scenario.play import Play
from ContentionLibrary.scenario.plays import timing


class SpeedKeywords(Playing, ExpectationKeywords):
    """Speed."""

    @keyword("Copies are timed beside more and more readers of their source")
    def beside_readers(self) -> None:
        """Times a copy alone, then beside 1, 3 and 10 readers (quick: 1 and 3, full: 5 too) that each read the source once.

        The readers are also timed without the copy. There are at least 5 rounds, and at most 15, until it is told whether
        both at once take more than twice as long as one after the other.

        Examples:
            | When copies are timed beside more and more readers of their source |
        """
        self._play_timed(timing.beside_readers())

    @keyword("Copies are timed beside more and more writers of other files")
    def beside_writers(self) -> None:
        """Times a copy alone, then beside writers that each write one file of the same size into the same directory.

        Examples:
            | And copies are timed beside more and more writers of other files |
        """
        self._play_timed(timing.beside_writers())

    @keyword("Copies are timed with more and more rivals for their destination")
    def beside_rivals(self) -> None:
        """Times a copy alone, then several that want one destination. Who is refused without having copied anything does not count.

        Examples:
            | And copies are timed with more and more rivals for their destination |
        """
        self._play_timed(timing.beside_rivals())

    @keyword("Copies are timed beside more and more copies to other destinations")
    def beside_copies(self) -> None:
        """Times a copy alone, then several at once to other directories; all copies together count.

        Examples:
            | And copies are timed beside more and more copies to other destinations |
        """
        self._play_timed(timing.beside_copies())

    @keyword("Copies are timed in turns with a yardstick")
    def against_yardstick(self) -> None:
        """Times the copier in turns with a copier that is always the same, and compares that with this machine's baseline.

        The first run makes the baseline, and says where it is: below `contention/baselines` in the user's state
        directory. It is never changed; remove the file to have a new one made.

        Examples:
            | And copies are timed in turns with a yardstick |
        """
        with self._playing():
            history = self._play(timing.against_yardstick())
        for one in history.of(Compared):
            if one.ratios:
                logger.info(f"Speed as a multiple of the yardstick's: {median(one.ratios)}")
            if one.path:
                logger.info(f"The same in the baseline {one.path}: {median(one.before)}")

    def _play_timed(self, play: Play) -> None:
        history = self._play(play)
        alone = throughput.uncontended(history)
        told = [f"Uncontended copies took {median(alone)} s"] if alone else ["No uncontended copy succeeded"]
        told.append(f"{turned_around(alone, 0.5):.0%} of them differed by more than the factor 2 from the next one")
        points = [(0.0, 1.0)]
        for count, ratios in throughput.ratios(history).items():
            jobs = [job for one in history.of(Timed) if one.competitors == count for job in one.jobs]
            told.append(
                f"With {count} competitors: {median(ratios)} times the uncontended work per second; "
                f"{sum(job.succeeded for job in jobs)} of {len(jobs)} copies succeeded"
            )
            points.append((float(count), median(ratios).middle))
        logger.info("\n".join(told))
        positions, values = zip(*points, strict=True)
        facts = {"at": 0.0, "subject": "", "play": play.name, "run": 0}
        series = Series(
            **facts,  # type: ignore[arg-type] # the fields that every event has
            name="work per second, as a multiple of the uncontended",
            unit="",
            along="competitors",
            positions=positions,
            values=values,
        )
        logger.info(chart(series), html=True)

    @keyword("All copies together should have kept their work per second")
    def keeps_throughput(self) -> None:
        """The same work at once may take twice as long as one after the other, or as long as the profile says (`keeps_throughput`).

        It is told when 5 more pairs say so than say the opposite; after 15 pairs the median decides, unless more than 15 % of the
        uncontended copies differ from the next one by as much: then nothing is proven.

        Examples:
            | Then all copies together should have kept their work per second |
        """
        self._expect(throughput.KEEPS_ITS_THROUGHPUT)

    @keyword("More competitors should not have made the work fall off")
    def no_cliff(self) -> None:
        """From each number of competitors to the next at least half of the work per second must remain; told in the same way.

        Examples:
            | And more competitors should not have made the work fall off |
        """
        self._expect(throughput.NO_CLIFF)

    @keyword("No copier should have read or written much more because of others")
    def no_work_twice(self) -> None:
        """Each copier may read and write twice as much as without competitors; bytes are counted by the kernel.

        Examples:
            | And no copier should have read or written much more because of others |
        """
        self._expect(throughput.NO_WORK_TWICE)

    @keyword("The copier should be as fast as in the baseline of this machine")
    def as_fast_as_baseline(self) -> None:
        """It must not be surely slower than half of its baseline: the whole interval (90 %) lies below half of the baseline's.

        Examples:
            | And the copier should be as fast as in the baseline of this machine |
        """
        self._expect(throughput.AS_FAST_AS_ITS_BASELINE)
