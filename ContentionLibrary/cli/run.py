"""`contention run`: runs scenarios against copiers and says in the end what each of them is worth."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from ContentionLibrary.cli.campaign import Campaign, Finished, run_campaign
from ContentionLibrary.cli.catalogue import known_scenarios
from ContentionLibrary.cli.earlier import Earlier, compare_and_remember, earlier
from ContentionLibrary.cli.earlier import add_options as earlier_options
from ContentionLibrary.cli.facts import known_failures, note_stop
from ContentionLibrary.cli.folders import make_ready, room_for_results
from ContentionLibrary.cli.interruption import Interruption, Stopped
from ContentionLibrary.cli.phases import plan
from ContentionLibrary.cli.screen import say, width
from ContentionLibrary.cli.selection import select
from ContentionLibrary.cli.subjects import Subject, add_command_option, doubtful_failures, subjects
from ContentionLibrary.cli.suites import SuiteTest
from ContentionLibrary.cli.watching import Standing
from ContentionLibrary.cli.workspaces import workspace
from ContentionLibrary.errors import ContentionError
from ContentionLibrary.report.changes import Changes, changes_text
from ContentionLibrary.report.comparison_text import comparison_lines
from ContentionLibrary.report.facts import COPIERS_FILE
from ContentionLibrary.report.known import exit_code_of, fixed, nothing_proven
from ContentionLibrary.report.making import BADGE, PAGE, make_report
from ContentionLibrary.report.outcomes import CopierOutcomes, ExitCode, id_of
from ContentionLibrary.report.terminal import plain, run_report, table, verdict_table

SIZES = ("quick", "standard", "full")
DEFAULT_SIZE = "standard"

EXAMPLES = """examples:
  contention run                                      every scenario on the reference copier
  contention run FileBlocking --copier cp             one category on cp
  contention run RDW-001 --copier rsync --copier cp   one scenario on two copiers, with a joint table
  contention run --command "mycopy {source} {destination}"
                                                      every scenario on a copier of your own
  contention run my/suite.robot --include smoke       a suite of your own
  contention run --copier cp --against last --fail-on new
                                                      fail only for what is worse than last time

