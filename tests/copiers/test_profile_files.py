"""Mistakes in a profile file: one message each, with file, line, field and remedy."""

import re
from pathlib import Path

import pytest

from ContentionLibrary.checks.levels import STRICT, Level
from ContentionLibrary.copiers import ExitCodes, OnSignal, Requirement, SourceOn, load
from ContentionLibrary.copiers.reading import FIELDS
from ContentionLibrary.errors import UsageError

COMMAND = 'command: [mycopy, "{source}", "{destination}"]\n'


@pytest.fixture
def read(tmp_path):
    def read(text):
        path = tmp_path / "x.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load(str(path))

    return read


def test_every_field_is_read(read):
    profile = read(
        """
name: my copier
description: copies
command: [nice, -n, 10, mycopy, "--to={workspace}", "{source}", "{destinations}"]
environment: {LC_ALL: C, HOME: "{workspace}/home"}
time_limit: 1.5 min
claims: [R1, W1]
temporary_files: [".*.tmp"]
own_files: ["*.log", mycopy.pid]
one_at_a_time: true
exit_codes: {success: [0, 3], busy: [75]}
on_signal: {TERM: [20, 21], HUP: ignored}
requires: {program: mycopy, package: mycopy-tools}
folder_command: [mycopy, --all, "{source_folder}", "{destination_folder}/"]
recover: [mycopy, --repair, "{destination}"]
notes: |
  two
  lines
source_on: other filesystem
consumes_source: true
several_destinations: true
version_command: [mycopy, --version]
known_failures:
  RDW-001: it writes in place
  MY-001: nobody needs it
"""
    )
    assert profile.name == "my copier"
    assert profile.command[2] == "10"
    assert profile.environment == (("LC_ALL", "C"), ("HOME", "{workspace}/home"))
    assert profile.time_limit == 90
    assert profile.claims == (Level("R", 1), Level("W", 1))
    assert profile.temporary_files == (".*.tmp",)
    assert profile.one_at_a_time
    assert profile.own_files == ("*.log", "mycopy.pid")
    assert [bool(re.match(profile.own_names, name)) for name in ("a.log", "a.log.1", "mycopy.pid", "x", "")] == [
        *(True, False, True),
        *(False, False),
    ]
    assert profile.exit_codes == ExitCodes((0, 3), (75,))
    assert profile.on_signal == (OnSignal("TERM", (20, 21)), OnSignal("HUP", ()))
    assert profile.requires == Requirement("mycopy", "mycopy-tools")
    assert profile.folder_command == ("mycopy", "--all", "{source_folder}", "{destination_folder}/")
    assert profile.recover == ("mycopy", "--repair", "{destination}")
    assert profile.notes == "two\nlines"
    assert profile.source_on is SourceOn.OTHER
    assert profile.consumes_source
    assert profile.several_destinations
    assert profile.version_command == ("mycopy", "--version")
    assert profile.known_failures == (("RDW-001", "it writes in place"), ("MY-001", "nobody needs it"))
    assert profile.path.name == "x.yaml"


def test_a_command_is_enough_and_claims_nothing(read):
    profile = read(COMMAND)
    assert profile.name == "x"
    assert profile.contract == STRICT
    assert profile.exit_codes == ExitCodes((0,), ())
    assert not profile.several_destinations


def test_a_claim_replaces_the_strict_level_of_its_letter_only(read):
    assert read(COMMAND + "claims: [W1]").contract == STRICT | {"W": Level("W", 1)}


def test_several_destinations_follow_from_the_command(read):
    assert read('command: [mycopy, "{source}", "{destinations}"]').several_destinations
    assert not read('command: [mycopy, "{source}", "{destinations}"]\nseveral_destinations: false').several_destinations


