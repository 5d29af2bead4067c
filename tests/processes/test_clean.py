"""What dead scenarios left behind is removed; what belongs to the living is left alone, and told."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from looking_around import left_in

from ContentionLibrary.processes import places
from ContentionLibrary.processes.clean import clean_abandoned
from ContentionLibrary.processes.workspace import open_workspace

ABANDON = """
import subprocess
from ContentionLibrary.processes.workspace import open_workspace
workspace, ledger = open_workspace("abandoned")
(workspace.stage / "file").write_text("x")
subprocess.Popen(["sleep", "1000"], env=ledger.environment(), stdout=subprocess.DEVNULL)
print(workspace.path, flush=True)
input()
"""


def abandon():
    process = subprocess.Popen(
        [sys.executable, "-c", ABANDON],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    return process, process.stdout.readline().strip()


def end(process):
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_without_ledgers_there_is_nothing_to_clean(root):
    assert clean_abandoned() == []
    assert left_in(root) == []


def test_the_abandoned_is_removed_with_its_processes(root):
    process, path = abandon()
    end(process)
    told = clean_abandoned()
    assert [line for line in told if "sleep 1000" in line and line.startswith("removed process")]
    assert f"removed directory '{path}'" in told
    assert left_in(root) == []


def test_a_ledger_whose_making_was_interrupted_is_removed(root):
    process, _ = abandon()
    interrupted = places.ledgers() / f"{process.pid}-token.new"
    interrupted.write_text("")
    clean_abandoned()
    assert interrupted.exists()
    end(process)
    clean_abandoned()
    assert left_in(root) == []


def test_the_living_are_left_alone_and_told(root):
    process, path = abandon()
    try:
        told = clean_abandoned()
        assert len(told) == 1
        assert told[0].startswith(f"left alone: '{path}' belongs to process {process.pid}")
        assert Path(path, "stage", "file").exists()
    finally:
        end(process)
        clean_abandoned()
    assert left_in(root) == []


def test_a_number_that_was_given_to_another_process_does_not_protect_the_abandoned(root):
    workspace, ledger = open_workspace("scenario")
    rewrite_owner(ledger, started="1")
    assert f"removed directory '{workspace.path}'" in clean_abandoned()


def test_what_belongs_to_another_container_is_left_alone(root):
    workspace, ledger = open_workspace("scenario")
    rewrite_owner(ledger, space="pid:[1]", pid=1)
    assert "another container" in clean_abandoned()[0]
    assert workspace.stage.is_dir()


def test_what_is_from_before_the_last_boot_is_abandoned(root):
    workspace, ledger = open_workspace("scenario")
    rewrite_owner(ledger, boot="another")
    assert f"removed directory '{workspace.path}'" in clean_abandoned()


def test_a_file_that_is_no_ledger_is_left_alone(root):
    _, ledger = open_workspace("scenario")
    foreign = ledger.path.with_name("notes.jsonl")
    foreign.write_text("dear diary\n")
    assert any(line.startswith("left alone:") and "notes.jsonl" in line for line in clean_abandoned())
    assert foreign.exists()


def rewrite_owner(ledger, **changes):
    """Make the ledger's owner somebody else."""
    first, rest = ledger.path.read_text().split("\n", 1)
    opening = json.loads(first)
    opening["owner"].update(changes)
    ledger.path.write_text(json.dumps(opening) + "\n" + rest)
