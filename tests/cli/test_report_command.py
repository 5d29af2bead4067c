from __future__ import annotations

import argparse
import json

import pytest

from ContentionLibrary.cli import report
from ContentionLibrary.errors import UsageError


def test_the_report_of_a_run_is_made_again_from_its_files(contention, write):
    contention.suite("s.robot", write("RDW-001 Reader Opens", "Leave Verdict    failed", "Fail With    torn"))
    ran = contention("run", "s.robot", "--copier", "cp", "--outputdir", "my results")
    assert ran.code == 1, ran
    results = contention.home / "my results"
    names = ("contention.html", "contention.json", "contention-badge.svg")
    before = {name: (results / name).read_bytes() for name in names}
    for name in names:
        (results / name).unlink()
    again = contention("report", "my results")
    assert again.code == 0, again
    assert {name: (results / name).read_bytes() for name in names} == before
    assert "R readers          R0 torn content visible" in again.out
    assert again.out.endswith("".join(f"{results / name}\n" for name in names))
    told = json.loads(before["contention.json"])
    assert told["copier"]["version"].startswith("cp (GNU coreutils)")
    assert told["systemMetrics"]["peakMemoryUsage"] > 1 << 20


def test_several_copiers_have_a_page_each_and_one_together(contention, write):
    contention.suite("s.robot", write("RDW-001 Reader Opens", "Leave Verdict    passed"))
    ran = contention("run", "s.robot", "--copier", "cp", "--copier", "rsync")
    assert ran.code == 0, ran
    pages = sorted(path.relative_to(contention.home).as_posix() for path in contention.home.rglob("contention.html"))
    assert pages == ["results/contention.html", "results/cp/contention.html", "results/rsync/contention.html"]
    # A run of one copier in the same place is not mistaken for a part of the earlier one.
    contention("run", "s.robot", "--copier", "cp")
    told = json.loads((contention.home / "results/contention.json").read_text())
    assert told["copier"]["name"] == "cp" and "copiers" not in told


def test_a_folder_without_a_run_is_told_in_one_line(contention):
    (contention.home / "empty").mkdir()
    for words in (("report",), ("report", "empty")):
        ended = contention(*words)
        assert ended.code == 2 and ended.out == ""
        assert len(ended.err.splitlines()) == 1 and "Traceback" not in ended.err


def test_a_folder_that_is_not_the_users_is_told_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, mode: False)  # root may everything
    with pytest.raises(UsageError, match="cannot be read and written by you, and the page goes there"):
        report.run(argparse.Namespace(directory=tmp_path))
