from __future__ import annotations

import errno
import json
import re
from types import SimpleNamespace

import pytest

from ContentionLibrary.cli import selection
from ContentionLibrary.cli.catalogue import ALL_IDS, CATALOGUE
from ContentionLibrary.cli.folders import room_for_results
from ContentionLibrary.cli.workspaces import workspace
from ContentionLibrary.errors import SystemTrouble, UsageError


def test_the_catalogue_has_its_35_scenarios():
    assert len(ALL_IDS) == len(set(ALL_IDS)) == 35
    assert list(map(len, CATALOGUE.values())) == [8, 5, 4, 3, 4, 3, 8]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "s.robot", "--copier", "cpp"], "contention: There is no copier 'cpp'; did you mean 'cp'?"),
        (["run", "s.robot", "--copier", "my.yaml"], "contention: 'my.yaml': there is no such profile file"),
        (
            ["run", "s.robot", "--command", "mycopy {source}"],
            "contention: The command 'mycopy {source}' cannot be used",
        ),
        (["run", "s.robot", "--command", "no-copy {source} {destination}"], "'no-copy' is not found or not executable"),
        (["run", "s.robot", "--copier", "cp", "--copier", "cp"], "results in a folder 'cp': name each copier once"),
        (
            ["run", "s.robot", "--copier", "cp", "--command", "cp {source} {destination}"],
            "in a folder 'cp': a --command is called like its program; write it into a profile file",
        ),
        (
            ["run", "s.robot", "--command", "cp {source} {destination}", "--command", "b"],
            "--command: may be given once",
        ),
        (["run", "s.robot", "--workspace", "nowhere"], "contention: --workspace nowhere is no folder"),
        (["run", "s.robot", "--workspace", "/proc"], "contention: --workspace /proc cannot be written by you: "),
        (["run", "s.robot", "--outputdir", "/proc"], "contention: --outputdir /proc cannot be used: "),
        (["run", "s.robot", "--outputdir", "\udcff"], "/\\udcff: the name is no UTF-8"),
        (
            ["replay", "RDW-001:cp:1.1.3:torn-reads", "--workspace", "/proc"],
            "--workspace /proc cannot be written by you",
        ),
        (["run", "s.robot", "--outputdir", "s.robot/x"], "cannot be used: Not a directory"),
        (
            ["run", "s.robot", "--include", "nope"],
            "contention: Nothing is selected: of 1 test, --include nope leaves none",
        ),
        (["run", "nowhere.robot"], "contention: There is no file or folder nowhere.robot (looked for from "),
        (["run", "RDW-01"], "no scenario has this id; did you mean RDW-001"),
        (["run", "FileBlockin"], "no category, no id and no path of a suite; did you mean FileBlocking?"),
        (["run", "empty"], "contention: There are no tests in "),
        (["run", "--sise", "quick"], "contention run: error: unrecognized arguments: --sise"),
        (["compare", "cp", "rsnyc", "FRS-001"], "'rsnyc' is unknown: it is no copier, no category, no id and no path"),
        (["compare", "cp", "rsnyc"], "did you mean rsync?"),
        (["run", "--size", "huge"], "invalid choice: 'huge'"),
        (["run", "--processes", "0"], "'0' is no number of processes: give 1 or more"),
        (["rnu"], "invalid choice: 'rnu'"),
        ([], "the following arguments are required: COMMAND"),
    ],
)
def test_wrong_usage_is_one_message_and_nothing_is_run(contention, write, words, message):
    contention.suite("s.robot", write("RDW-001 Reader", "Leave Verdict    passed"))
    (contention.home / "empty").mkdir()
    ended = contention(*words)
    assert ended.code == 2, ended
    assert message in ended.err
    assert "Traceback" not in ended.err
    assert ended.out == ""
    assert not (contention.home / "results").exists()


def test_a_workspace_with_too_little_room_is_refused_before_the_run(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda where: SimpleNamespace(total=30 << 20, free=20 << 20))
    assert workspace(tmp_path, "quick") == workspace(tmp_path) == str(tmp_path)
    with pytest.raises(
        UsageError, match=r"has 20 MiB of room, and scenarios of the size standard need 256 MiB and more"
    ):
        workspace(tmp_path, "standard")
    with pytest.raises(UsageError, match=r", where scenarios are played without --workspace, has 20 MiB"):
        workspace(None, "full")
    monkeypatch.setattr("shutil.disk_usage", lambda where: SimpleNamespace(total=0, free=0))
    assert workspace(tmp_path, "full") == str(tmp_path), "a server that does not tell"


