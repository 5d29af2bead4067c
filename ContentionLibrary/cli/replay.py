"""`contention replay`: goes straight to the point at which something was found, and tells whether it is seen there again."""

from __future__ import annotations

import argparse
import dataclasses
import os
import shlex
import sys
from pathlib import Path

from ContentionLibrary.checks.keys import Key, parse_key, word_of
from ContentionLibrary.cli.looking_around import Halt
from ContentionLibrary.cli.run import SIZES
from ContentionLibrary.cli.screen import say, width
from ContentionLibrary.cli.selection import select
from ContentionLibrary.cli.subjects import add_command_option, subjects
from ContentionLibrary.cli.suites import SuiteTest
from ContentionLibrary.cli.workspaces import workspace
from ContentionLibrary.content.sizes import format_size
from ContentionLibrary.copiers.profile import Profile
from ContentionLibrary.copiers.running import ready, version
from ContentionLibrary.errors import UsageError
from ContentionLibrary.keywords.spoken import listen
from ContentionLibrary.replaying.replay import Aim, Replay
from ContentionLibrary.replaying.scripting import script_of, try_script
from ContentionLibrary.replaying.seen import End, Seen
from ContentionLibrary.replaying.shrinking import shrink, with_competitors
from ContentionLibrary.report.outcomes import ExitCode, id_of
from ContentionLibrary.report.terminal import finding_lines, item, plain, unbroken
from ContentionLibrary.scenario.scenario import Scenario
from ContentionLibrary.scenario.settings import Settings, parse_size_name
from ContentionLibrary.scenario.turn import Turn

_CODES = {
    End.CONFIRMED: ExitCode.COPIER_AT_FAULT,
    End.UNSTABLE: ExitCode.COPIER_AT_FAULT,
    End.NOT_SEEN: ExitCode.PASSED,
    End.NOT_PROVEN: ExitCode.COPIER_AT_FAULT,
    End.NOT_POSSIBLE: ExitCode.HARNESS_OR_SYSTEM,
}