@pytest.mark.parametrize(
    ("written", "limit"), [("30", 30), ("30 s", 30), ("2 min", 120), ("500 ms", 0.5), ("0.5", 0.5)]
)
def test_a_time_limit_is_seconds_or_has_a_unit(read, written, limit):
    assert read(COMMAND + f"time_limit: {written}").time_limit == limit


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "claims: [W1, R9]",
            "line 2, field 'claims': 'R9' is no level: R (readers) has R0 to R2; write for example [R1, W1]",
        ),
        ("claims: [W1,\n  X1]", "line 3, field 'claims': 'X1' is no level: a level is one of the letters RWNKSDEMLT"),
        ("claims: W1", "line 2, field 'claims': 'W1' is no list: write for example [R1, W1]"),
        ("claims: [W1, W2]", "line 2, field 'claims': W is claimed twice, as W1 and W2"),
        ("claims: [[W1]]", "line 2, field 'claims'"),
        (
            "keeps_throughput: 1.5",
            "line 2, field 'keeps_throughput': '1.5' is no part of a whole: write a number above 0",
        ),
        ("keeps_throughput: 0", "line 2, field 'keeps_throughput': '0' is no part of a whole"),
        ("keeps_throughput: [0.5]", "line 2, field 'keeps_throughput': a list is no part of a whole"),
        ("descripton: x", "line 2: field 'descripton' is unknown; did you mean 'description'?"),
        ("zzz: x", "line 2: field 'zzz' is unknown: there are name, description, command"),
        ("\nname: a\nname: b", "line 4: field 'name' is given twice, first on line 3: keep one of them"),
        ("name: 5", "line 2, field 'name': '5' is no text, but a whole number: put it in quotes"),
        ("name: [x]", "line 2, field 'name': a list is no text"),
        ("time_limit: soon", "line 2, field 'time_limit': 'soon' is no time: write for example 30 s or 2 min"),
        ("time_limit: 0", "line 2, field 'time_limit': '0' is no time"),
        ("time_limit: [3]", "line 2, field 'time_limit': a list is no time"),
        ("exit_codes: {succes: [0]}", "line 2, field 'exit_codes': 'succes' is unknown; did you mean 'success'?"),
        (
            "exit_codes:\n  busy:\n   - x",
            "line 4, field 'exit_codes': 'x' is no exit code: write a number from 0 to 255",
        ),
        ("exit_codes: {busy: [256]}", "'256' is no exit code"),
        ("exit_codes: {busy: [0]}", "line 2, field 'exit_codes': 0 cannot mean both success and busy"),
        ("exit_codes: 0", "line 2, field 'exit_codes': '0' is no map: write for example {success: [0], busy: [75]}"),
        ("on_signal: {TREM: [20]}", "line 2, field 'on_signal': 'TREM' is unknown; did you mean 'TERM'?"),
        (
            "on_signal: {HUP: stays}",
            "field 'on_signal': 'stays' is no end: write a list of exit codes, or ignored if it goes on",
        ),
        ("on_signal: {HUP: []}", "field 'on_signal': 'HUP' has no exit code: write for example [20], or ignored"),
        ("on_signal: {HUP: [300]}", "field 'on_signal': '300' is no exit code"),
        ("consumes_source: maybe", "line 2, field 'consumes_source': 'maybe' is neither true nor false"),
        ("several_destinations: true", "line 2, field 'several_destinations': the command takes one destination only"),
        (
            "source_on: moon",
            "field 'source_on': 'moon' is no place for the source: write same filesystem or other filesystem",
        ),
        ("temporary_files: ['*']", "line 2, field 'temporary_files': '*' is no pattern of a temporary name"),
        ("temporary_files: [a/b]", "'a/b' is no pattern"),
        ("own_files: [logs/a]", "line 2, field 'own_files': 'logs/a' is no pattern of a name in one directory"),
        (
            "own_files: [a.log, '*.bin']",
            "'*.bin' would hide slide.bin, which belongs to the copy: write for example *.log",
        ),
        ("own_files: ['d*']", "'d*' would hide destination, which belongs to the copy"),
        ("requires: {package: x}", "line 2, field 'requires': 'program' is missing"),
        (
            "requires: {program: x, package: x, install: pipx install x}",
            "line 2, field 'requires': 'package' and 'install' are both given: keep the one that brings the program",
        ),
        ("environment: {A: [x]}", "line 2, field 'environment': 'A' is a list, not a text"),
        (
            'environment: {A: "{source}"}',
            "'{source}' is no placeholder here: there are {workspace}, {python}, {package}, {profile_folder}",
        ),
        ('folder_command: [x, "{source}"]', "field 'folder_command': '{source}' is no placeholder here"),
        ('folder_command: [x, "{source_folder}"]', "does not name {destination_folder}: write it where"),
        ('recover: [x, "{sorce}"]', "line 2, field 'recover': '{sorce}' is no placeholder here"),
        ("known_failures: {RDW-1: slow}", "line 2, field 'known_failures': 'RDW-1' is no id of a scenario"),
        ("known_failures: {RDW-001: ''}", "line 2, field 'known_failures': 'RDW-001' has no reason: say why"),
        ("known_failures: [RDW-001]", "line 2, field 'known_failures': a list is no map"),
        ("version_command: []", "line 2, field 'version_command': the command is empty"),
        ("version_command: 5", "field 'version_command': '5' is no list: write for example [mycopy, --version]"),
        ("claims: [[W1]]", "line 2, field 'claims': a list is no level; write for example [R1, W1]"),
        ("? [a, b]\n: x", "line 2: field name is a list, not a text: write for example command: [mycopy"),
        (
            "environment: {[a]: x}",
            "line 2, field 'environment': name is a list, not a text: write for example {LC_ALL: C}",
        ),
    ],
)
def test_a_mistake_is_told_with_line_field_and_remedy(read, text, message):
    with pytest.raises(UsageError) as caught:
        read(COMMAND + text)
    assert message in str(caught.value)
    assert "x.yaml, line " in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: x", "line 1: the field 'command' is missing: write command: [mycopy"),
        ("", "is empty: write at least command:"),
        ("# nothing", "is empty"),
        ("- a list", "line 1: is a list, not a map of fields: write at least command: [mycopy"),
        ("\n\n\nname: [a, b\n", "line 5: is not valid YAML"),
        ("name: a: b", "line 1: is not valid YAML: mapping values are not allowed here"),
        ("a: \x01", "is not valid YAML"),
        ("claims:\n\t- R1", "cannot start any token; indent by blanks, not by tabs"),
        (b"name: \xff", "is not UTF-8 text"),
        ("command: mycopy", "'mycopy' is no list: write for example"),
        ("command: [mycopy, {source}, {destination}]", 'is a map, not a text; quote placeholders: "{source}"'),
        ('command: [mycopy, "{destination}"]', "does not say where the source goes: write {source}"),
        ('command: [mycopy, "{source}"]', "the command has no destination: write {destination}"),
        (
            'command: [mycopy, "{source}", "{destination}", "{destinations}"]',
            "has both {destination} and {destinations}",
        ),
        ('command: [mycopy, "{source}", "--to={destinations}"]', "must be an argument by itself"),
        ('command: [mycopy, "{source}", "{destination}", "{"]', "write {{ or }} for a brace that means itself"),
        ('command: [mycopy, "{source}", "{target}"]', "'{target}' is no placeholder here: there are {source}"),
    ],
)
def test_a_file_without_a_usable_command_is_refused(read, text, message):
    with pytest.raises(UsageError) as caught:
        read(text)
    assert message in str(caught.value)
    assert "x.yaml" in str(caught.value)