def test_results_without_room_are_told_with_their_place_and_the_remedy(tmp_path):
    with (
        pytest.raises(SystemTrouble, match=rf"in {tmp_path}: No space left on device; make room there, or name"),
        room_for_results(tmp_path),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(PermissionError), room_for_results(tmp_path):
        raise PermissionError


def test_an_id_of_the_catalogue_without_a_suite_is_told_from_a_wrong_one(tmp_path, monkeypatch):
    monkeypatch.setattr(selection, "folder", lambda name: tmp_path / name)
    for word, message in {
        "fst-001": "FST-001 is in the catalogue, but has no suite yet",
        "race-conditions": "RaceConditions is in the catalogue, but has no suites yet",
    }.items():
        with pytest.raises(UsageError, match=message):
            selection.select([word], [], [])


def test_shipped_scenarios_are_found_by_category_id_and_path(tmp_path, monkeypatch):
    folder = tmp_path / "suites" / "FileBlocking"
    folder.mkdir(parents=True)
    (folder / "a.robot").write_text("*** Test Cases ***\nRDW-001 A\n    [Tags]    id:RDW-001\n    No Operation\n")
    (folder / "b.robot").write_text("*** Test Cases ***\nDDO-001 B\n    [Tags]    id:DDO-001\n    No Operation\n")
    monkeypatch.setattr(selection, "folder", lambda name: tmp_path / name)

    def found(*words):
        return [(test.id, test.title, test.root) for test in selection.select(words, [], [])]

    root = tmp_path / "suites"
    both = [("RDW-001", "A", root), ("DDO-001", "B", root)]
    assert found() == found("fileblocking") == found("DDO-001", "rdw-001") == found("FileBlocking", "RDW-001") == both
    assert found(str(folder / "b.robot")) == both[1:]
    monkeypatch.chdir(tmp_path)
    assert found("suites/FileBlocking/b.robot", "suites") == both


def test_dry_run_says_what_would_run_and_runs_nothing(contention, write):
    contention.suite("s/a.robot", write("RDW-001 Reader", "Leave Verdict    passed"))
    contention.suite("s/b.robot", write("RDW-002 Readers", "Leave Verdict    passed"))
    contention.suite("s/c.robot", write("TDA-001 Slow", "Leave Verdict    passed", tags=["pabot:exclusive"]))
    ended = contention("run", "s", "--dry-run", "--copier", "cp", "--processes", "3")
    assert ended.code == 0
    assert [line.split()[-1] for line in ended.out.splitlines()[2:5]] == ["side-by-side", "side-by-side", "alone"]
    assert ended.out.endswith("\non: cp\n")
    (contention.home / "one.yaml").write_text("command: [cp, '{source}', '{destination}']\none_at_a_time: true\n")
    ended = contention("run", "s", "--dry-run", "--copier", "one.yaml", "--processes", "3")
    assert [line.split()[-1] for line in ended.out.splitlines()[2:5]] == ["alone"] * 3
    assert not (contention.home / "results").exists()


def test_list_names_every_scenario_of_the_catalogue_and_the_copiers(contention):
    ended = contention("list")
    assert ended.code == 0
    assert all(each in ended.out for each in ALL_IDS)
    copiers = [line.split(maxsplit=1)[0] for line in ended.out.splitlines() if line]
    assert "cp" in copiers and "faulty/hangs" not in copiers
    assert "\nfaulty/hangs " in contention("list", "copiers", "--all").out


def test_list_as_json_tells_suites_tags_and_what_each_copier_claims(contention):
    told = json.loads(contention("list", "--json").out)
    scenarios = {each["id"]: each for each in told["scenarios"]}
    assert set(scenarios) >= set(ALL_IDS)
    assert scenarios["RDW-001"]["suite"] == "suites/FileBlocking/read_during_write.robot"
    assert "priority:critical" in scenarios["RDW-001"]["tags"]
    without = [each["id"] for each in told["scenarios"] if each["suite"] is None]
    assert f"without a suite yet: {', '.join(without)}" in contention("list", "scenarios").out or not without
    assert {each["name"]: each["claims"] for each in told["copiers"]}["cp"] == []
    assert "RDW-001" in told["tags"]["family:read-during-write"]
    assert list(json.loads(contention("list", "tags", "--json").out)) == ["tags"]


def test_list_of_tags_counts_the_tests_that_each_would_choose(contention):
    rows = dict(line.rsplit(maxsplit=1) for line in contention("list", "tags").out.splitlines())
    assert rows["family:read-during-write"] == "3"


def test_list_of_fields_tells_how_each_is_written(contention):
    lines = contention("list", "fields").out.splitlines()
    assert any(re.match(r"time_limit +30 s +after which a run counts as hung", line) for line in lines)
    assert json.loads(contention("list", "fields", "--json").out)["fields"]["command"]["example"].startswith("[mycopy")