EXAMPLES = """examples:
  contention replay RDW-001:cp:1.1.3:torn-reads        go there ten times; the key stands at each finding
  contention replay KEY --hold                         stop there and look around in another terminal
  contention replay KEY --copier ./mycopy.yaml         the copier of the key, if its profile is not a shipped one

how it can end, and the exit codes:
  0  not seen: in no go, although the copier was where the key says
  1  confirmed: in every go; or UNSTABLE: in some, and it says why; or NOT PROVEN: in none, and that says nothing, because
     the interference did not land or this copier has no such point any more
  2  the command line, the key or a profile is wrong: nothing was run
  3  NOT POSSIBLE HERE: this machine cannot go there, and it says why; or an error of the harness or of the system
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Say which arguments the command has."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument("key", metavar="KEY", help="which finding; it stands in the terminal, the log and the verdict")
    parser.add_argument("--times", type=_count, default=10, metavar="N", help="how often (default: 10)")
    hold = "stop there, and stay until Enter or Ctrl-C, so that you can look around in another terminal"
    parser.add_argument("--hold", action="store_true", help=hold)
    copier = "profile of the key's copier, which must have the key's name (default: the shipped profile of that name)"
    parser.add_argument("--copier", metavar="NAME_OR_PATH", help=copier)
    command = "the copier's command, if the key is about one without a profile"
    add_command_option(parser, command)
    suite = "where the key's scenario is, if it is not a shipped one"
    parser.add_argument("--suite", type=Path, metavar="SUITE_PATH", help=suite)
    shrink = "also look for the smallest file and the fewest competitors that still show it"
    parser.add_argument("--shrink", action="store_true", help=shrink)
    script = "write a script that shows it without this library and without Robot, for the copier's makers"
    parser.add_argument("--script", type=Path, metavar="FILE", help=script)
    few = "with so many competitors, where the play can have any number"
    parser.add_argument("--competitors", type=_count, metavar="N", help=few)
    small = "exactly so many bytes in each copied file, instead of a size"
    parser.add_argument("--bytes", type=_count, metavar="N", help=small)
    size = "size of the copied files (default: the key's, and quick if it names none)"
    parser.add_argument("--size", choices=SIZES, help=size)
    workspace = "an existing folder in which the scenario makes its own"
    parser.add_argument("--workspace", type=Path, metavar="DIR", help=workspace)


def run(arguments: argparse.Namespace) -> int:
    """Go there, and tell what was seen.

    Returns:
        The exit code.

    Raises:
        UsageError: the key names nothing that there is; nothing was run.
        NotPossibleHere: what was asked for beside going there cannot be done.
    """
    key = parse_key(arguments.key)
    test = _test(key, arguments.suite)
    names = [arguments.copier or key.copier] if arguments.copier_command is None else []
    (subject,) = subjects(names, arguments.copier_command)
    if subject.name != key.copier:
        raise UsageError(
            f"{key} is about {key.copier}, but this names {subject.name}, whose behaviour says nothing of it: for another "
            f"version of {key.copier}, name a profile file with the line `name: {key.copier}`"
        )
    workspace(arguments.workspace)
    if arguments.script:
        _see_that_it_can_be_written(arguments.script)
    spoken = listen(test.source, test.name)[id_of(test)]
    checks = {word_of(check.name): check for check in spoken.checks}
    if not 0 < key.play <= len(spoken.plays) or key.check not in checks:
        raise UsageError(
            f"{key} is about play {key.play} and the check '{key.check}', but {key.scenario} has {len(spoken.plays)} "
            f"plays and these checks: {', '.join(checks)}"
        )
    plays, check = list(spoken.plays), checks[key.check]
    if arguments.competitors:
        plays[key.play - 1] = with_competitors(plays[key.play - 1], arguments.competitors)
    title = plays[key.play - 1].title
    if reason := ready(subject.profile):
        say(*told(key, title, Seen(impossible=reason), width()))
        return _CODES[End.NOT_POSSIBLE]
    turn = Turn(alone=test.exclusive or subject.profile.one_at_a_time).take(
        lambda what: print(what, file=sys.stderr, flush=True)
    )
    try:
        size = parse_size_name(arguments.size or key.size or "quick")
        settings = Settings(subject.profile, size, arguments.workspace, forgets=True)
        scenario = Scenario(key.scenario, test.title, test.category, settings)
        try:
            if arguments.bytes:
                scenario.use_bytes(arguments.bytes)
            aim = Aim(plays, check, key)
            replay = Replay(scenario, aim)
            seen = replay.go(1 if arguments.hold else arguments.times)
            say(*told(key, title, seen, width()), *_circumstances(scenario, seen))
            if seen.impossible:
                return _CODES[seen.end]
            if arguments.hold:
                _hold(replay)
            if arguments.script:
                _write_script(replay, subject.profile, arguments.script)
            if arguments.shrink:
                _shrink(scenario, aim, seen, arguments)
        finally:
            scenario.close()
    finally:
        turn.give_back()
    return _CODES[seen.end]


def _hold(replay: Replay) -> None:
    """Go there once more and stay until the user has looked around.

    Raises:
        UsageError: it was not seen, so there is nothing to stay at.
    """
    if replay.way is None:
        raise UsageError("--hold: there is nothing to look at, because the finding was not seen in its run")
    halt = Halt(replay.step)
    try:
        replay.perform(dataclasses.replace(replay.way, times=1, repeated=[], look_around=halt.look_around))
    finally:
        halt.give_up()


def _shrink(scenario: Scenario, aim: Aim, seen: Seen, arguments: argparse.Namespace) -> None:
    """Look for less that still shows it, and tell the command that shows it with that.

    Raises:
        UsageError: it was not seen each time, so nobody could tell whether less shows it as well.
    """
    if not seen.confirmed:
        raise UsageError("--shrink: the finding was not seen each time, so nobody could tell whether less shows it too")
    least = shrink(scenario, aim, seen)
    given = {"copier": arguments.copier, "command": arguments.copier_command, "suite": arguments.suite}
    again = {"bytes": least.bytes, "competitors": least.competitors or None, **given}
    options = [word for name, value in again.items() if value is not None for word in (f"--{name}", str(value))]
    words = [f"{format_size(least.bytes)} in the file"]
    words += [f"{least.competitors} competitor{'s' if least.competitors > 1 else ''}"] if least.competitors else []
    say(
        *item("least", f"{', '.join(words)}, held {least.seen.where}", width()),
        *unbroken("again", shlex.join(["contention", "replay", str(least.key), *options])),
    )


def _see_that_it_can_be_written(path: Path) -> None:
    """Look before anything is played.

    Raises:
        UsageError: the script would not find a place.
    """
    folder = path.absolute().parent
    if not os.access(folder, os.X_OK) or not folder.is_dir():
        raise UsageError(f"--script {path}: {folder} is no folder that you can enter: make it, or name another file")
    if path.is_dir():
        raise UsageError(f"--script {path} is a folder: name a file in it")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise UsageError(f"--script {path} cannot be written by you: name another file")


def _write_script(replay: Replay, profile: Profile, path: Path) -> None:
    """Write a script, try it, and tell how often it has shown the finding.

    Raises:
        UsageError: the finding was not seen in its run.
        NotPossibleHere: no script can do what was done there.
    """
    record = replay.record()
    if record is None:
        raise UsageError("--script: there is nothing to write, because the finding was not seen in its run")
    path.write_text(script_of(*record, profile.environment), encoding="utf-8")
    path.chmod(0o755)
    hits = try_script(path)
    say(*item("script", f"{path} shows it in {hits} of 10, without this library", width()))


def told(key: Key, play: str, seen: Seen, width: int) -> list[str]:
    """Say what came of a replay, as lines for a terminal."""
    lines = [f"{plain(str(key))}: {_judgement(seen)}"]
    lines += item("play", play, width)
    lines += item("why", seen.impossible or seen.unstable, width)
    lines += item("held", seen.where, width)
    if seen.finding is not None:
        lines += finding_lines(seen.finding, width)
    if seen.rounds:
        lines += item("rounds", f"seen in {seen.rounds_hit} of {seen.rounds} rounds of these goes", width)
    for reason in seen.unproven:
        lines += item("missed", reason, width)
    return [*lines, *item("took", f"{seen.seconds:.2f} s for one go" if seen.goes else "", width)]


def _judgement(seen: Seen) -> str:
    if not seen.goes:
        return seen.end
    return f"{seen.end}, {f'seen in {seen.hits}' if seen.hits else 'in none'} of {seen.goes}"


def _circumstances(scenario: Scenario, seen: Seen) -> list[str]:
    """Say with what it was gone there, which may be the reason if it is not seen any more."""
    if seen.confirmed or seen.impossible:
        return []
    subject = scenario.under_test
    named = f"{subject.profile.name} ({version(subject.profile) or 'of unknown version'})"
    lines = item("with", f"{named}, {format_size(subject.scale.content)} in each file", width())
    if seen.end is End.NOT_SEEN:
        lines += item(
            "but", "it was seen there before: if that was this very copier, it is chance that decides", width()
        )
    return lines


def _test(key: Key, suite: Path | None) -> SuiteTest:
    if suite is None:
        return select([key.scenario], [], [])[0]
    found = [test for test in select([str(suite)], [], []) if key.scenario == id_of(test)]
    if not found:
        raise UsageError(f"There is no scenario {key.scenario} in {suite}")
    return found[0]


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no number: give 1 or more")
    return int(text)