def test_a_file_that_is_not_there_is_told_with_what_there_is(tmp_path):
    with pytest.raises(UsageError, match=r"no such profile file; shipped profiles: cp, cp-each"):
        load(str(tmp_path / "nothing.yaml"))


def test_a_folder_and_what_nobody_lets_us_see_are_no_profile_files(tmp_path, monkeypatch):
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(UsageError, match=r"folder.yaml' is a folder: name a profile file, perhaps one in it"):
        load(str(tmp_path / "folder.yaml"))

    def refuse(path, **_):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "stat", refuse)
    with pytest.raises(UsageError, match=r"x.yaml': the profile file cannot be read: Permission denied"):
        load("x.yaml")


def test_a_name_that_is_not_there_is_told_with_the_nearest():
    with pytest.raises(
        UsageError, match=r"There is no copier 'rsink'; did you mean 'rsync'\? Shipped profiles: cp, cp-each"
    ):
        load("rsink")
    with pytest.raises(UsageError, match=r"There is no copier 'qqqqq'\. Shipped profiles"):
        load("qqqqq")


@pytest.mark.parametrize("name", FIELDS)
def test_the_example_of_each_field_can_be_read(read, name):
    command = "" if name == "command" else COMMAND
    if name == "several_destinations":
        command = COMMAND.replace("destination", "destinations")
    example = FIELDS[name].example
    assert getattr(read(f"{command}{name}: {example}\n"), name) not in (None, (), "")
