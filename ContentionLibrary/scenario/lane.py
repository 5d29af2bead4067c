"""What a play has at hand: its subject, competitors, and runs; and how runs that do not touch each other go side by side.

A play that needs a fresh run for each step spends much of its time waiting for one copier or another. Its runs have
nothing in common, so they go in several lanes. Their numbers follow the order of the steps, whichever ends first.
"""

from __future__ import annotations

import os
import queue
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ContentionLibrary.history.copies import Way
from ContentionLibrary.history.disks import OnFileSystem
from ContentionLibrary.history.events import Event, Limitation, PlayBegan
from ContentionLibrary.history.recording import History
from ContentionLibrary.processes.namespaces import window
from ContentionLibrary.scenario.place import Arrangement, View
from ContentionLibrary.scenario.play import Enough
from ContentionLibrary.scenario.run import Run
from ContentionLibrary.scenario.settings import Subject
from ContentionLibrary.stage.stage import Reality

if TYPE_CHECKING:
    from ContentionLibrary.competitors.pool import Competitor
    from ContentionLibrary.monitor.monitor import Monitor
    from ContentionLibrary.scenario.scenario import Scenario
    from ContentionLibrary.stage.image import Image
    from ContentionLibrary.stage.samba import Samba
    from ContentionLibrary.stage.served import Served
    from ContentionLibrary.stage.share import Share
    from ContentionLibrary.stage.small import SmallDisk
    from ContentionLibrary.stage.stage import Flushable, Stage

_ItemT = TypeVar("_ItemT")
_EventT = TypeVar("_EventT", bound=Event)

_PLACES = 5  # so many contents lie on a file system at once at most: source, old, new, and those of the contents

LANES = min(4, 2 * (os.cpu_count() or 1))
"""Runs that go side by side: more than processors, because most of a run is waiting."""


@dataclass(frozen=True)
class Grounds:
    """Where the runs of a lane have their places.

    Args:
        stage: the directory in which places are made; None for the scenario's own.
        elsewhere: as in `Arrangement`.
    """

    stage: Path | None = None
    elsewhere: Mapping[int, Path] = field(default_factory=dict)


class Mounted(Protocol):
    """A directory on a server that is mounted here."""

    mount_point: Path

    @property
    def root(self) -> Path:
        """The same directory as the server sees it."""


