"""Sentences in which copies go to a server, and the network fails, and what must hold then."""

from __future__ import annotations

from robot.api.deco import keyword

from ContentionLibrary.checks import network
from ContentionLibrary.keywords.expectations import ExpectationKeywords
from ContentionLibrary.keywords.readings import Playing, Where
from ContentionLibrary.scenario.plays import cutting, packet_loss, weathering


class NetworkKeywords(Playing, ExpectationKeywords):
    """Networks that fail."""

    @keyword("The link to a real server is cut for good at each quarter of a copy ${where}")
    def lose_link(self, where: Where) -> None:
        """Copies to a directory of a real SFTP server, and cuts the link for good while the copier stands at a step.

        The server is OpenSSH's, mounted by sshfs, on 127.0.0.1, and all goes through a proxy of ours. The copier is held before
        each quarter of its data and before the step that makes the copy official, in a run of its own each. In turn, the
        connection is closed, reset, or silent until the client gives up after three seconds. What has arrived is
        looked at on the server's side. Then the link comes back, and the same copy is run again.

        A copier that connects to the server by itself (scp, say) has no file there of which it could be held at a call. Its own
        connection goes through the proxy, and is cut when 1/4, 2/4, 3/4 and 63/64 of what an undisturbed copy sends
        have gone over it and the server has done all that it can do with them. Nothing is mounted for it.

        Where this cannot be had, the verdict says so, and what the other sentences have shown stands alone.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | When the link to a real server is cut for good at each quarter of a copy over an older version |
        """
        self._play(cutting.lose_link(older=where.value))

    @keyword("The link to a real server is cut for a while at each quarter of a copy ${where}")
    def interrupt_link(self, where: Where) -> None:
        """Does the same with a link that comes back, and a client that connects again; open files do not survive that.

        In turn, the connection is reset, is silent for a second, ends because the server is restarted, or is silent until
        the client gives up. For a copier that connects by itself this happens after the same numbers of bytes.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | And the link to a real server is cut for a while at each quarter of a copy into an empty place |
        """
        self._play(cutting.interrupt_link(older=where.value))

    @keyword("Each call of a copy ${where} is answered as by a server that is lost")
    def answer_with_loss(self, where: Where) -> None:
        """Lets each call on the destination fail, and all after it, with what clients of a lost server answer.

        This is emulated, and the verdict says so: ENOTCONN (FUSE), ESTALE, ETIMEDOUT and EIO (NFS) and EHOSTDOWN (SMB) in turn.
        It is left out for a copier that connects to the server by itself, and the verdict says that too.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | And each call of a copy over an older version is answered as by a server that is lost |
        """
        self._play(cutting.answer_with_loss(older=where.value))

    @keyword("A copy ${where} goes over a link in bad weather")
    def bad_weather(self, where: Where) -> None:
        """Copies 1 MiB at most to a directory of a real SFTP server, over a link that is bad, each time another way.

        Every byte is 5 to 25 ms late; 512 KiB pass in a second; of each 128 KiB one packet is lost and sent again 0.2 s
        later; the connection is reset once, after 512 KiB; or each connection is reset after 256 KiB, so that no file
        of that size ever gets through in one. The mount's client connects again by itself; for a copier that is a client of
        the server it is the copier's own connection. Nobody holds the copier.

        Where this cannot be had, the verdict says so, and what the other sentences have shown stands alone.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | When a copy over an older version goes over a link in bad weather |
        """
        self._play(weathering.bad_weather(older=where.value))

    @keyword("A copy ${where} goes to an NFS and an SMB server over a wire that is bad for packets")
    def lose_packets(self, where: Where) -> None:
        """Copies 256 KiB at most to real servers, over a wire whose packets the kernel loses, delays and doubles (netem).

        One of twenty packets is lost in each direction; or each is 2 to 14 ms late, so that some overtake others, and one of
        fifty comes twice. Into an empty place the first meets NFS and the second SMB, over an older version the other way
        round. The mounts are the kernel's, NFS 4.2 and SMB 3.1.1 (Samba), and wait (hard). Nobody holds the copier.

        All of it happens in a Linux guest, with kernel and servers of its own; where that cannot be had, the verdict says
        so, and what the other sentences have shown stands alone.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | When a copy into an empty place goes to an NFS and an SMB server over a wire that is bad for packets |
        """
        self._play(packet_loss.lose_packets(older=where.value))

    @keyword("Each call of a copy ${where} is answered as by a network that stumbles")
    def answer_with_stumbles(self, where: Where) -> None:
        """Lets one call on the destination fail as when a connection breaks, and all others work; each has its turn.

        This is emulated, and the verdict says so; the errors are those of a lost server. It is left out for a copier that
        connects to the server by itself.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | And each call of a copy over an older version is answered as by a network that stumbles |
        """
        self._play(weathering.answer_with_stumbles(older=where.value))

    @keyword("A copy that has lost its server should have cleaned up on its own side")
    def clean_on_this_side(self) -> None:
        """No file and no process may be left on the copier's own machine; what is left on the server it could not remove.

        Examples:
            | Then a copy that has lost its server should have cleaned up on its own side |
        """
        self._expect(network.CLEAN_ON_THIS_SIDE)
