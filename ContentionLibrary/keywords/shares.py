"""Sentences about a share: clients in the Windows dialect, and a copier that works on the server's side."""

from __future__ import annotations

from robot.api.deco import keyword

from ContentionLibrary.checks import beside_clients, coordination
from ContentionLibrary.keywords.expectations import CopierAtFault, ExpectationKeywords
from ContentionLibrary.keywords.readings import Playing, Where
from ContentionLibrary.scenario.plays import coordination as meeting
from ContentionLibrary.scenario.plays import share_copies, sharing


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

    @keyword("Clients read the destination over the share at every step of a copy")
    def read_over_share(self) -> None:
        """The copier works on the server's side, over an older version; a client reads at each step, another across it.

        Examples:
            | And clients read the destination over the share at every step of a copy |
        """
        self._play(sharing.read_over_share())

    @keyword("A client deletes the destination over the share at every step of a copy")
    def delete_over_share(self) -> None:
        """For each step a fresh run on the server's side: held there, the destination is deleted by a client.

        Examples:
            | And a client deletes the destination over the share at every step of a copy |
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

    @keyword("A client copies to the destination over the share at every step of a copy ${where}")
    def copy_at_every_step(self, where: Where) -> None:
        """For each step a fresh run on the server's side: held there, a client copies another file to the destination.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | When a client copies to the destination over the share at every step of a copy over an older version |
        """
        self._play(share_copies.copy_at_every_step(older=where.value))

    @keyword("A copy is made on the server in the middle of a client's copy to the same file")
    def copy_in_the_middle(self) -> None:
        """The client has written 0 to 4 quarters of its file when the copier runs whole; then it writes the rest.

        Examples:
            | And a copy is made on the server in the middle of a client's copy to the same file |
        """
        self._play(share_copies.copy_in_the_middle())

    @keyword("One whole file should have come of it")
    def one_whole_file(self) -> None:
        """Of a copy on the server and one of a client to the same file, one is there whole; who comes last may win.

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
        with self._playing() as scenario:
            told = coordination.surprises(scenario.played())
        if told:
            raise CopierAtFault(f"NOT PROVEN: {'; '.join(told)}")