class Lane:
    """One lane of a play.

    Args:
        scenario: who owns everything.
        subject: whose behaviour is shown.
        began: what all runs of the play have in common.
        number: tells lanes apart that go side by side; each has competitors of its own.
        grounds: where its runs have their places, if a run asks for nothing else.
    """

    def __init__(
        self, scenario: Scenario, subject: Subject, began: PlayBegan, number: int = 0, grounds: Grounds | None = None
    ) -> None:
        self._scenario = scenario
        self._grounds = grounds or Grounds()
        self.began = began
        self._number = number
        self._runs = 0
        self.subject = subject
        self.scale = subject.scale

    def run(
        self,
        *,
        number: int | None = None,
        own_source: bool = False,
        rivals: int = 0,
        twins: bool = False,
        neighbours: bool = False,
        decoy: bool = False,
        elsewhere: Mapping[int, Path] | None = None,
        stage: Path | None = None,
        within: int = 0,
        size: int | None = None,
        share: Mounted | None = None,
        served: Served | None = None,
        name: str = "",
    ) -> Run:
        """Begin a run in a fresh place; see `Run`.

        Args:
            number: its number within the play; the next one by default.
            own_source: the competitors are going to write into the source.
            rivals: how many further sources there are.
            twins: all sources have one time stamp.
            neighbours: there are other files beside the destination.
            decoy: competitors move things about on the stage, on which there is a directory that nobody names.
            elsewhere: below which directory, on another file system, a destination lies; by its number from 0. The lane's
                by default.
            stage: the directory in which its place is made; the lane's by default.
            within: the process whose namespaces its copiers enter, to see what lies elsewhere; none by default.
            size: bytes of every content; the play's by default.
            share: the directory on a server to which is copied; what has arrived is looked at on the server's side.
            served: the directory on a server to which is copied by clients of that.
            name: how the file is called at the destination; as everywhere by default.
        """
        grounds = self._grounds
        elsewhere, view = elsewhere or grounds.elsewhere, View(window(within)) if within else None
        if share is not None:
            elsewhere, view = {0: share.root}, View(str(share.root), str(share.mount_point))
        if served is not None:
            elsewhere = {0: served.root}
        self._runs += 1
        counted = self._runs if number is None else number
        return Run(
            self._scenario,
            self.subject,
            self.began,
            counted,
            Arrangement(
                own_source,
                rivals,
                twins,
                neighbours,
                decoy,
                elsewhere,
                stage or grounds.stage,
                within,
                size,
                view,
                name,
            ),
        )

    def common_ground(self) -> Path:
        """Return a directory for places that other accounts can reach; see `Stages.common_ground`."""
        return self._scenario.stages.common_ground()

    def on(self, stage: Stage, destination_on: Stage | None = None) -> Lane:
        """Return the same lane, whose runs have their places on a file system of ours.

        Args:
            stage: where the source is, and all else.
            destination_on: where the destination is; there too by default.
        """
        elsewhere = {0: destination_on.root} if destination_on is not None else {}
        return Lane(self._scenario, self.subject, self.began, self._number, Grounds(stage.root, elsewhere))

    def note(self, kind: type[_EventT], **facts: Any) -> None:  # noqa: ANN401 - the fields of the event
        """Write something into the history that is true for all runs of the play."""
        began = self.began
        self._scenario.history.add(
            kind(at=self._scenario.now(), subject=began.subject, play=began.play, run=0, **facts)
        )

    def local_stage(self, kind: str) -> Flushable:
        """Return the scenario's file system of a kind, made or found; it ends with the scenario.

        Raises:
            NotPossibleHere: there is none.
        """
        return self._scenario.stages.local.get(kind, LANES * _PLACES * self.began.size)

    def own_stage(self) -> Stage:
        """Return what the scenario's workspace is on."""
        return self._scenario.stages.local.own()

    def has_none_of(self, kinds: tuple[str, ...]) -> bool:
        """Tell whether `local_stage` was asked for each of these kinds and could give none."""
        return self._scenario.stages.local.none_of(kinds)

    def open_guest(self) -> None:
        """See that there is a guest, in which plays can be done.

        Raises:
            NotPossibleHere: there can be none.
        """
        self._scenario.stages.guest()

    def play_in_guest(self, title: str, mounts: str, enough: Enough) -> None:
        """Let a play be done in a guest; see `Scenario.play_in_guest`.

        Args:
            title: which play, by its name in the guest.
            mounts: what the verdict says of the server and the clients that take part.
            enough: tells whether it may stop early.
        """
        self.open_guest()
        told = f"{mounts} in a Linux of its own (User-Mode Linux)"
        self.note(OnFileSystem, file_system="nfs", name=told, reality=Reality.SERVER.value)
        self._scenario.play_in_guest(title, self.subject, self.began, enough)

    def image(self, kind: str) -> Image:
        """Return this lane's own file system of that kind; see `make_images`."""
        return self._scenario.stages.image(kind, max(1, self._number))

    def make_images(self, kind: str) -> None:
        """Make a file system of our own for each lane; all are ended with the play.

        Raises:
            NotPossibleHere: it cannot be made here.
        """
        for number in range(1, LANES + 1):
            self._scenario.stages.make_image(kind, number, _PLACES * self.began.size)

    def small_disk(self, kind: str) -> SmallDisk:
        """Make a file system of our own that runs full when a play wants it; it is ended with the play.

        Args:
            kind: `tmpfs`, `ext4`, `xfs` or `ntfs`.

        Raises:
            NotPossibleHere: it cannot be made here.
        """
        return self._scenario.stages.make_small_disk(kind, _PLACES * self.began.size)

    def share(self) -> Share:
        """Return this lane's own directory on a server, which is kept until the scenario ends.

        Raises:
            NotPossibleHere: there can be none here.
        """
        return self._scenario.stages.share(max(1, self._number))

    def served(self) -> Served:
        """Return this lane's own directory on a server for clients of it, which is kept until the scenario ends.

        Raises:
            NotPossibleHere: there can be none here, or nobody is let in.
        """
        return self._scenario.stages.served(max(1, self._number))

    def noted(self) -> History:
        """Return all that was noted of this play so far."""
        return self._scenario.history.about(self.began.subject, self.began.play)

    def limit(self, what: str, *, blind: bool = False) -> None:
        """Note that something could not be done here: part of the verdict.

        Args:
            what: what it is.
            blind: without it, a scenario without findings proves nothing.
        """
        self.note(Limitation, what=what, blind=blind)

    def samba(self) -> Samba:
        """Return the server of this scenario, on whose share runs can lie; it stays the same through the scenario.

        Raises:
            NotPossibleHere: there is no server here, or no client that speaks to it.
        """
        server = self._scenario.stages.samba()
        where = "one of them" if self.subject.profile.by_unc else "on the server's side"
        told = f"{server.name}, its clients in the Windows dialect, the copier {where}"
        self.note(OnFileSystem, file_system="smb", name=told, reality=server.reality.value)
        return server

    def competitor(self, name: str) -> Competitor:
        """Return a competitor of that name; it stays the same through the scenario."""
        return self._scenario.competitor(name, self._number)

    def monitor(self) -> Monitor:
        """Start to look at what the copiers of this scenario hold and use."""
        return self._scenario.monitor()

    @property
    def forgets(self) -> bool:
        """Whether nothing is to be kept for later runs."""
        return self._scenario.settings.forgets

    @property
    def way(self) -> Way:
        """How exactly a copier can be held here."""
        return self._scenario.way

    @property
    def meeting_place(self) -> Path:
        """Directory for the shared memory of barriers."""
        return self._scenario.meeting_place

    def one_by_one(self, items: Sequence[_ItemT]) -> list[tuple[int, _ItemT]]:
        """Return what to do something with, one after another, each with the number of its run.

        Args:
            items: none of which needs that something was done with an earlier one.
        """
        first = self._runs + 1
        self._runs += len(items)
        numbered = list(enumerate(items, first))
        return numbered if self._scenario.only is None else self._scenario.only.just(numbered)

    def side_by_side(self, items: Sequence[_ItemT], act: Callable[[Lane, int, _ItemT], None], enough: Enough) -> None:
        """Do something with each item, several at a time unless the copier runs one at a time.

        Args:
            items: what to do it with, e.g. the steps.
            act: does it, in the lane that it is given, as the run of the number that it is given.
            enough: when it says so, no further item is begun.
        """
        lanes: queue.SimpleQueue[Lane] = queue.SimpleQueue()
        count = 1 if self.subject.profile.one_at_a_time else LANES
        for number in range(1, count + 1):
            lanes.put(Lane(self._scenario, self.subject, self.began, number, self._grounds))
        first = self._runs + 1
        self._runs += len(items)

        def one(number: int, item: _ItemT) -> None:
            if enough():
                return
            lane = lanes.get()
            try:
                act(lane, number, item)
            finally:
                lanes.put(lane)

        numbered = list(enumerate(items, first))
        if self._scenario.only is not None:
            numbered = self._scenario.only.among(numbered)
        executor = ThreadPoolExecutor(count, thread_name_prefix="lane")
        futures: list[Future[None]] = []
        try:
            for number, item in numbered:
                futures.append(executor.submit(one, number, item))
            for future in futures:
                future.result()
        finally:
            # An interrupted test, which may be so while a lane is opened, does not wait here: the scenario's end hangs up,
            # which ends the lanes. Without the word to shut down a lane waits for ever, and Robot for it.
            executor.shutdown(wait=False, cancel_futures=True)
            self._scenario.left_at_work += [future for future in futures if not future.done()]
