"""The command of the benchmarks takes names and parts, and stores what was measured with the machine."""

import json
import subprocess
import time

import pytest

from tests.benchmarks import bench_content
from tests.benchmarks.__main__ import main
from tests.benchmarks.onlooker import Onlooker
from tests.benchmarks.rows import row


@pytest.mark.parametrize("name", ["nothing", "spawn:nothing", "categories:nothing"])
def test_what_is_not_there_is_refused(name, capsys):
    with pytest.raises(SystemExit):
        main([name])
    assert "nothing" in capsys.readouterr().err


@pytest.mark.parametrize(("value", "code"), [(1.0, 0), (3.0, 1)], ids=["met", "not met"])
def test_rows_are_shown_and_stored(monkeypatch, tmp_path, capsys, value, code):
    rows = [row("a figure", value, "s", rival="a rival", rival_value=2.0, at_most_ratio=1)]
    monkeypatch.setattr(bench_content, "measure", lambda: rows)
    assert main(["content", "--json", str(tmp_path / "rows.json")]) == code
    assert "a rival 2" in capsys.readouterr().out
    stored = json.loads((tmp_path / "rows.json").read_text())
    assert stored["rows"][0]["ratio"] == value / 2
    assert stored["machine"]["processors"] > 0


def test_an_onlooker_sees_those_with_its_mark_and_nobody_else():
    with Onlooker() as onlooker:
        command = ["sh", "-c", "sleep 600 & read line; kill $!"]
        with (
            subprocess.Popen(["sleep", "600"]) as stranger,
            subprocess.Popen(command, env=onlooker.environment, stdin=subprocess.PIPE) as member,
        ):
            deadline = time.monotonic() + 20
            while onlooker.peaks.processes < 2 and time.monotonic() < deadline:
                time.sleep(0.02)
            member.communicate(b"\n")
            stranger.kill()
    assert onlooker.peaks.processes == 2
    assert 0 < onlooker.peaks.proportional <= onlooker.peaks.resident
    assert onlooker.peaks.descriptors >= 6