exit codes:
  0  all passed (skipped scenarios are counted and named; failures that the profile knows do not count)
  1  the copier is at fault: a scenario or a test of your own failed or was not proven, or a known failure is fixed and still
     listed; or nothing could be proven, because every scenario was skipped
  2  the command line or a profile is wrong; nothing was run
  3  an error of the harness or of the system
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Say which arguments the command has."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    what = "category, scenario id, or path of a suite file or folder; none means every scenario"
    parser.add_argument("what", nargs="*", metavar="CATEGORY|ID|SUITE_PATH", help=what)
    copier = "a profile by name or path; may be given several times (default: reference)"
    parser.add_argument("--copier", action="append", default=[], metavar="NAME_OR_PATH", help=copier)
    add_options(parser)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Say which options each command that runs scenarios has."""
    parser.add_argument("--include", action="append", default=[], metavar="TAG", help="only tests with this tag")
    parser.add_argument("--exclude", action="append", default=[], metavar="TAG", help="no tests with this tag")
    command = "a copier without a profile, such as 'mycopy {source} {destination}'"
    add_command_option(parser, command)
    earlier_options(parser)
    parser.add_argument("--size", choices=SIZES, help="size of the copied files: 4, 64 or 278 MiB")
    processes = "how many suites run beside each other (default: one for each processor)"
    parser.add_argument("--processes", type=_count, default=_processors(), metavar="N", help=processes)
    results = "where log.html and all else goes (default: results)"
    parser.add_argument("--outputdir", type=Path, default=Path("results"), metavar="DIR", help=results)
    workspace = "an existing folder in which the scenarios make their own"
    parser.add_argument("--workspace", type=Path, metavar="DIR", help=workspace)
    parser.add_argument("--dry-run", action="store_true", help="only say what would be run")
    parser.add_argument("--verbose", action="store_true", help="also show what Robot and pabot print")


def run(arguments: argparse.Namespace) -> int:
    """Do what the arguments say.

    Returns:
        The exit code.

    Raises:
        UsageError: something in the arguments is wrong; nothing was run.
        HarnessError: Robot's results cannot be written.
    """
    tests = select(arguments.what, arguments.include, arguments.exclude)
    return run_on(subjects(arguments.copier, arguments.copier_command), tests, arguments)


def run_on(chosen: Sequence[Subject], tests: tuple[SuiteTest, ...], arguments: argparse.Namespace) -> int:
    """Run tests on copiers, one after another, with the options of `add_options`.

    Returns:
        The exit code.

    Raises:
        UsageError: an option is wrong; nothing was run.
        HarnessError: Robot's results cannot be written.
    """
    root = workspace(arguments.workspace, arguments.size or DEFAULT_SIZE)
    for doubt in (each for subject in chosen for each in doubtful_failures(subject, {test.id for test in tests})):
        print(plain(f"Perhaps a mistake: {doubt}"), file=sys.stderr)
    if arguments.dry_run:
        _tell_plan(tests, chosen, max(_at_once(subject, arguments.processes) for subject in chosen))
        return ExitCode.PASSED
    top = arguments.outputdir.absolute()
    campaigns = [
        Campaign(
            subject=subject,
            tests=tests,
            size=arguments.size or "",
            workspace=root,
            processes=_at_once(subject, arguments.processes),
            directory=top / subject.folder if len(chosen) > 1 else top,
            verbose=arguments.verbose,
            forget=arguments.forget,
        )
        for subject in chosen
    ]
    before = [earlier(subject, arguments) for subject in chosen]
    for directory in dict.fromkeys([top, *(campaign.directory for campaign in campaigns)]):
        make_ready(directory)
    folders = [campaign.directory.name for campaign in campaigns]
    with room_for_results(top):
        if len(campaigns) > 1:
            (top / COPIERS_FILE).write_text(json.dumps(folders) + "\n", encoding="utf-8")
        return _run_all(campaigns, before, top, only_new=arguments.fail_on == "new")


def _run_all(campaigns: Sequence[Campaign], before: Sequence[Earlier], top: Path, *, only_new: bool) -> int:
    done: list[CopierOutcomes] = []
    changed: list[Changes] = []
    with Interruption() as interruption:
        for campaign, past in zip(campaigns, before, strict=True):
            standing = Standing()
            try:
                finished = run_campaign(campaign, standing, interruption)
            except Stopped as stopped:
                _tell_stopped(stopped, standing, campaign)
                _report_stopped(stopped, campaign, top, in_haste=interruption.impatient)
                return stopped.exit_code
            done.append(CopierOutcomes(campaign.subject.name, finished.outcomes, known_failures(campaign.subject)))
            changed.append(_tell_finished(done[-1], finished, campaign, past))
    if len(done) > 1:
        say(*comparison_lines(done, width()))
        make_report(top, known_scenarios())
        say("", f"report: {top / PAGE}")
    dark = [told for each in done if (told := nothing_proven(each))]
    if dark:
        say(*map(plain, dark))
    code = exit_code_of(done)
    if only_new and code is ExitCode.COPIER_AT_FAULT and not any(each.alarming for each in changed):
        return ExitCode.COPIER_AT_FAULT if dark or any(fixed(each) for each in done) else ExitCode.PASSED
    return code


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of processes: give 1 or more")
    return int(text)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _at_once(subject: Subject, processes: int) -> int:
    """Return how many suites may run beside each other with a copier."""
    return 1 if subject.profile.one_at_a_time else processes


def _tell_plan(tests: Sequence[SuiteTest], chosen: Sequence[Subject], processes: int) -> None:
    rows = [
        (plain(id_of(test)), plain(test.title), phase.name) for phase in plan(tests, processes) for test in phase.tests
    ]
    say(*table(("ID", "TITLE", "PHASE"), rows), "", f"on: {', '.join(plain(each.name) for each in chosen)}")


def _tell_finished(copier: CopierOutcomes, finished: Finished, campaign: Campaign, before: Earlier) -> Changes:
    say("", *run_report(copier, width()))  # first of all: a report that cannot be written must not hide it
    changes = compare_and_remember(copier, before, campaign.directory)
    if told := changes_text(changes):
        say("", *map(plain, told), "")
    make_report(campaign.directory, known_scenarios())
    files = {"log": "log.html", "report": PAGE, "badge": BADGE}
    paths = {what: campaign.directory / name for what, name in files.items()}
    say(*(f"{what}: {path}" for what, path in paths.items() if path.is_file()), "")
    for trouble in finished.troubles:
        print(trouble, file=sys.stderr)
    return changes


def _tell_stopped(stopped: Stopped, standing: Standing, campaign: Campaign) -> None:
    lines = verdict_table(standing.finished, width()) if standing.finished else []
    total = len({id_of(test) for test in campaign.tests})
    running = f"; {', '.join(standing.running)} did not end" if standing.running else ""
    say("", *lines, f"Stopped by {stopped.cause}: {standing.count} of {total} scenarios were finished{running}.")


def _report_stopped(stopped: Stopped, campaign: Campaign, top: Path, *, in_haste: bool) -> None:
    """Make the report of what was finished; who cannot wait for it, or has no room for it, is told how to make it later."""
    later = f"make the report of what was finished: contention report {shlex.quote(str(top))}"
    try:
        note_stop(stopped.cause, campaign.directory)
        if in_haste:
            say(later)
            return
        for directory in dict.fromkeys([campaign.directory, top]):
            make_report(directory, known_scenarios())
    except (ContentionError, OSError) as trouble:
        print(f"There is no report yet: {trouble}", file=sys.stderr)
        say(later)
    else:
        say(f"report: {top / PAGE}")
