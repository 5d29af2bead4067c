"""Sentences in which copies go to an NFS server that is lost."""

from __future__ import annotations

from robot.api.deco import keyword

from ContentionLibrary.keywords.readings import Playing, Where
from ContentionLibrary.scenario.plays import lost_nfs


class LostNfsKeywords(Playing):
    """An NFS server that is lost, and mounts that give up or wait. All of it happens in a Linux guest with kernel and server of its own."""

    @keyword("An NFS server is away for a while at each quarter of a copy ${where}, on a mount that waits")
    def miss_server(self, where: Where) -> None:
        """Takes the server of a hard mount (NFS 4.2) away for a second, while the copier stands at a step.

        The copier is held before each quarter of its data, in a run of its own each. The link is cut, and it is let
        go: it waits, as everything does on such a mount. A second later the link is there again. Before the step that makes the
        copy official the server itself is stopped too, and started again: its client has to get back what was open and locked.

        A server that never comes back is not tried: a hard mount waits for it for ever, whatever the copier does.

        Where this cannot be had, the verdict says so, and what the other sentences have shown stands alone.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | When an NFS server is away for a while at each quarter of a copy over an older version, on a mount that waits |
        """
        self._play(lost_nfs.miss_server(older=where.value))

    @keyword("An NFS server is lost for good during a copy ${where}, on a mount that gives up")
    def lose_server(self, where: Where) -> None:
        """Takes the server of a soft mount (NFS 3) away, while the copier stands at a step; each call to it fails after a second.

        Into an empty place that is before the second half of the data, and over an older version before the step that
        makes the copy official (where there is none, before the last data). When the
        copier has ended, what has arrived is looked at where the server has it. Then a client that has never been there before mounts
        the directory at the same place, and the same copy is run again.

        Where this cannot be had, the verdict says so, and what the other sentences have shown stands alone.

        Args:
            where: `into an empty place` or `over an older version`.

        Examples:
            | And an NFS server is lost for good during a copy into an empty place, on a mount that gives up |
        """
        self._play(lost_nfs.lose_server(older=where.value))
