"""Sentences in which copies go to a mount whose server is lost, or its disk."""

from __future__ import annotations

from robot.api.deco import keyword

from ContentionLibrary.keywords.readings import Playing, Where
from ContentionLibrary.scenario.plays import lost_servers


class LostServersKeywords(Playing):
    """NFS and SMB servers that are lost, or whose disk fails, and mounts that give up or wait. All of it happens in a Linux guest with a kernel of its own."""

    @keyword("NFS and SMB servers are away for a while during a copy ${where}, on mounts that wait")
    def miss_server(self, where: Where) -> None:
        """Takes the server of a hard mount (NFS 4.2, SMB 3.1.1) away for a second, while the copier stands at a step.

        The copier is held when one quarter of its data is written, and when three are (before its first call that writes any, if
        that writes more), in a run of its own each. The link is
        cut, and it is let go: it waits, as everything does on such a mount. A second later the link is there again. Before the step
        that makes the copy official the server itself is stopped too, and started again: its client has to get back
        what was open and locked. A client of SMB may answer with an error then: that is as good as a whole copy, if the copier says so.

        A server that never comes back is not tried: a hard mount waits for it for ever, whatever the copier does.

        Where this cannot be had, the verdict says so, and what the other sentences have shown stands alone.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | When NFS and SMB servers are away for a while during a copy over an older version, on mounts that wait |
        """
        self._play(lost_servers.miss_server(older=where.value))

    @keyword("NFS and SMB servers are lost for good during a copy ${where}, on mounts that give up")
    def lose_server(self, where: Where) -> None:
        """Takes the server of a soft mount (NFS 3, SMB 3.1.1) away, while the copier stands at a step; each call to it fails.

        The link to the NFS server is cut, and each call fails after a second. The SMB server is started again and lets its client
        in no more: each call fails at once, with the answer (EHOSTDOWN) for which a client of a silent server takes 10 to 31 s.

        With NFS that is before the second half of the data, and over an older version before the step that makes the copy official
        (where there is none, before the last data). With SMB it is tried over an older version, before the second half of the data
        (before all of it, if one call writes it). When the
        copier has ended, what has arrived is looked at where the server has it. Then a client that has never been there before mounts
        the directory at the same place, and the same copy is run again.

        Where this cannot be had, the verdict says so, and what the other sentences have shown stands alone.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | And NFS and SMB servers are lost for good during a copy into an empty place, on mounts that give up |
        """
        self._play(lost_servers.lose_server(older=where.value))

    @keyword("The disk of an NFS server fails all writes during a copy ${where}, on a mount that gives up")
    def fail_disk(self, where: Where) -> None:
        """Lets the disk of a server (NFS 3, ext4) fail everything that is written to it, while the copier stands at a step.

        That is before the second half of the data, and before the step that makes the copy official (where there is none, before the
        last data), in a run of its own each. Then the server is there, and answers with an error (EIO, EROFS), also at the flush or the close
        of a file of which each write has succeeded. What it cannot bring to its disk it goes on showing from its memory, even a
        new name. So when the copier has ended the disk, which is good again, is mounted anew: what it has is what
        the copy has come to. Then the same copy is run again.

        Where this cannot be had (in the guest it takes the package `dmsetup`), the verdict says so, and what the other sentences
        have shown stands alone.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | And the disk of an NFS server fails all writes during a copy over an older version, on a mount that gives up |
        """
        self._play(lost_servers.fail_disk(older=where.value))
