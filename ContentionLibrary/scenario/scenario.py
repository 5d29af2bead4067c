"""A scenario from its first sentence to its verdict: who owns what, what was played, what was checked.

Everything that is made is made through here, so that `close` can end it, however the scenario has gone.
"""

from __future__ import annotations

import concurrent.futures
import itertools
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ContentionLibrary.checks.check import Check, runs_of
from ContentionLibrary.checks.file_systems import stages_told
from ContentionLibrary.checks.judging import decide, fold, hindrances, is_allowed, judge_each_play, measured, unproven
from ContentionLibrary.checks.keys import Origin, keyed
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.verdict import Control, Finding, ScenarioVerdict, Verdict
from ContentionLibrary.competitors.pool import WORKER, Competitor, Pool
from ContentionLibrary.copiers.running import why_nothing_to_connect_to
from ContentionLibrary.errors import ContentionError, NotPossibleHere
from ContentionLibrary.history.copies import CopyBegan, StepReached, Way
from ContentionLibrary.history.events import Limitation, PlayBegan
from ContentionLibrary.history.recording import History
from ContentionLibrary.monitor.monitor import INTERVAL, SAMPLER, Monitor
from ContentionLibrary.processes.emptying import empty
from ContentionLibrary.processes.starter import BARRIERS_VARIABLE, Starter
from ContentionLibrary.processes.workspace import open_workspace
from ContentionLibrary.scenario.by_hand.workbench import Workbench
from ContentionLibrary.scenario.controls import Controls
from ContentionLibrary.scenario.file_systems import file_system_of
from ContentionLibrary.scenario.guest_talk import Request
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.only import Only
from ContentionLibrary.scenario.place import SOURCE, Contents, destination_names
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.settings import UNDER_TEST, Settings, Subject, size_in_keys
from ContentionLibrary.scenario.stages import Stages
from ContentionLibrary.scenario.state import Family, State, take_state
from ContentionLibrary.stepping.control import SUPERVISORS, Controlled, Hold
from ContentionLibrary.stepping.plan import Plan, Program, Watch
from ContentionLibrary.stepping.supervisors import Supervisors
from ContentionLibrary.stepping.ways import best_way

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ContentionLibrary.history.looks import Entry
    from ContentionLibrary.scenario.place import Place
    from ContentionLibrary.scenario.run import Run

_ROLES = [WORKER, SAMPLER, SUPERVISORS[Way.EXACT]] if sys.platform == "linux" else [WORKER, SAMPLER]
_NOTHING_PLAYED = (
    "no copy was made before this sentence: say first what happens while the copier copies, such as "
    "'When a reader reads the destination at every step of a copy into an empty place'"
)
_LAST_WORDS = 5.0  # seconds in which what was broken off comes to its end, now that nobody answers it any more
_STATES_KEPT = 5
_SHORT = 10.0  # seconds; a play that takes longer is not gone back to only to look around


