"""The life of a scenario behind one test: made at the first sentence, judged and cleaned up when the test ends."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from robot.api import Error, SkipExecution, logger
from robot.errors import RobotError
from robot.libraries.BuiltIn import BuiltIn, RobotNotRunningError

from ContentionLibrary.checks.judging import most_telling
from ContentionLibrary.checks.verdict import ScenarioVerdict, Verdict
from ContentionLibrary.copiers.profile import Profile
from ContentionLibrary.copiers.running import ready
from ContentionLibrary.copiers.shelf import from_command, load
from ContentionLibrary.errors import ContentionError, HarnessError, NotPossibleHere, SystemTrouble, UsageError
from ContentionLibrary.keywords.pabot import pabot_of_this_robot
from ContentionLibrary.locations import folder
from ContentionLibrary.report.file_systems import verdicts_table
from ContentionLibrary.report.identity import identity, tagged, title
from ContentionLibrary.report.plain_tests import suites_fault
from ContentionLibrary.report.sketch import sketch
from ContentionLibrary.report.stored import store_verdict
from ContentionLibrary.report.story import folded_text, verdict_story
from ContentionLibrary.scenario.masters import STARTED_BY, masters
from ContentionLibrary.scenario.scenario import Scenario
from ContentionLibrary.scenario.settings import Settings, parse_size_name
from ContentionLibrary.scenario.state import state_text, store_states
from ContentionLibrary.scenario.turn import Turn

if TYPE_CHECKING:
    from robot import result as robot_result
    from robot import running as robot_running

_StandInT = TypeVar("_StandInT")
_EXCLUSIVE_TAG = "pabot:exclusive"
_GUEST_TAG = ":nfs-guest"
"""How the tags of scenarios end that have a Linux of their own, if there can be one."""
_OWN_NAME = "ContentionLibrary"
_NOTHING_JUDGED = (
    "the copier was played with, and nothing was judged: write after the When sentences what should have come of it, such as "
    "'Then success should mean that the whole file is there'"
)
_EXPECTED_TO_FAIL = (
    "the test caught what its sentence has found; what is known to fail has its place in the profile: known_failures"
)
_CULPRITS: tuple[tuple[type[BaseException], Verdict], ...] = (
    (NotPossibleHere, Verdict.SKIPPED),
    (SystemTrouble, Verdict.SYSTEM_ERROR),
    (UsageError, Verdict.HARNESS_ERROR),
    (HarnessError, Verdict.HARNESS_ERROR),
)


class HarnessBrokenError(Error):
    """Something that is not the copier's fault kept a scenario from being played."""

    ROBOT_SUPPRESS_NAME = True


