"""Sentences in which the power is lost, or is about to be, and what must be there afterwards."""

from __future__ import annotations

from robot.api import logger
from robot.api.deco import keyword

from ContentionLibrary.checks import power_loss, shutdown
from ContentionLibrary.keywords.expectations import ExpectationKeywords
from ContentionLibrary.keywords.readings import Playing, Where
from ContentionLibrary.report.power import power_table
from ContentionLibrary.scenario.plays import power


class PowerKeywords(Playing, ExpectationKeywords):
    """Power losses."""

    @keyword("The power is lost at every step of a copy ${where}")
    def lose_power(self, where: Where) -> None:
        """Records one copy, and builds every state that the disk may hold when the power is lost at one of its steps.

        Un-synced data may be lost, cut or zeroed, un-synced names may be lost or kept, and a rename may reach the disk
        before the data of its file. No privileges are needed. From the different states the same copy is run again.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | When the power is lost at every step of a copy over an older version |
        """
        self._play(power.lose_power_by_model(older=where.value))

    @keyword("The power is cut on a real ${kind} at every step of a copy ${where}")
    def cut_power(self, kind: power.FileSystem, where: Where) -> None:
        """Makes a file system in a file, holds the copier at each step, cuts the power, and mounts it again.

        At each step, and after reported success, this is done at once, and once more just after another program has
        flushed a file of its own, which takes along what the journal holds. It needs root, loop devices and the program
        that makes the file system; without them the verdict says so, and what the model has shown stands alone.

        Args:
            kind: `ext4` or `xfs`.
            where: `into an empty place` or `over an older version`.

        Examples:
            | And the power is cut on a real ext4 at every step of a copy over an older version |
        """
        self._play(power.cut_power(kind, older=where.value))

    @keyword("The system is shut down in good order at every step of a copy ${where}")
    def shut_down(self, where: Where) -> None:
        """Tells all processes of the copier to end (SIGTERM), gives them 5 s, kills what is left.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | And the system is shut down in good order at every step of a copy into an empty place |
        """
        self._play(power.shut_down(older=where.value))

    @keyword("No power loss should have left a torn file or taken a reported copy, as far as the copier claims")
    def survives_power_loss(self) -> None:
        """Whatever the moment, the final name must show the old or the new file; after reported success the new one.

        This is judged by the model of what a disk may hold.

        Examples:
            | Then no power loss should have left a torn file or taken a reported copy, as far as the copier claims |
        """
        self._expect(power_loss.MODEL)

    @keyword("No real file system should have shown otherwise after its power was cut")
    def survives_power_cut(self) -> None:
        """The same is demanded of what was seen on real file systems. The log compares both, step by step.

        Examples:
            | And no real file system should have shown otherwise after its power was cut |
        """
        with self._playing() as scenario:
            logger.info(power_table(scenario.played()), html=True)
        self._expect(power_loss.REAL)

    @keyword("An orderly shutdown should have left a whole file")
    def survives_shutdown(self) -> None:
        """A copier that was told to end must leave the old or the new file, whole.

        Examples:
            | And an orderly shutdown should have left a whole file |
        """
        self._expect(shutdown.ORDERLY_SHUTDOWN)
