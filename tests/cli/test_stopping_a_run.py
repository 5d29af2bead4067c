from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest


def wait_until(condition, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)


def living_below(folder: Path) -> list[str]:
    """Every process that has the folder in its command line or works in it, and each `sleep 1000` of ours."""
    found = []
    for process in psutil.process_iter(["pid", "cmdline", "cwd", "status"]):
        words = " ".join(process.info["cmdline"] or ())
        if process.pid != os.getpid() and (str(folder) in words or str(folder) in (process.info["cwd"] or "")):
            found.append(words)
    return found


@pytest.fixture
def endless(contention, write):
    for name, number in (("a", 1), ("b", 2), ("c", 3)):
        contention.suite(
            f"s/{name}.robot",
            write(f"RDW-00{number} Done", "Leave Verdict    passed"),
            write(f"WDR-00{number} Ever", f"Wait For Ever    {contention.home}/mark-{name}"),
        )
    return contention


@pytest.mark.parametrize(
    ("signum", "code", "cause"), [(signal.SIGINT, 130, "Ctrl-C"), (signal.SIGTERM, 143, "SIGTERM")]
)
def test_a_stop_ends_pabot_and_its_robots_and_tells_what_was_finished(endless, signum, code, cause):
    process = endless.start("run", "s", "--copier", "cp", "--processes", "2")
    wait_until(lambda: all((endless.home / f"mark-{name}").exists() for name in "ab"))
    process.send_signal(signum)
    out, err = process.communicate(timeout=40)
    assert process.returncode == code, (out, err)
    assert f"Stopped by {cause}: 2 of 6 scenarios were finished; WDR-00" in out
    assert "RDW-001  Done   passed" in out
    assert err == ""
    assert out.endswith(f"\nreport: {endless.home}/results/contention.html\n")
    told = json.loads((endless.home / "results/contention.json").read_text())
    assert (told["summary"]["passed"], told["summary"]["skipped"], told["summary"]["harnessErrors"]) == (2, 4, 0)
    again = endless("report").out
    assert "6 scenarios: 2 passed, 4 skipped\n" in again
    assert f"not finished, because the run was stopped by {cause}: WDR-001, WDR-002\n" in again
    assert f"not run, because the run was stopped by {cause}: RDW-003, WDR-003\n" in again
    assert (endless.home / "mark-a.ended-well").exists() and (endless.home / "mark-b.ended-well").exists()
    assert not (endless.home / "mark-c").exists(), "pabot started another suite"
    assert living_below(endless.home) == []
    assert not any(psutil.pid_exists(int((endless.home / f"mark-{name}").read_text())) for name in "ab")


def test_a_second_ctrl_c_does_not_wait(contention, write):
    contention.suite("s.robot", write("RDW-001 Deaf", f"Ignore Signals    {contention.home}/mark"))
    process = contention.start("run", "s.robot", "--copier", "cp")
    wait_until((contention.home / "mark").exists)
    begin = time.monotonic()
    process.send_signal(signal.SIGINT)
    wait_until(lambda: "interrupted" in (contention.home / "mark").read_text())
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=40)
    assert process.returncode == 130
    assert time.monotonic() - begin < 5
    assert living_below(contention.home) == []


def test_a_reader_that_goes_away_ends_the_run_without_a_traceback(endless):
    process = subprocess.Popen(
        endless.command("run", "s", "--copier", "cp", "--processes", "2"),
        cwd=endless.home,
        env=endless.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.readline()
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(40) == 141
    assert err == b""
    assert living_below(endless.home) == []


def test_head_of_a_list_is_no_error(contention):
    words = " ".join(f"'{word}'" for word in contention.command("list"))
    shell = f"{words} | head -1; echo ${{PIPESTATUS[0]}}"
    ended = subprocess.run(
        ["bash", "-c", shell],
        check=False,
        cwd=contention.home,
        env=contention.environment(),
        capture_output=True,
        text=True,
    )
    assert ended.stderr == ""
    assert ended.stdout.splitlines()[-1] in {"0", "141"}