class Lifecycle:
    """Makes the scenario when it is first needed, and ends it with the test. The listener of the library."""

    ROBOT_LISTENER_API_VERSION = 3

    _stand_ins: ClassVar[Callable[[str], Any] | None] = None
    """Gives what hears the sentences of a scenario in its place; None when they are to be played."""

    @classmethod
    @contextmanager
    def only_listening(cls, stand_in: Callable[[], _StandInT]) -> Iterator[dict[str, _StandInT]]:
        """Play nothing meanwhile; what is said in each scenario is told to something that stands in for it.

        Args:
            stand_in: makes one.

        Returns:
            The stand-ins by the ids of their scenarios.
        """
        heard: dict[str, _StandInT] = {}
        cls._stand_ins = lambda identity: heard.setdefault(identity, stand_in())
        try:
            yield heard
        finally:
            cls._stand_ins = None

    def __init__(self) -> None:
        self._made: Scenario | None = None
        self._broken: tuple[Verdict, str] | None = None
        self._turn: Turn | None = None
        self._missed: tuple[Verdict, str] | None = None  # what a keyword outside all plays expected and did not find
        self._keyword = "the sentence"  # the one that is at work
        self._judged = False  # a keyword outside all sentences has judged something
        self._cut_short = False  # a sentence was left in its middle: by an error of ours, a time-out, or a signal

    @property
    def _scenario(self) -> Scenario:
        if self._made is None:
            name = _name_of_test()
            profile = _profile()
            self._turn = Turn(alone=_EXCLUSIVE_TAG in _tags() or profile.one_at_a_time).take(_tell_tester)
            self._made = _make_scenario(profile, name)
            if any(tag.endswith(_GUEST_TAG) for tag in _tags()) and not self._made.settings.profile.connects:
                self._made.stages.expect_guest()
        return self._made

    @contextmanager
    def _playing(self) -> Iterator[Scenario]:
        """Give the scenario to a sentence, and say whose fault it is when the sentence breaks."""
        stand_ins = Lifecycle._stand_ins
        if stand_ins is not None:
            yield stand_ins(_identity())
            return
        whole = False
        try:
            yield self._scenario
            whole = True
        except ContentionError as error:
            verdict = next(verdict for kind, verdict in _CULPRITS if isinstance(error, kind))
            self._broken = verdict, str(error)
            if verdict is Verdict.SKIPPED:
                raise SkipExecution(str(error)) from error
            told = str(error) if isinstance(error, UsageError) else f"{verdict.value}: {error}"
            raise HarnessBrokenError(told) from error
        except OSError as error:
            if (interruption := _interruption_behind(error)) is not None:
                raise interruption from None
            told = f"{self._keyword}: {trouble_of_system(error, _variable('WORKSPACE_ROOT') or tempfile.gettempdir())}"
            self._broken = Verdict.SYSTEM_ERROR, told
            raise HarnessBrokenError(f"{Verdict.SYSTEM_ERROR.value}: {told}") from error
        finally:
            self._cut_short = self._cut_short or not whole

    def _end_test(self, data: robot_running.TestCase, result: robot_result.TestCase) -> None:
        """Judge, store, and clean up; called by Robot when the test has ended, however that was."""
        scenario, self._made = self._made, None
        try:
            if scenario is not None:
                self._end_scenario(scenario, result)
        except (
            Exception
        ) as error:  # Robot only notes what a listener raises: a test that was played must not pass for that
            _fail(result, f"{Verdict.HARNESS_ERROR}: there is no verdict: {error}")
            raise
        finally:
            if self._turn is not None:
                self._turn.give_back()

    def _start_keyword(self, data: robot_running.Keyword, result: robot_result.Keyword) -> None:
        self._keyword = f"'{'  '.join(map(str, (result.name or '', *result.args)))}'"

    def _end_keyword(self, data: robot_running.Keyword, result: robot_result.Keyword) -> None:
        """Note whether the test itself has judged something; sentences of ours note their checks, and have no tags."""
        if "should" in (result.name or "").casefold() and (result.tags or result.owner != _OWN_NAME):
            self._judged = True

    def _end_scenario(self, scenario: Scenario, result: robot_result.TestCase) -> None:
        try:
            if scenario.has_been_played():
                self._tell_verdict(scenario, result)
        finally:
            try:
                survivors = scenario.close()
            except HarnessError as error:  # everything has ended nevertheless; the verdict is stored already
                logger.warn(f"{scenario.id}: {error}")
            else:
                if survivors:
                    logger.warn(f"{scenario.id}: had to be ended after the scenario: {', '.join(survivors)}")

    def _tell_verdict(self, scenario: Scenario, result: robot_result.TestCase) -> None:
        """Judge and store a scenario in which something was played; a test by hand has no verdict on the copier."""
        if self._broken is None and result.failed:
            if fault := suites_fault(result.message):
                self._broken = None if scenario.has_failing() else (Verdict.NOT_PROVEN, fault)
            elif self._cut_short or not (self._missed or _is_about_the_copier(scenario)):
                self._broken = Verdict.HARNESS_ERROR, result.message
            elif self._missed and self._missed[1] in result.message and not scenario.has_failing():
                self._broken = self._missed
        if self._broken is None and result.passed and not (self._judged or scenario.has_been_judged()):
            self._broken = Verdict.NOT_PROVEN, _NOTHING_JUDGED
            _fail(result, f"NOT PROVEN: {_NOTHING_JUDGED}")
        verdict = scenario.verdict(self._broken)
        if result.passed and verdict.verdict is Verdict.FAILED:
            _fail(result, f"{verdict.reason} ({_EXPECTED_TO_FAIL})")
        elif result.passed and verdict.verdict is Verdict.NOT_PROVEN:
            _fail(result, f"NOT PROVEN: {verdict.reason}")
        if verdict.verdict is Verdict.FAILED:
            _look_at_first_finding(scenario, verdict)
        told = verdict_story(verdict) + verdicts_table(scenario.played(), verdict)
        logger.info(sketch(scenario.history, verdict) + told, html=True)
        for state in scenario.states:
            logger.info(folded_text(state.occasion, state_text(state)), html=True)
        if scenario.settings.output is not None:
            _store(scenario, verdict)

    end_test = _end_test
    start_keyword = _start_keyword
    end_keyword = _end_keyword


def _interruption_behind(error: BaseException) -> RobotError | None:
    """Return what Robot has stopped the sentence with, if the error came only on the way out.

    A signal or a time-out breaks in anywhere, so that what is tidied up behind it may be tidied up already: `shutil.rmtree`,
    for one, closes a directory twice when it is stopped just after it has closed it.
    """
    behind = error.__context__
    while behind is not None and not isinstance(behind, RobotError):
        behind = behind.__context__
    return behind


