"""One copier through all selected scenarios: the phases one after another, then one result of both."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ContentionLibrary.cli.children import child
from ContentionLibrary.cli.facts import note_begin, note_end
from ContentionLibrary.cli.folders import make_phase
from ContentionLibrary.cli.interruption import Interruption
from ContentionLibrary.cli.phases import OUTPUT, Phase, phase_command, plan
from ContentionLibrary.cli.subjects import Subject
from ContentionLibrary.cli.suites import SuiteTest
from ContentionLibrary.cli.watching import Standing, Watch
from ContentionLibrary.report.evidence import read_evidence, verdict_files
from ContentionLibrary.report.merging import merge_results
from ContentionLibrary.report.outcomes import Outcome, settle
from ContentionLibrary.report.robot_results import read_robot_results
from ContentionLibrary.scenario.masters import STARTED_BY, ourselves

_POLL = 0.1  # seconds
_SETTINGS = "settings.json"
_CONSOLE = "console.txt"
_TAIL = 15  # lines of Robot's output that are shown when it left no results


@dataclass(frozen=True)
class Campaign:
    """Everything that one copier's run depends on.

    Args:
        subject: the copier.
        tests: what is run.
        size: `quick`, `standard`, `full`, or empty for the library's own choice.
        workspace: folder in which scenarios make theirs, or empty for the library's own choice.
        processes: how many suites at once.
        directory: absolute path of the output directory.
        verbose: whether Robot's own output is shown.
        forget: whether nothing of it is to be kept for later runs.
    """

    subject: Subject
    tests: tuple[SuiteTest, ...]
    size: str
    workspace: str
    processes: int
    directory: Path
    verbose: bool
    forget: bool = False


@dataclass(frozen=True)
class _Ran:
    """A phase that is over, and its folder."""

    phase: Phase
    folder: Path

    @property
    def output(self) -> Path:
        return self.folder / OUTPUT


@dataclass(frozen=True)
class Finished:
    """What came of a campaign.

    Args:
        outcomes: in the order of the tests.
        troubles: what Robot or pabot said last, for each phase that left no results.
    """

    outcomes: tuple[Outcome, ...]
    troubles: tuple[str, ...]


def run_campaign(campaign: Campaign, standing: Standing, interruption: Interruption) -> Finished:
    """Run all phases and settle what each scenario's outcome is.

    Args:
        campaign: what is run; its directory is ready.
        standing: kept up to date while it runs.
        interruption: looked at while waiting.

    Raises:
        HarnessError: Robot's log cannot be written.
        Stopped: somebody wants an end; everything that was started has ended.
    """
    facts = note_begin(campaign.subject, campaign.tests, campaign.directory)
    ran = [_run_phase(campaign, phase, standing, interruption) for phase in plan(campaign.tests, campaign.processes)]
    title = f"Contention {campaign.subject.name}"
    unread = merge_results([each.output for each in ran], campaign.directory, title)
    interruption.check()
    note_end(facts, campaign.directory)
    results = read_robot_results(campaign.directory / OUTPUT) if len(unread) < len(ran) else ()
    evidence = [read_evidence(path) for each in ran for path in verdict_files(each.folder)]
    troubles = tuple(_last_words(each) for each in ran if each.output in unread)
    return Finished(settle(campaign.tests, results, evidence), troubles)


def _run_phase(campaign: Campaign, phase: Phase, standing: Standing, interruption: Interruption) -> _Ran:
    folder = make_phase(campaign.directory, phase.name)
    console = folder / _CONSOLE
    settings = folder / _SETTINGS
    settings.write_text(json.dumps(_variables(campaign), indent=1) + "\n", encoding="utf-8")
    command = phase_command(phase, folder, settings)
    watch = Watch(folder, campaign.tests, standing, console=console if campaign.verbose else None)
    with child(
        command,
        # pabot leaves a file of suite names where it runs; Robot runs where the user is, by pabot's launcher.
        working_directory=folder if phase.by_pabot else Path.cwd(),
        console=console,
        robots_below=phase.by_pabot,
        impatient=lambda: interruption.impatient,
    ) as process:
        _follow(process, watch, interruption)
    watch.close()
    standing.running.clear()
    return _Ran(phase, folder)


def _follow(process: subprocess.Popen[bytes], watch: Watch, interruption: Interruption) -> None:
    """Wait for the end of a process, and tell meanwhile what it is at."""
    while True:
        interruption.check()
        try:
            process.wait(_POLL)
        except subprocess.TimeoutExpired:
            watch.look()
        else:
            # Ctrl-C may have reached the process from elsewhere; then this is no ordinary end.
            interruption.check()
            return


def _variables(campaign: Campaign) -> dict[str, str]:
    """The settings under the names by which the library knows them; what was not given is left to the library.

    A file of JSON is the one way on which blanks, colons, quotes, backslashes and dollars come through Robot and pabot.
    """
    values = {
        STARTED_BY: ourselves(),
        "COPIER": campaign.subject.copier,
        "COMMAND": campaign.subject.command,
        "SIZE": campaign.size,
        "WORKSPACE_ROOT": campaign.workspace,
        "FORGET": "yes" if campaign.forget else "",
    }
    return {name: value for name, value in values.items() if value}


def _last_words(ran: _Ran) -> str:
    console = ran.folder / _CONSOLE
    lines = console.read_text(encoding="utf-8", errors="backslashreplace").splitlines()
    tail = "".join(f"\n  | {line}" for line in lines[-_TAIL:]) or " it is empty"
    return f"The phase '{ran.phase.name}' left no results that can be read. The end of {console}:{tail}"