@dataclass
class Scenario:
    """One scenario. Make it, play, check, take the verdict, close."""

    id: str
    title: str
    category: str
    settings: Settings
    history: History = field(default_factory=History)

    def __post_init__(self) -> None:
        self._began = time.monotonic()
        self._claims: dict[str, Level] = self.settings.profile.contract
        self._run_numbers = itertools.count(1)
        self._plays: list[Play] = []
        self._took: dict[str, float] = {}
        self.states: list[State] = []
        self._checks: list[Check] = []
        self._findings: list[Finding] = []
        self._controls = Controls(self.history, self._perform)
        self._states: set[tuple[str, str, frozenset[str]]] = set()
        self._competitors: dict[tuple[str, int], Competitor] = {}
        self.under_test = Subject(UNDER_TEST, self.settings.profile, self.settings.size.value)
        self.left_at_work: list[concurrent.futures.Future[None]] = []  # what goes on after its play was broken off
        self.only: Only | None = None  # what is to be played of each play, if not all
        self._workbench: Workbench | None = None
        self.second_client = 0  # a process that sees the stage as another machine does; 0 for none
        self._workspace, self._ledger = open_workspace(self.id, self.settings.workspace_root)
        try:
            self._starter = Starter(self._workspace, self._ledger, _ROLES, masters=self.settings.masters)
        except ContentionError:
            self._ledger.close()
            empty(self._ledger.path)
            raise
        try:
            self._pool = Pool(self._starter)
            self._supervisors = Supervisors(self._starter)
            self.stages = Stages(self.id, self._workspace, self._ledger, self._starter)
            self.way, self.way_reason = best_way(self._starter, self._workspace.run)
            self.contents = Contents(self._workspace.stage / "contents")
            if self.way is not Way.EXACT:
                self._limit(f"the copier could not be held exactly: {self.way_reason}")
            if own := self.settings.profile.own_files:
                self._limit(
                    f"The copier keeps files of its own, as its profile says, which were not looked at: {', '.join(own)}"
                )
        except BaseException:
            self._starter.stop()
            raise

    # -- what runs need ---------------------------------------------------------------------------------------

    @property
    def stage(self) -> Path:
        """Directory below which each run has its place."""
        return self._workspace.stage

    @property
    def temporary(self) -> tuple[Path, ...]:
        """Directory below which each run has one for the temporary files of its copiers; none where they have to do without.

        It is on the file system on which they would lie anyway: whether a file can be renamed from there to its
        destination, or has to be copied, must not depend on us.
        """
        usual = Path(tempfile.gettempdir())
        if sys.platform == "win32" or usual.stat().st_dev != self.stage.stat().st_dev:
            return ()
        return (self.stage / "tmp",)

    @property
    def log(self) -> Path:
        """Directory for the outputs of copiers."""
        return self._workspace.log

    @property
    def meeting_place(self) -> Path:
        """Directory for the shared memory of barriers."""
        return self._workspace.run

    @property
    def barriers(self) -> Path:
        """Directory of the barriers with names."""
        return self._workspace.barriers

    @property
    def by_hand(self) -> Workbench:
        """What a test does by hand, outside any play; made when it is first asked for."""
        if self._workbench is None:
            self._workbench = Workbench(self)
        return self._workbench

    def now(self) -> float:
        """Seconds since the scenario began."""
        return time.monotonic() - self._began

    def at(self, monotonic: float) -> float:
        """Turn a moment of the monotonic clock into seconds since the scenario began."""
        return monotonic - self._began

    def environment(self) -> dict[str, str]:
        """Return the environment that marks a process as ours and tells it where the barriers are."""
        return {**self._ledger.environment(), BARRIERS_VARIABLE: str(self.barriers)}

    def play_in_guest(self, title: str, subject: Subject, began: PlayBegan, enough: Enough) -> None:
        """Let a play be done in a Linux of its own, which is brought up when it is first asked for.

        Raises:
            NotPossibleHere: there can be none, or somebody wants to look around in it.
        """
        from ContentionLibrary.scenario.guests import perform  # noqa: PLC0415 - few scenarios have one

        if self.only is not None and self.only.look_around is not None:
            raise NotPossibleHere("Nobody can look around in a Linux of its own: go back to this point without that")
        perform(self.stages.guest(), Request(title, subject, began, self.now(), self.only), self.history, enough)

    def settle(self, place: Place) -> None:
        """Wait until a place shows what is really there; a file system of this machine always does."""

    def name_run(self) -> str:
        """Return a name for the directory and the outputs of one more run."""
        return f"run-{next(self._run_numbers)}"

    def control(self, program: Program, watch: Watch, plan: Plan) -> Controlled:
        """Start a program under control, in the best way of this machine."""
        return self._supervisors.control(self.way, program, watch, plan)

    def monitor(self, interval: float = INTERVAL) -> Monitor:
        """Start to look at all copiers, and whatever else the scenario runs, and at the stage.

        Args:
            interval: seconds between two looks.
        """
        return Monitor(self._starter, self.stage, interval, self.settings.profile.own_names)

    def competitor(self, name: str, lane: int = 0) -> Competitor:
        """Return the competitor of that name; each lane has its own."""
        if (name, lane) not in self._competitors:
            self._competitors[name, lane] = self._pool.take(name)
        return self._competitors[name, lane]

    def _limit(self, what: str) -> None:
        self.history.add(Limitation(at=self.now(), subject=UNDER_TEST, play="", run=0, what=what))

    def is_new_state(self, subject: Subject, play: PlayBegan, names: frozenset[str], *, survivors: bool) -> bool:
        """Tell whether a failed copy has left a state that no copy of this play has left before, and remember it.

        Where one run is done again and again, each time is to show the whole of it.
        """
        state = (subject.name, play.play, names)
        if state in self._states and not survivors and self.only is None:
            return False
        self._states.add(state)
        return True

    def use_bytes(self, count: int) -> None:
        """Let every file that is copied from now on have so many bytes."""
        scale = replace(self.under_test.scale, content=count, fresh=count)
        self.under_test = replace(self.under_test, scale=scale)

    # -- playing ----------------------------------------------------------------------------------------------

    def play(self, play: Play) -> History:
        """Do a play with the copier under test; return what was noted.

        Raises:
            NotPossibleHere: it is no play for this copier, or something that it needs is not here.
        """
        if self.settings.profile.connects and play.copies:
            if play.connecting is None:
                raise NotPossibleHere(why_nothing_to_connect_to(self.settings.profile))
            play = play.connecting
        self._plays.append(play)
        began = self.now()
        self._perform(play, self.under_test, lambda: False)
        self._took[play.name] = self.now() - began
        return self.history.about(UNDER_TEST, play.name)

    def _perform(self, play: Play, subject: Subject, enough: Enough) -> None:
        if play.destinations > 1 and not subject.profile.several_destinations:
            raise NotPossibleHere(
                f"The copier {subject.profile.name} takes one destination, and this scenario is about {play.destinations} "
                "of one copy: use a profile whose command takes {destinations}, as cp-each does with a loop over cp"
            )
        size = subject.scale.fresh if play.fresh else subject.scale.content
        if play.destinations > 1:
            size //= play.destinations + 1  # the source and its copies together are as large as one file elsewhere
        if play.at_most:
            size = min(size, play.at_most)
        first, *further = destination_names(play.destinations)
        began = PlayBegan(
            at=self.now(),
            subject=subject.name,
            play=play.name,
            run=0,
            title=play.title,
            size=size,
            older=play.older,
            destination=first,
            source=SOURCE,
            stepped=play.stepped,
            interferes=play.interferes,
            replaces=subject.profile.replaces,
            consumes_source=subject.profile.consumes_source,
            further=tuple(further),
            temporary_files=subject.profile.temporary_files,
        )
        self.history.add(began)
        try:
            play.act(Lane(self, subject, began), enough)
        except Exception as error:
            if not isinstance(error, NotPossibleHere):
                self.take_state(f"{play.name} was broken off: {error}", self.stage, ())
            raise
        self.stages.end_with_the_play()

    def take_state(self, occasion: str, root: Path, entries: Sequence[Entry]) -> State:
        """Keep how the scenario looks now; only the first moments of a scenario are kept, the others only returned.

        Args:
            occasion: why.
            root: the stage that it is about.
            entries: what lies there.
        """
        ours = {competitor.pid: competitor.name for competitor in self._competitors.values()}
        ours |= dict.fromkeys(self._supervisors.pids, "watches and holds a copier")
        state = take_state(occasion, self.now(), root, entries, Family(self._starter.pid, ours))
        if len(self.states) < _STATES_KEPT:
            self.states.append(state)
        return state

    def revisit(self, finding: Finding) -> None:
        """Go back to the point of a finding, with nothing changed, and keep how it looks there.

        Nothing is done for a finding of no held step, which chance may have shown, or where the play takes long.
        What happens meanwhile is noted under a subject of its own, so that it is judged by nobody.

        Raises:
            NotPossibleHere: nobody can look there, or the play cannot be done again.
        """
        play = next((play for play in self._plays if play.title == finding.play), None)
        if play is None or not finding.step or not finding.run or self._took[play.name] > _SHORT:
            return
        again = Subject(f"{UNDER_TEST} again", self.settings.profile, self.under_test.scale)

        def look_around(run: Run, hold: Hold | None) -> None:
            if hold is not None and hold.step == finding.step:
                run.take_state(
                    f"{finding.play}, run {finding.run}, before '{hold.step}', seen again after the scenario"
                )

        self.only = Only(finding.run, look_around=look_around)
        try:
            self._perform(play, again, lambda: False)
        finally:
            self.only = None

    # -- checking -------------------------------------------------------------------------------------------------

    def played(self) -> History:
        """Return all that was noted of the copier under test."""
        return self.history.about(UNDER_TEST)

    def check(self, check: Check) -> tuple[list[Finding], list[Finding], Control | None]:
        """Judge what was played so far.

        Returns:
            Findings that the copier's claims do not allow, findings that they allow, and the check's positive control
            (made only when there was nothing to fail for, because a check that has failed has shown that it can).
        """
        self._checks.append(check)
        played = self.history.about(UNDER_TEST)
        found = [] if hindrances(played) else judge_each_play(check, played)
        findings = keyed(found, played, self._origin())
        self._findings += findings
        failing = [finding for finding in findings if not is_allowed(finding, self._claims)]
        allowed = [finding for finding in findings if is_allowed(finding, self._claims)]
        return failing, allowed, None if failing else self._controls.prove(check, self._plays)

    def _origin(self) -> Origin:
        plays = [play.title for play in self._plays]
        settings = self.settings
        return Origin(self.id, settings.profile.name, plays, size_in_keys(settings.size), settings.replay_options)

    # -- the end ---------------------------------------------------------------------------------------------------

    def has_been_played(self) -> bool:
        """Tell whether anything was played or checked, so that there can be a verdict on the copier."""
        return bool(self._plays or self._checks)

    def has_been_judged(self) -> bool:
        """Tell whether a check has looked at what was played."""
        return bool(self._checks)

    def why_nothing_to_judge(self) -> str:
        """Say what is missing where a check comes before anything was played; empty if something was."""
        return "" if self._plays else _NOTHING_PLAYED

    def has_failing(self) -> bool:
        """Tell whether a check has found what the copier's claims do not allow."""
        return any(not is_allowed(finding, self._claims) for finding in self._findings)

    def unproven(self) -> list[str]:
        """Say why nothing is proven by what was played, if so."""
        if missing := self.why_nothing_to_judge():
            return [missing]
        own = self.history.about(UNDER_TEST)
        return hindrances(own) + unproven(own, self._controls.made)

    def verdict(self, broken: tuple[Verdict, str] | None = None) -> ScenarioVerdict:
        """Put everything together.

        Args:
            broken: what kept the scenario from being played to its end, if something did: verdict and reason.
        """
        failing = fold(finding for finding in self._findings if not is_allowed(finding, self._claims))
        allowed = fold(finding for finding in self._findings if is_allowed(finding, self._claims))
        own = self.history.about(UNDER_TEST)
        verdict, reason = broken or decide(failing, self.unproven(), allowed)
        return ScenarioVerdict(
            id=self.id,
            title=self.title,
            category=self.category,
            copier=self.settings.profile.name,
            verdict=verdict,
            reason=reason,
            way=self.way.value,
            stage=stages_told(f"directory on {file_system_of(self.stage)}", own),
            size=self.settings.size.value.content,
            runs=len(own.of(CopyBegan)),
            steps=tuple(dict.fromkeys(one.step for run in runs_of(own) for one in run.events.of(StepReached))),
            findings=failing,
            allowed=allowed,
            measured=measured(self._checks, self._findings, own),
            claims=tuple(self._claims.values()),
            controls=self._controls.made,
            limitations=tuple(dict.fromkeys([*(event.what for event in own.of(Limitation)), *hindrances(own)])),
            seconds=round(self.now(), 3),
        )

    def close(self) -> list[str]:
        """End everything that the scenario has started and made.

        Returns:
            What should have been gone already and had to be ended, one line each.
        """
        if self._workbench is not None:
            self._workbench.clear()
        self.stages.let_go()
        self._starter.hang_up()
        # A lane that is still at work makes directories; nobody can empty the workspace beside it.
        concurrent.futures.wait(self.left_at_work, _LAST_WORDS)
        return list(self._starter.stop().survivors)
