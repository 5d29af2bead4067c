"""Small histories, told event by event, as a scenario would note them."""

from __future__ import annotations

from ContentionLibrary.checks.readers import OPEN_HALF, READ, READ_ON
from ContentionLibrary.content.sighting import Kind, Sighting, Span, Version
from ContentionLibrary.history.acts import Acted, Answer, Rearranged, Renamed, Signalled, StoodStill, ToldToEnd
from ContentionLibrary.history.cast import NAMES, SENT, SOURCE, THE_COPIER
from ContentionLibrary.history.copies import (
    CopyBegan,
    CopyEnded,
    Ending,
    StepLeft,
    StepMissed,
    StepReached,
    SurvivorsEnded,
    Way,
)
from ContentionLibrary.history.disks import OnFileSystem, PowerLost, Recorded, SpaceCounted
from ContentionLibrary.history.events import Limitation, PlayBegan
from ContentionLibrary.history.looks import Appeared, Arrived, Content, Entry, LocksSeen, Looked, SourceSeen
from ContentionLibrary.history.recording import History

MIB = 1 << 20
SIZE = 4 * MIB
DESTINATION, SOURCE_FILE = "destination/slide.bin", "source/slide.bin"
SUBJECT = "the copier under test"
RENAME = "rename the temporary file to the destination"


def whole(version: Version, size: int = SIZE, start: int = 0) -> Sighting:
    """All of a version, from a place on."""
    return Sighting(size - start, (Span(start, size, Kind.VERSION, version),), start)


def cut(version: Version, end: int, start: int = 0) -> Sighting:
    """A version up to some byte."""
    return Sighting(end - start, (Span(start, end, Kind.VERSION, version),) if end > start else (), start)


def spans(*parts: tuple[int, Version | Kind], start: int = 0) -> Sighting:
    """Ranges, each up to some byte, each of a version or a kind of other bytes."""
    found, at = [], start
    for end, whose in parts:
        known = isinstance(whose, Version)
        found.append(Span(at, end, Kind.VERSION if known else whose, whose if known else None))
        at = end
    return Sighting(at - start, tuple(found), start)


def says(finding, *parts):
    """Tell whether a finding says all of these; how it joins them is free."""
    missing = [part for part in parts if part not in finding.seen]
    assert not missing, f"{missing} not said: {finding.seen!r}"
    return True


