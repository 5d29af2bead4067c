"""From a history to what a timeline shows: for each run lanes, and on them what happened, by whom, from when to when.

Pure. Nothing is judged here: tones say what was seen (whole, part, absent, refused ...), never whether it was right; that
is the verdict's word, and its findings are laid over the timeline by their play and step.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ContentionLibrary.checks.check import Run, runs_of
from ContentionLibrary.checks.readers import LOCK, UNLOCK
from ContentionLibrary.checks.writers import whose
from ContentionLibrary.content.sighting import Version
from ContentionLibrary.content.sizes import format_size
from ContentionLibrary.history.acts import Acted, Answer, Renamed
from ContentionLibrary.history.copies import KILLED, CopyBegan, CopyEnded, StepLeft, StepMissed, StepReached
from ContentionLibrary.history.disks import Recorded
from ContentionLibrary.history.events import Event, Limitation, PlayBegan
from ContentionLibrary.history.figures import Measured
from ContentionLibrary.history.looks import LocksSeen, Looked
from ContentionLibrary.history.recording import History
from ContentionLibrary.report.measurements import Figures
from ContentionLibrary.report.name_states import name_states
from ContentionLibrary.report.story import act_text, ending_text
from ContentionLibrary.report.tones import act_tone

COPIER = "copier"
COMPETITOR = "competitor"
NAME = "name"
_RELEASED = "released"
_MOST_LETTERS = 600
_UNNAMED = ("at", "subject", "play", "run", "who")


@dataclass(frozen=True)
class Item:
    """Something on a lane.

    Args:
        lane: index of the lane.
        began: seconds since the scenario began.
        ended: likewise; the same moment for what has no length.
        kind: copy, hold, step, act, lock, state or note.
        tone: what it looks like: held, released, fault, killed, whole, older, part, absent, refused, waited, hung, done,
            success, error, lock, missed, plain, present, empty.
        label: a few characters for the bar.
        told: all of it in words.
        step: the copier's step at which it happened; empty if at none.
    """

    lane: int
    began: float
    ended: float
    kind: str
    tone: str
    label: str
    told: str
    step: str = ""


@dataclass(frozen=True)
class Lane:
    """A process of its own, or a name on the stage."""

    name: str
    kind: str


@dataclass(frozen=True)
class RunLine:
    """One run of a play."""

    number: int
    began: float
    ended: float
    lanes: tuple[Lane, ...]
    items: tuple[Item, ...]
    command: tuple[str, ...]
    steps: tuple[str, ...]
    unchanged: tuple[str, ...]
    """Names on the stage that were the same at every look."""


@dataclass(frozen=True)
class PlayLine:
    """All runs of one play."""

    title: str
    size: int
    way: str
    runs: tuple[RunLine, ...]
    steps: tuple[str, ...]
    """All steps at which a copier was held in any run, in the copier's own order."""


def play_lines(own: History) -> tuple[PlayLine, ...]:
    """Lay out every play of one subject's history."""
    runs = runs_of(own)
    found = []
    for play in own.of(PlayBegan):
        lines = tuple(run_line(run) for run in runs if run.play is play)
        found.append(PlayLine(play.title, play.size, _way(own, play), lines, _in_order(own, play, lines)))
    return tuple(found)


def _in_order(own: History, play: PlayBegan, lines: Iterable[RunLine]) -> tuple[str, ...]:
    """Order the steps of all runs as the run does that went furthest; each run may have been held at a few of them only."""
    known = list(dict.fromkeys(step for line in lines for step in line.steps))
    ways = [tuple(dict.fromkeys(ended.steps)) for ended in own.of(CopyEnded) if ended.play == play.play]
    furthest: tuple[str, ...] = max(ways, key=len, default=())
    at = {step: number for number, step in enumerate(furthest)}
    return tuple(sorted(known, key=lambda step: at.get(step, len(at))))


def _way(own: History, play: PlayBegan) -> str:
    return next((began.way.value for began in own.of(CopyBegan) if began.play == play.play), "")


def run_line(run: Run) -> RunLine:
    """Lay out one run."""
    draft = _Draft(run)
    for event in run.events:
        draft.take(event)
    return draft.finish()