def _fail(result: robot_result.TestCase, message: str) -> None:
    """Let a test fail that has ended already."""
    result.status, result.message = "FAIL", message


def trouble_of_system(error: OSError, workspace: str) -> str:
    """Say what the system refused; of a full disk it often does not say itself which one it is.

    Args:
        error: what it said.
        workspace: the folder in which scenarios are played.
    """
    where = f" ({error.filename})" if error.filename else ""
    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
        return f"{error.strerror or error}{where}"
    return f"{error.strerror} in {workspace}{where}: make room there, name another workspace, or choose a smaller size"


def _tell_tester(what: str) -> None:
    """Say something in the log, and in the terminal while it is true."""
    logger.info(what, also_console=True)


def _is_about_the_copier(scenario: Scenario) -> bool:
    return scenario.has_failing() or bool(scenario.unproven())


def _look_at_first_finding(scenario: Scenario, verdict: ScenarioVerdict) -> None:
    """Keep how it looks at the point of a finding, for whoever reads of it; the verdict does not depend on that."""
    try:
        for finding in most_telling(verdict.findings, 1):  # none if a test by hand missed what it expected
            scenario.revisit(finding)
    except NotPossibleHere as reason:
        logger.info(f"How it looks where something was found was not kept: {reason}")
    except ContentionError as error:
        logger.warn(f"{scenario.id}: how it looks where something was found could not be kept: {error}")


def _variable(name: str) -> str:
    """Return a Robot variable as text, else the environment variable `CONTENTION_<name>`, else an empty text."""
    value = BuiltIn().get_variable_value(f"${{{name}}}")
    return str(value) if value not in (None, "") else os.environ.get(f"CONTENTION_{name}", "")


def _tags() -> list[str]:
    return [str(tag) for tag in BuiltIn().get_variable_value("${TEST TAGS}") or []]


def _identity() -> str:
    """Return the id of the scenario: from its tag, else one made of its name."""
    name, suite = (str(BuiltIn().get_variable_value(f"${{{one}}}")) for one in ("TEST NAME", "SUITE SOURCE"))
    return identity(tagged(_tags(), "id"), name, Path(suite))


def _profile() -> Profile:
    command = _variable("COMMAND")
    profile = from_command(command) if command else load(_variable("COPIER") or "reference")
    reason = ready(profile)
    if reason:
        raise NotPossibleHere(reason)
    return profile


def _replay_options(profile: Profile, suite: Path) -> tuple[str, ...]:
    """Return what `contention replay` must be told to find what did not come along with the library."""
    options: list[str] = []
    if profile.path is None:
        options += ["--command", _variable("COMMAND")]
    elif not profile.path.resolve().is_relative_to(folder("variables").resolve()):
        options += ["--copier", str(profile.path)]
    if not suite.resolve().is_relative_to(folder("suites").resolve()):
        options += ["--suite", str(suite)]
    return tuple(options)


def _name_of_test() -> str:
    """Return the name of the test that is at work, before anything is taken that only its end gives back.

    Raises:
        HarnessError: this is no run of Robot.
        UsageError: no test is at work.
    """
    try:
        name = BuiltIn().get_variable_value("${TEST NAME}")
    except RobotNotRunningError as error:
        raise HarnessError("a scenario is one test of Robot Framework: run it with robot or contention run") from error
    if name is None:
        raise UsageError(
            "a scenario is one test, and what it has made ends with it: use Test Setup and Test Teardown in place of "
            "Suite Setup and Suite Teardown"
        )
    return str(name)


def _make_scenario(profile: Profile, name: str) -> Scenario:
    built_in = BuiltIn()
    scenario = _identity()
    suite = Path(str(built_in.get_variable_value("${SUITE SOURCE}")))
    root = _variable("WORKSPACE_ROOT")
    output = built_in.get_variable_value("${OUTPUT DIR}")
    settings = Settings(
        profile,
        parse_size_name(_variable("SIZE") or "standard"),
        Path(root) if root else None,
        Path(str(output)) / "contention" / scenario if output else None,
        masters(_variable(STARTED_BY), pabot_of_this_robot()),
        bool(_variable("FORGET")),
        _replay_options(profile, suite),
    )
    return Scenario(scenario, title(scenario, name), suite.parent.name, settings)


def _store(scenario: Scenario, verdict: ScenarioVerdict) -> None:
    directory = scenario.settings.output
    assert directory is not None
    directory.mkdir(parents=True, exist_ok=True)
    scenario.history.store(directory / "history.jsonl")
    store_states(scenario.states, directory)
    store_verdict(verdict, directory)