class Tale:
    """One play of one subject. Each event comes a tenth of a second after the one before it."""

    def __init__(
        self,
        name="a play",
        *,
        subject=SUBJECT,
        older=False,
        stepped=True,
        interferes=True,
        replaces=True,
        consumes_source=False,
        temporary_files=(),
        further=(),
    ):
        self.history = History()
        self._name, self._subject, self._run, self._clock = name, subject, 1, 0.0
        self._note(
            PlayBegan,
            title=name,
            size=SIZE,
            older=older,
            destination=DESTINATION,
            source=SOURCE_FILE,
            stepped=stepped,
            interferes=interferes,
            replaces=replaces,
            consumes_source=consumes_source,
            temporary_files=tuple(temporary_files),
            further=tuple(further),
        )

    def _note(self, kind, **facts):
        self._clock = round(self._clock + 0.1, 3)
        run = 0 if kind is PlayBegan else self._run
        self.history.add(kind(at=self._clock, subject=self._subject, play=self._name, run=run, **facts))
        return self

    def run(self, number):
        """Go on with another run."""
        self._run = number
        return self

    def began(self, who=THE_COPIER, way=Way.EXACT, source=None):
        name = NAMES[source or SENT.get(who, SOURCE)]
        return self._note(CopyBegan, who=who, command=("cp",), way=way, source=name, destinations=(DESTINATION,))

    def held(self, step, who=THE_COPIER):
        return self._note(StepReached, who=who, step=step, call="write", written=0, settled=True, pid=1)

    def let_go(self, step, who=THE_COPIER, how="released"):
        return self._note(StepLeft, who=who, step=step, how=how, held=0.1)

    def renamed(self, moves, step=None, times=1, who="somebody"):
        return self._note(Renamed, who=who, step=step, moves=tuple(moves), times=times)

    def killed(self, step, scope="tree", who=THE_COPIER, survivors=()):
        """The copier is held before a step and killed there."""
        self.held(step, who)
        self._note(StepLeft, who=who, step=step, how=f"killed ({scope})", held=0.1)
        return self.ended(Ending.KILLED, who=who, survivors=survivors)

    def survivors_ended(self, *by_force, who=THE_COPIER):
        return self._note(SurvivorsEnded, who=who, by_force=by_force)

    def locks(self, moment, *locks, step=None):
        return self._note(LocksSeen, moment=moment, step=step, locks=locks)

    def missed(self, step, reason="it ended before"):
        return self._note(StepMissed, who=THE_COPIER, step=step, reason=reason)

    def act(self, operation, who="somebody", *, step=None, answer=Answer.DONE, sighting=None, target="the destination"):
        began, ended = round(self._clock + 0.1, 3), round(self._clock + 0.2, 3)
        self._clock = ended
        return self._note(
            Acted,
            who=who,
            operation=operation,
            target=target,
            step=step,
            began=began,
            ended=ended,
            answer=answer,
            sighting=sighting,
        )

    def read(self, sighting, who="reader", step=None):
        """A reader reads the destination; None as a sighting: there is no such file."""
        answer = Answer.ABSENT if sighting is None else Answer.DONE
        return self.act(READ, who, step=step, answer=answer, sighting=sighting)

    def opened_half(self, version, who="slow reader", step=None):
        return self.act(OPEN_HALF, who, step=step, sighting=cut(version, SIZE // 2))

    def read_on(self, sighting, who="slow reader", step=None):
        return self.act(READ_ON, who, step=step, sighting=sighting)

    def ended(
        self,
        ending=Ending.SUCCESS,
        message="",
        who=THE_COPIER,
        *,
        code=None,
        signal=9,
        steps=(),
        step_times=(),
        survivors=(),
        took=0.1,
        refused=(),
        unseen=False,
        unread=False,
    ):
        if code is None and ending not in (Ending.KILLED, Ending.HUNG):
            code = {Ending.SUCCESS: 0, Ending.BUSY: 75, Ending.ERROR: 1}[ending]
        self._clock = round(self._clock + took, 3)
        return self._note(
            CopyEnded,
            who=who,
            ending=ending,
            exit_code=code,
            signal=signal if code is None else None,
            message=message,
            began=round(self._clock - took, 3),
            ended=self._clock,
            peak_memory=0,
            steps=tuple(steps),
            step_times=tuple(step_times),
            survivors=tuple(survivors),
            refused=tuple(refused),
            unseen=unseen,
            unread=unread,
        )

    def recorded(self, views, operations, end, root=1):
        return self._note(Recorded, who=THE_COPIER, root=root, views=views, operations=operations, end=end)

    def power_lost(self, step, *, flushed=False, file_system="a real ext4"):
        return self._note(PowerLost, step=step, file_system=file_system, flushed=flushed, took=0.1)

    def counted(self, moment, free, names=5, *, grain=0, destination=0, file_system="a real tmpfs"):
        """What was free on a file system that was filled up."""
        return self._note(
            SpaceCounted,
            moment=moment,
            file_system=file_system,
            destination=destination,
            free=free,
            names=names,
            grain=grain,
        )

    def told_to_end(self, step):
        return self._note(ToldToEnd, step=step, signal=15, grace=5.0)

    def signalled(self, step, *signals, codes=(), ignored=(), all_processes=True):
        return self._note(
            Signalled, step=step, signals=signals, all_processes=all_processes, codes=codes, ignored=ignored
        )

    def stood_still(self, step):
        return self._note(StoodStill, step=step, processes=1)

    def arrived(self, what, word, *, kept, counts, told="the destination has none"):
        return self._note(Arrived, what=what, word=word, kept=kept, told=told, counts=counts)

    def limited(self, what, *, blind=False):
        return self._note(Limitation, what=what, blind=blind)

    def on_file_system(self, kind, name, *, reality="native", abilities=()):
        return self._note(OnFileSystem, file_system=kind, name=name, reality=reality, abilities=abilities)

    def looked(
        self,
        moment,
        destination=None,
        names=(),
        step=None,
        *,
        contents=None,
        links=(),
        shown=None,
        further=(),
        source=True,
        temporary=(),
    ):
        """Somebody lists the stage: the source unless it is gone, the destination if it is there, and further names.

        `shown` is what reading the destination shows although a link leads elsewhere.
        """
        paths = [*([SOURCE_FILE] if source else []), *([DESTINATION] if destination else []), *names, *links]
        entries = tuple(
            Entry(path, "symlink" if path in links else "file", SIZE, number)
            for number, path in enumerate(sorted(paths), 1)
        )
        held = tuple(Content(path, sighting) for path, sighting in (contents or {}).items())
        return self._note(
            Looked,
            moment=moment,
            step=step,
            entries=entries,
            destination=destination or shown,
            further=tuple(further),
            contents=held,
            temporary=tuple(Entry(path, "file", SIZE, 1) for path in temporary),
        )

    def source_seen(self, sighting, path=SOURCE_FILE):
        return self._note(SourceSeen, path=path, sighting=sighting)

    def rearranged(self, step, moved, to, made=()):
        """A competitor has moved or removed a directory."""
        return self._note(Rearranged, step=step, moved=moved, to=to, made=tuple(made))

    def appeared(self, path, what="created", step=""):
        """The system tells of a name."""
        return self._note(Appeared, path=path, what=what, step=step)
