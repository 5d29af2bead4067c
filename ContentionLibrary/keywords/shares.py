"""Sentences about a share of a file server, and a copier that is met from its other side.

A copier on the server's side is met by clients in the Windows dialect; one that is a client is met by the server's processes.
"""

from __future__ import annotations

from robot.api.deco import keyword

from ContentionLibrary.checks import beside_clients, promises
from ContentionLibrary.keywords.expectations import CopierAtFault, ExpectationKeywords
from ContentionLibrary.keywords.readings import Playing, Where
from ContentionLibrary.scenario.plays import coordination as meeting
from ContentionLibrary.scenario.plays import paths, share_copies, sharing, streams


class ShareKeywords(Playing, ExpectationKeywords):
    """Shares of a real server."""

    @keyword("The locks of a server's processes and of its clients meet on one file")
    def locks_meet(self) -> None:
        """Every kind of lock of either side, and everything that the other side may try meanwhile; without a copier.

        The log has the table: who held what, who tried what, what the answer was, and what is promised.

        Examples:
            | When the locks of a server's processes and of its clients meet on one file |
        """
        self._play(meeting.meet_each_with_each())

    @keyword("The destination is read from the other side of a share at every step of a copy")
    def read_over_share(self) -> None:
        """The copier is held at each step; one reader reads all of it there, another one stands across the step.

        Examples:
            | And the destination is read from the other side of a share at every step of a copy |
        """
        self._play(sharing.read_over_share())

    @keyword("The destination is deleted from the other side of a share at every step of a copy")
    def delete_over_share(self) -> None:
        """For each step a fresh run: the copier is held before it, and the destination is deleted.

        Examples:
            | And the destination is deleted from the other side of a share at every step of a copy |
        """
        self._play(sharing.delete_over_share())

    @keyword("Clients keep the destination open, locked or leased while the copy starts")
    def hold_over_share(self) -> None:
        """A client has read half of the older version and stays: sharing with nobody, with readers, leased, locked.

        It stays 10 s (size quick: 2 s), or until the copier has ended; then it reads its second half.

        Examples:
            | And clients keep the destination open, locked or leased while the copy starts |
        """
        self._play(sharing.hold_over_share())

    @keyword("Somebody copies to the destination from the other side of a share at every step of a copy ${where}")
    def copy_at_every_step(self, where: Where) -> None:
        """For each step a fresh run: the copier is held before it, and another file is copied to the destination.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | When somebody copies to the destination from the other side of a share at every step of a copy over an older version |
        """
        self._play(share_copies.copy_at_every_step(older=where.value))

    @keyword("A copy is made in the middle of a client's copy to the same file")
    def copy_in_the_middle(self) -> None:
        """The client has written 0 to 4 quarters of its file when the copier runs whole; then it writes the rest.

        Examples:
            | And a copy is made in the middle of a client's copy to the same file |
        """
        self._play(share_copies.copy_in_the_middle())

    @keyword("Clients open one file by host name, address and letter case of its path")
    def open_by_every_path(self) -> None:
        """A client has it open for itself alone by each way to write its path; another tries each way; without a copier.

        Examples:
            | When clients open one file by host name, address and letter case of its path |
        """
        self._play(paths.open_by_every_path())

    @keyword("Two clients copy to the destination by different paths at every step of a copy")
    def copy_by_two_paths(self) -> None:
        """For each step a fresh run: one client copies, another comes by another path meanwhile.

        Examples:
            | And two clients copy to the destination by different paths at every step of a copy |
        """
        self._play(paths.copy_by_two_paths())

    @keyword("Every path should have led to the same file")
    def paths_as_promised(self) -> None:
        """A server on which a file is another one by another path is no copier's fault: then nothing is proven.

        Examples:
            | Then every path should have led to the same file |
        """
        self._expect_no_surprise()

    @keyword("Two clients open one file, and a stream of it, in every way that there is")
    def open_in_every_way(self) -> None:
        """Each share mode meets each: 24 ways of opening beside 24, on the file and on a stream; without a copier.

        Examples:
            | When two clients open one file, and a stream of it, in every way that there is |
        """
        self._play(streams.open_in_every_way())

    @keyword("Two clients lock, lease, delete and copy one file and its streams")
    def meet_on_streams(self) -> None:
        """Whatever one client holds of a file and its streams, and all that another may try meanwhile; without a copier.

        Examples:
            | And two clients lock, lease, delete and copy one file and its streams |
        """
        self._play(streams.meet_on_streams())

    @keyword("A client keeps a stream of the destination locked at every step of a copy")
    def keep_streams(self) -> None:
        """The copier is held at each step of a copy over a file with streams; other clients read the file there.

        Examples:
            | And a client keeps a stream of the destination locked at every step of a copy |
        """
        self._play(streams.keep_streams())

    @keyword("Every stream should have had share modes and locks of its own")
    def streams_as_promised(self) -> None:
        """A server whose streams are locked otherwise than those of NTFS is no copier's fault: then nothing is proven.

        Examples:
            | Then every stream should have had share modes and locks of its own |
        """
        self._expect_no_surprise()

    @keyword("One whole file should have come of it")
    def one_whole_file(self) -> None:
        """Of copies from both sides to the same file, one is there whole; who comes last may win.

        Examples:
            | Then one whole file should have come of it |
        """
        self._expect(beside_clients.ONE_WHOLE_FILE)

    @keyword("The locks of both sides should have met as the protocol promises")
    def locks_as_promised(self) -> None:
        """A server that answers otherwise than it is known for is no copier's fault: then nothing is proven.

        Examples:
            | Then the locks of both sides should have met as the protocol promises |
        """
        self._expect_no_surprise()

    def _expect_no_surprise(self) -> None:
        with self._playing() as scenario:
            told = promises.surprises(scenario.played())
        if told:
            raise CopierAtFault(f"NOT PROVEN: {'; '.join(told)}")