@dataclass
class _Draft:
    """Collects lanes and items while the events of a run go by."""

    run: Run
    lanes: dict[str, Lane] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    reached: dict[tuple[str, str], StepReached] = field(default_factory=dict)
    locks: dict[tuple[str, str], Acted] = field(default_factory=dict)
    looks: list[Looked] = field(default_factory=list)
    names: dict[Version, str] = field(init=False)

    def __post_init__(self) -> None:
        self.names = whose(self.run)

    def take(self, event: Event) -> None:
        match event:
            case CopyBegan():
                self._lane(event.who, COPIER)
            case CopyEnded():
                self._copy(event)
            case StepReached():
                self.reached[event.who, event.step] = event
            case StepLeft():
                self._hold(event)
            case Acted():
                self._act(event)
            case Looked():
                self.looks.append(event)
            case _:
                self._note(event)

    def finish(self) -> RunLine:
        ended = max((item.ended for item in self.items), default=0.0)
        for step in self.reached.values():  # reached and never left: the run was ended there
            self._put(step.who, COPIER, step.at, ended, "hold", "held", "", _reached(step), step.step)
        for (who, target), act in self.locks.items():
            self._put(who, COMPETITOR, act.ended, ended, "lock", "lock", "", f"{who} holds the {target}, to the end")
        states, unchanged = name_states(self.run, self.looks, ended, self.names)
        for state in states:
            self._put(state.path, NAME, state.began, state.ended, "state", state.tone, state.label, state.told)
        ranks = {COPIER: 0, COMPETITOR: 1, NAME: 2}
        order = sorted(self.lanes, key=lambda key: ranks[self.lanes[key].kind])
        at = {list(self.lanes).index(key): index for index, key in enumerate(order)}
        items = sorted((dataclasses.replace(item, lane=at[item.lane]) for item in self.items), key=lambda i: i.began)
        copies = self.run.events.of(CopyBegan)
        steps = dict.fromkeys(step.step for step in self.run.events.of(StepReached))
        return RunLine(
            number=self.run.number,
            began=min((item.began for item in items), default=0.0),
            ended=max((item.ended for item in items), default=0.0),
            lanes=tuple(self.lanes[key] for key in order),
            items=tuple(items),
            command=copies[0].command if copies else (),
            steps=tuple(steps),
            unchanged=unchanged,
        )

    def _lane(self, name: str, kind: str) -> int:
        key = f"{kind} {name}"
        self.lanes.setdefault(key, Lane(name, kind))
        return list(self.lanes).index(key)

    def _put(  # noqa: PLR0917 - the fields of an item, in their order
        self,
        lane: str,
        of: str,
        began: float,
        ended: float,
        kind: str,
        tone: str,
        label: str,
        told: str,
        step: str = "",
    ) -> None:
        where = self._lane(lane, of)
        self.items.append(Item(where, round(began, 6), round(max(began, ended), 6), kind, tone, label, told, step))

    def _copy(self, ended: CopyEnded) -> None:
        tone = {"success": "success", "killed": "killed", "hung": "hung", "busy": "refused"}.get(
            ended.ending.value, "error"
        )
        label = ended.ending.value if ended.exit_code is None else f"{ended.ending.value}, exit {ended.exit_code}"
        self._put(ended.who, COPIER, ended.began, ended.ended, "copy", tone, label, ending_text(ended))
        held = {step.step for step in self.run.events.of(StepReached) if step.who == ended.who}
        for step, at in zip(ended.steps, ended.step_times, strict=False):
            if step not in held:
                self._put(ended.who, COPIER, at, at, "step", "plain", "", f"{ended.who}: {step}", step)

    def _hold(self, left: StepLeft) -> None:
        step = self.reached.pop((left.who, left.step), None)
        began = step.at if step else left.at - left.held
        tone = "killed" if left.how.startswith(KILLED) else "held" if left.how == _RELEASED else "fault"
        told = _reached(step) if step else f"{left.who} held before: {left.step}"
        told = f"{told}\n{left.how} after {1000 * left.held:.1f} ms"
        self._put(left.who, COPIER, began, left.at, "hold", tone, left.step, told, left.step)

    def _act(self, act: Acted) -> None:
        told = act_text(act, self.run.size, self.names)
        self._put(
            act.who,
            COMPETITOR,
            act.began,
            act.ended,
            "act",
            act_tone(act, self.run.size),
            act.operation,
            told,
            act.step or "",
        )
        if act.operation == LOCK and act.answer in (Answer.DONE, Answer.WAITED):
            self.locks[act.who, act.target] = act
        elif act.operation == UNLOCK and (lock := self.locks.pop((act.who, act.target), None)):
            told = f"{act.who} holds the {act.target}"
            self._put(act.who, COMPETITOR, lock.ended, act.began, "lock", "lock", "", told)

    def _note(self, event: Event) -> None:
        """What is not drawn in a way of its own, also kinds of events that came later than this file."""
        who = str(getattr(event, "who", "")) or "notes"
        match event:
            case Renamed():
                moves = "\n".join(f"{move.path} → {move.to}" for move in event.moves)
                times = f", {event.times} times" if event.times > 1 else ""
                label, told, tone = "rename", f"{who}: renames{times}:\n{moves}", "done"
            case LocksSeen():
                who = "the kernel's locks"
                label, tone = f"{len(event.locks)} locks", "lock" if event.locks else "plain"
                told = f"{event.moment}: " + ("\n".join(event.locks) or "no lock on anything here")
            case StepMissed():
                label, told, tone = "missed", f"{who} never came to: {event.step} ({event.reason})", "missed"
            case Limitation():
                label, told, tone = "limit", event.what, "missed"
            case Measured():
                label, told, tone = (
                    event.name,
                    f"{event.name}: {Figures(event.name, event.unit, ()).shown(event.value)}",
                    "plain",
                )
            case Recorded():
                label, tone = "disk", "plain"
                told = f"{who}: {len(event.operations)} operations on the disk were recorded"
            case _:
                label, told, tone = *_plainly(event), "plain"
        of = COPIER if f"{COPIER} {who}" in self.lanes else COMPETITOR
        began, ended = _period(event)
        self._put(who, of, began, ended, "note", tone, label, told, str(getattr(event, "step", "") or ""))


def _plainly(event: Event) -> tuple[str, str]:
    """An event of any kind: its name as words, and its facts one after the other."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(event).__name__).lower()
    facts = ", ".join(f"{key.replace('_', ' ')}: {value}" for key, value in vars(event).items() if key not in _UNNAMED)
    more = " ... (all of it is in the raw history)" if len(facts) > _MOST_LETTERS else ""
    return name, f"{name}: {facts[:_MOST_LETTERS]}{more}"


def _period(event: Event) -> tuple[float, float]:
    began, ended = getattr(event, "began", event.at), getattr(event, "ended", event.at)
    if isinstance(began, int | float) and isinstance(ended, int | float):
        return float(began), float(ended)
    return event.at, event.at


def _reached(step: StepReached) -> str:
    written = f", {format_size(step.written)} written" if step.written else ""
    settled = "" if step.settled else "\nnot all of its threads and processes were asleep"
    return f"{step.who} held before: {step.step}\n({step.call}, pid {step.pid}{written}){settled}"
