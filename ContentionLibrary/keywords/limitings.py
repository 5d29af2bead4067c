"""Sentences in which copiers meet limits, or are repeated many times, and the sentences that judge what they hold."""

from __future__ import annotations

from robot.api.deco import keyword

from ContentionLibrary.checks import holdings, limits
from ContentionLibrary.keywords.expectations import ExpectationKeywords
from ContentionLibrary.keywords.readings import Playing
from ContentionLibrary.scenario.plays import limiting, repeating


class LimitKeywords(Playing):
    """Limits, and many copies."""

    @keyword("Copies get fewer and fewer descriptors while another copy is running")
    def few_descriptors(self) -> None:
        """Lowers the limit of open files for one copy after another, down to one less than the copy needs.

        Meanwhile another copy, with all it needs, stands in its middle. In the end several copies are started
        together with the fewest descriptors that were enough, and the one in its middle goes on.

        Examples:
            | When copies get fewer and fewer descriptors while another copy is running |
        """
        self._play(limiting.few_descriptors())

    @keyword("The system allows only files that are smaller than the copy")
    def small_files(self) -> None:
        """Limits the size of the files that the copier may write: to half of the copy, then to all but one byte.

        The signal SIGXFSZ is as the system has it for every program; who does not ignore it is ended by it.

        Examples:
            | And the system allows only files that are smaller than the copy |
        """
        self._play(limiting.small_files())

    @keyword("A copy gets no more memory from one of its steps on")
    def no_more_memory(self) -> None:
        """Holds a copier before a step, and limits its address space to what it has by then; a fresh run for each step.

        The limit is the system's own (RLIMIT_AS), and holds for all processes of the copy. The steps are the first and
        the last one of each kind of call. A copier that needs no more memory than it has at its first step cannot fail,
        and the verdict says that none did.

        Examples:
            | And a copy gets no more memory from one of its steps on |
        """
        self._play(limiting.no_more_memory())

    @keyword("A copy may start no more processes from one of its steps on")
    def no_more_processes(self) -> None:
        """Holds a copier before a step, and takes from it the right to start processes and threads; a fresh run for each step.

        The limit is the system's own (RLIMIT_NPROC). The system does not hold root to it: then this is left out, and
        the verdict says so. It also says when no copy failed, because the copier starts nothing.

        Examples:
            | And a copy may start no more processes from one of its steps on |
        """
        self._play(limiting.no_more_processes())

    @keyword("The system refuses each call of a copy that opens or creates a file")
    def refuse_opening(self) -> None:
        """For each such step and each of EMFILE, ENFILE and ENOMEM a fresh run, in which just that call fails.

        Examples:
            | And the system refuses each call of a copy that opens or creates a file |
        """
        self._play(limiting.refuse_opening())

    @keyword("Many copies are made one after another while a reader reads the destination")
    def one_after_another(self) -> None:
        """Holds each copy at another step, reads the destination there, and lets the copy go on.

        After each copy is counted what is left of it. There are 67 copies, and as many that are stopped and that are
        killed: 200 in all. Quick runs make 14 of each.

        Examples:
            | When many copies are made one after another while a reader reads the destination |
        """
        self._play_drawn(repeating.one_after_another())

    @keyword("Many copies are told to stop at one of their steps")
    def told_to_stop(self) -> None:
        """Holds each copy at another step, and sends SIGTERM to it there; as many copies.

        Examples:
            | And many copies are told to stop at one of their steps |
        """
        self._play_drawn(repeating.told_to_stop())

    @keyword("Many copies are killed at one of their steps")
    def killed(self) -> None:
        """Holds each copy at another step, and kills all its processes there; as many copies.

        Examples:
            | And many copies are killed at one of their steps |
        """
        self._play_drawn(repeating.killed())

    @keyword("Many files are copied in one process, if the copier can do that")
    def many_files(self) -> None:
        """Lets one process copy a folder of 42 files (quick) or 201, and counts what it holds at 40 of them at most.

        The copier is run by the `folder_command` of its profile; without one this is left out, and the verdict says so.

        Examples:
            | And many files are copied in one process, if the copier can do that |
        """
        self._play_drawn(repeating.many_files())

    @keyword("What a copy holds is counted at every quarter of its data")
    def within_one(self) -> None:
        """Holds one copy at its first bytes, each quarter and its last bytes, and counts what it holds there.

        Examples:
            | And what a copy holds is counted at every quarter of its data |
        """
        self._play_drawn(repeating.within_one())


class LimitExpectationKeywords(ExpectationKeywords):
    """Checks of limits and of what is held."""

    @keyword("No copier should have crashed at a limit")
    def no_crash(self) -> None:
        """A copier that gets less than it needs must end by itself, with an error.

        Examples:
            | Then no copier should have crashed at a limit |
        """
        self._expect(limits.NO_CRASH)

    @keyword("A copy that has all it needs should not have suffered from others")
    def others_go_on(self) -> None:
        """A copy that runs beside others that meet their limits must end with success.

        Examples:
            | And a copy that has all it needs should not have suffered from others |
        """
        self._expect(limits.OTHERS_GO_ON)

    @keyword("Nothing that copies hold should have grown with their number")
    def nothing_grows(self) -> None:
        """A line is laid through what was counted after each copy: no figure may grow, and all must return.

        Counted are processes, descriptors, pipes, sockets, locks, inotify watches, names and bytes on the stage, and
        names in shared memory; within one copy, what it holds itself.

        Examples:
            | Then nothing that copies hold should have grown with their number |
        """
        self._expect(holdings.NOTHING_GROWS)
